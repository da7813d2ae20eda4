-- One page of appraisals that the reader may see, with as much of each as was asked for: what stands between `with` and
-- `end` is left out where it was not, so that there is less to plan. Of the present, for which the position is beyond
-- the end of the log, or as the log was at a position, of those that the reader may see today.
with matching as not materialized (
  select
    -- with by_name
    a.name as key,
    -- end
    -- with by_score
    a.score_rank as key,
    -- end
    -- with by_changed
    a.position as key,
    -- end
    a.*
  from (
    -- with present
    select *
    from read_scores.appraisal
    -- end
    -- with past
    -- By those of today, in whose order they are read: none is ever without a row.
    select
      today.agency,
      today.employee,
      today.period,
      today.appraiser as appraiser_today,
      today.reviewer as reviewer_today,
      was.stream,
      was.starts,
      was.ends,
      was.unit,
      was.appraiser,
      was.reviewer,
      was.position_class,
      was.stage,
      was.policy_id,
      was.policy_version,
      was.policy_hash,
      was.status,
      was.score,
      was.predicate,
      was.closed,
      was.superseded_rule,
      -- with by_score
      coalesce((was.score * 1000000)::bigint, -9223372036854775808) as score_rank,
      -- end
      -- with by_changed
      (
        select e.position
        from read_timeline.events e
        where e.agency = today.agency
          and e.stream = today.stream
          and e.position <= %(position)s
        order by e.version desc
        limit 1
      ) as position,
      -- end
      was.name
    from read_scores.appraisal today
    cross join lateral (
      select w.*
      from (
        -- part held: of = read_scores.appraisal; columns = agency, stream, name, starts, ends, unit, appraiser, reviewer, position_class, stage, policy_id, policy_version, policy_hash, status, score, predicate, closed, superseded_rule
      ) w
      where w.agency = today.agency
        and w.stream = today.stream
      limit 1
    ) was
    -- end
  ) a
  where a.agency = %(agency)s
    -- with of_reader
    and (
      a.employee = %(reader)s
      or a.stream = any(%(acting_for)s)
      -- with present
      or (%(serves)s and %(reader)s in (a.appraiser, a.reviewer))
      -- end
      -- with past
      or (%(serves)s and %(reader)s in (a.appraiser_today, a.reviewer_today))
      -- end
    )
    -- end
    -- with of_employee
    and a.employee = %(employee)s
    -- end
    -- with of_period
    and a.period = %(period)s
    -- end
    -- with of_unit
    and a.unit = %(unit)s
    -- end
    -- with of_predicate
    and a.predicate = %(predicate)s
    -- end
    -- with of_status
    and a.status = %(status)s
    -- end
    -- with of_stage
    and a.stage = %(stage)s
    -- end
    -- with of_appraiser
    and a.appraiser = %(appraiser)s
    -- end
    -- with without_entry_on
    and %(without_entry_on)s::date between a.starts and a.ends
    and a.stage in ('running', 'reopened')
    and not exists (
      select
      from (
        -- part held: of = read_dossier.report; columns = agency, stream, position, kind, status, day, settled_position
      ) r
      join (
        -- part held: of = read_dossier.dossier; columns = agency, stream, opened
      ) d
        on d.agency = r.agency
        and d.stream = r.stream
        and d.opened < r.position
      where r.agency = a.agency
        and r.stream = a.stream
        and r.kind = 'activity'
        and (r.status <> 'returned' or r.settled_position > %(position)s)
        and r.day = %(without_entry_on)s
    )
    -- end
), page as (
  select m.*
  from matching m
  where true
  -- with above
  and (
    -- with keyed
    m.key,
    -- end
    m.employee,
    m.period
  ) > (
    -- with keyed
    %(above_key)s,
    -- end
    %(above_employee)s,
    %(above_period)s
  )
  -- end
  -- with below
  and (
    -- with keyed
    m.key,
    -- end
    m.employee,
    m.period
  ) < (
    -- with keyed
    %(below_key)s,
    -- end
    %(below_employee)s,
    %(below_period)s
  )
  -- end
  order by
    -- with upwards
    -- with keyed
    m.key,
    -- end
    m.employee,
    m.period
    -- end
    -- with downwards
    -- with keyed
    m.key desc,
    -- end
    m.employee desc,
    m.period desc
    -- end
  limit %(limit)s
)
select
  -- with total
  (select count(*) from matching) as total,
  -- end
  found.*
from (
  select
    coalesce(
      json_agg(
        -- with each
        row_to_json(x)
        -- end
        -- with edges
        (
          select row_to_json(k)
          from (
            select
              -- with keyed
              x.key,
              -- end
              x.employee,
              x.period
          ) k
        )
        -- end
        order by
          -- with keyed
          x.key,
          -- end
          x.employee,
          x.period
      ),
      '[]'
    ) as rows
    -- with edges
    , string_agg(
      x.told::text,
      ','
      order by
        -- with forwards
        x.nth
        -- end
        -- with backwards
        x.nth desc
        -- end
    ) filter (where x.nth < %(limit)s) as edges
    -- end
  from (
    select
      -- with keyed
      p.key,
      -- end
      p.employee,
      p.period,
      -- with edges
      row_number() over (
        order by
          -- with upwards
          -- with keyed
          p.key,
          -- end
          p.employee,
          p.period
          -- end
          -- with downwards
          -- with keyed
          p.key desc,
          -- end
          p.employee desc,
          p.period desc
          -- end
      ) as nth,
      -- end
      -- with told
      -- told
      as told
      -- end
      -- with whole
      p.agency,
      p.starts,
      p.ends,
      p.unit,
      p.appraiser,
      p.reviewer,
      p.position_class,
      p.stage,
      p.policy_id,
      p.policy_version,
      p.policy_hash,
      p.status,
      p.score::text as score,
      p.predicate,
      p.closed,
      p.superseded_rule,
      -- with present
      p.version,
      p.position,
      p.recorded_at,
      p.reason,
      p.levels,
      -- with nodes
      p.nodes,
      -- end
      -- with cohort
      case
        when p.status = 'final' then (
          select t.data -> 'cohort'
          from read_timeline.events t
          where t.agency = p.agency
            and t.position = (p.final ->> 'position')::bigint
        )
      end as cohort,
      -- end
      -- with facts
      case
        when p.status = 'final' then nullif(p.final -> 'facts', 'null')
        when not p.cut_off and (p.lacks is null or p.stage = 'objected') then p.facts
      end as facts,
      -- end
      -- with incomplete
      (
        p.lacks is not null
        or exists (
          select
          from read.set_aside s
          where s.agency = p.agency
            and s.stream = p.stream
        )
      ) as incomplete,
      -- end
      -- with facts_position
      case
        when p.status = 'final' and p.final -> 'facts' = 'null'
          then (p.final ->> 'facts_position')::bigint
      end as facts_position,
      -- end
      -- end
      -- with past
      %(position)s::bigint as as_of,
      own.version,
      own.position,
      own.recorded_at,
      -- with nodes
      coalesce(fixed.nodes, '{}') as nodes,
      -- end
      -- with cohort
      fixed.cohort,
      -- end
      -- with facts_position
      fixed.facts_position,
      -- end
      -- with incomplete
      exists (
        select
        from read.set_aside s
        where s.agency = p.agency
          and s.stream = p.stream
          and s.position <= %(position)s
      ) as incomplete,
      -- end
      -- end
      -- with person
      (
        select row_to_json(e)
        from (
          -- part employee-on: day = %(day)s; position = %(position)s
          where e.agency = p.agency
            and e.employee = p.employee
        ) e
      ) as person,
      -- end
      -- with plan
      (
        select row_to_json(d)
        from (
          select
            d.plan as status,
            d.feedback,
            (
              select t.data -> 'terms'
              from read_timeline.events t
              where t.agency = p.agency
                and t.stream = p.stream
                and t.position > d.opened
                and t.position <= %(position)s
                and t.tag in ('appraisal.plan-drafted', 'appraisal.plan-taken', 'appraisal.terms-revised')
              order by t.position desc
              limit 1
            ) as terms,
            origin.plan as work_plan,
            origin.version as work_plan_version,
            origin.due
          from (
            -- part held: of = read_dossier.dossier; columns = agency, stream, plan, feedback, opened
          ) d
          left join lateral (
            select o.plan, o.version, o.due
            from read_dossier.plan_origin o
            where o.agency = p.agency
              and o.stream = p.stream
              and o.position > d.opened
              and o.position <= %(position)s
            order by o.position desc
            limit 1
          ) origin on true
          where d.agency = p.agency
            and d.stream = p.stream
        ) d
      ) as plan,
      -- end
      -- with periods
      (
        select coalesce(json_agg(row_to_json(o) order by o.starts, o.ends, o.period), '[]')
        from (
          select o.period, o.starts, o.ends, o.status, o.score::text as score, o.predicate
          from (
            -- part held: of = read_scores.appraisal; columns = agency, stream, employee, period, starts, ends, status, score, predicate
          ) o
          where o.agency = p.agency
            and o.employee = p.employee
            and o.stream <> p.stream
            and o.starts >= p.starts
            and o.ends <= p.ends
            and o.status <> 'cancelled'
        ) o
      ) as periods,
      -- end
      -- with targets
      (
        select coalesce(json_agg(row_to_json(t) order by t.nth), '[]')
        from (
          select
            t.nth,
            t.target,
            -- with planned_results
            row_to_json(r) as planned_result,
            -- end
            t.indicator,
            t.unit,
            t.aspect,
            t.polarity,
            t.value::text as value,
            t.weight::text as weight,
            t.actual::text as actual,
            t.until,
            t.revisions,
            t.expectations
          from (
            -- part held: of = read_dossier.target; columns = agency, stream, result, target, nth, indicator, unit, aspect, polarity, value, weight, actual, until, revisions, expectations
          ) t
          -- with planned_results
          join (
            -- part held: of = read_dossier.result; columns = agency, stream, result, nth, title, priority, source, level, level_note, level_position, perspective
          ) r
            on r.agency = t.agency
            and r.stream = t.stream
            and r.result = t.result
          -- end
          where t.agency = p.agency
            and t.stream = p.stream
        ) t
      ) as targets,
      -- end
      -- with results
      (
        select coalesce(json_agg(row_to_json(r) order by r.nth), '[]')
        from (
          -- part held: of = read_dossier.result; columns = agency, stream, result, nth, title, priority, source, level, level_note, level_position, perspective
        ) r
        where r.agency = p.agency
          and r.stream = p.stream
      ) as results,
      -- end
      -- with reports
      (
        select coalesce(json_agg(row_to_json(part)), '[]')
        from (
          select
            asked.first,
            asked.after,
            (
              select coalesce(json_agg(row_to_json(r) order by r.position), '[]')
              from (
                select
                  r.report,
                  r.kind,
                  case when r.settled_position <= %(position)s then r.status else 'pending' end as status,
                  r.day,
                  r.result,
                  r.target,
                  r.actual::text as actual,
                  r.activity,
                  r.working_day,
                  t.minutes,
                  r.note,
                  r.evidence,
                  case when r.settled_position <= %(position)s then r.feedback end as feedback,
                  r.reported_at,
                  case when r.settled_position <= %(position)s then r.settled_at end as settled_at,
                  r.position
                from (
                  select r.report
                  from (
                    -- part held: of = read_dossier.report; columns = agency, stream, report, position
                  ) r
                  where r.agency = p.agency
                    and r.stream = p.stream
                    and r.position > (
                      -- part opened: of = p
                    )
                  order by r.position
                  limit asked.first
                  offset asked.after
                ) of_part
                join (
                  -- part held: of = read_dossier.report; columns = agency, stream, report, position, reported_at, kind, day, result, target, actual, activity, working_day, note, evidence, status, feedback, settled_position, settled_at
                ) r
                  on r.agency = p.agency
                  and r.stream = p.stream
                  and r.report = of_part.report
                left join (
                  -- part held: of = read_dossier.timed_report; columns = agency, stream, report, position, minutes
                ) t
                  on t.agency = r.agency
                  and t.stream = r.stream
                  and t.report = r.report
                  and t.position = r.position
              ) r
            ) as rows
          from unnest(%(reports_first)s::int[], %(reports_after)s::int[]) as asked (first, after)
        ) part
      ) as reports,
      -- end
      -- with work_days
      (
        select coalesce(json_agg(row_to_json(d) order by d.day), '[]')
        from (
          select
            r.day,
            count(*) as entries,
            count(*) filter (where r.status = 'accepted' and r.settled_position <= %(position)s) as accepted,
            coalesce(sum(t.minutes), 0) as minutes,
            count(*) filter (where t.minutes is null) as untimed,
            bool_or(r.working_day) as working_day
          from (
            -- part held: of = read_dossier.report; columns = agency, stream, report, position, kind, day, working_day, status, settled_position
          ) r
          left join (
            -- part held: of = read_dossier.timed_report; columns = agency, stream, report, position, minutes
          ) t
            on t.agency = r.agency
            and t.stream = r.stream
            and t.report = r.report
            and t.position = r.position
          where r.agency = p.agency
            and r.stream = p.stream
            and r.kind = 'activity'
            and (r.status <> 'returned' or r.settled_position > %(position)s)
            and r.position > (
              -- part opened: of = p
            )
          group by r.day
        ) d
      ) as work_days,
      -- end
      -- with report_days
      (
        select coalesce(json_agg(row_to_json(d) order by d.until), '[]')
        from (
          select
            (e.data ->> 'until')::date as until,
            min((e.at at time zone %(time_zone)s)::date) as reported
          from read_timeline.events e
          where e.agency = p.agency
            and e.stream = p.stream
            and e.position > (
              -- part opened: of = p
            )
            and e.position <= %(position)s
            and e.tag = 'appraisal.progress-reported'
            and not exists (
              select
              from read_timeline.events back
              where back.agency = e.agency
                and back.stream = e.stream
                and back.position > e.position
                and back.tag = 'appraisal.report-returned'
                and back.data ->> 'report' = e.data ->> 'report'
                and back.position <= %(position)s
            )
          group by 1
        ) d
      ) as report_days,
      -- end
      -- with ratings
      (
        select coalesce(json_agg(row_to_json(r) order by r.position), '[]')
        from (
          -- part held: of = read_dossier.rating; columns = agency, stream, rater, relation, scores, note, status, reason, revisions, position, recorded_at
        ) r
        where r.agency = p.agency
          and r.stream = p.stream
          and r.position > (
            -- part opened: of = p
          )
      ) as ratings,
      -- end
      -- with objections
      (
        select coalesce(json_agg(row_to_json(o) order by o.nth), '[]')
        from (
          select
            o.nth,
            o.grounds,
            o.filed,
            (
              select coalesce(json_agg(x order by (x ->> 'position')::bigint), '[]')
              from jsonb_array_elements(o.explanations) x
              where (x ->> 'position')::bigint <= %(position)s
            ) as explanations,
            case when o.decided_position <= %(position)s then o.outcome end as outcome,
            case when o.decided_position <= %(position)s then o.reason end as reason,
            case when o.decided_position <= %(position)s then o.decided end as decided,
            e.data ->> 'due' as due,
            case when e.data ? 'due' then greatest(0, o.decided - (e.data ->> 'due')::date) end as days_late
          from read_dossier.objection o
          left join read_timeline.events e
            on e.agency = o.agency
            and e.position = o.decided_position
            and e.position <= %(position)s
          where o.agency = p.agency
            and o.stream = p.stream
            and o.position <= %(position)s
        ) o
      ) as objections,
      -- end
      -- with documents
      (
        select coalesce(json_agg(row_to_json(d) order by d.position), '[]')
        from (
          select
            i.agency || ':' || i.position as event,
            i.position,
            i.recorded_at,
            i.data ->> 'number' as number,
            i.data ->> 'code' as code,
            i.data ->> 'form' as form,
            i.data ->> 'template' as template,
            i.data ->> 'sha256' as sha256,
            (i.data ->> 'result')::bigint as result,
            ended.at is null as current,
            i.data ->> 'on' as issued,
            i.data ->> 'by' as by,
            i.data ->> 'deputy' as deputy,
            i.data ->> 'recommendation' as recommendation,
            i.data ->> 'deliver_by' as deliver_by,
            done.*
          from read_timeline.events i
          -- Another result, or that this one was opened again.
          left join lateral (
            select min(e.position) as at
            from read_timeline.events e
            where e.agency = i.agency
              and e.stream = i.stream
              and e.position > i.position
              and e.position <= %(position)s
              and e.tag in ('appraisal.finalised', 'appraisal.joined', 'appraisal.reopened')
          ) ended on true
          left join lateral (
            select
              min(e.data ->> 'on') filter (where e.tag = 'appraisal.document-delivered') as delivered,
              min(e.data ->> 'return_by') filter (where e.tag = 'appraisal.document-delivered') as return_by,
              min(e.data ->> 'on') filter (where e.tag = 'appraisal.document-received') as received,
              min(e.data ->> 'on') filter (where e.tag = 'appraisal.document-returned') as returned,
              min(e.data ->> 'on') filter (where e.tag = 'appraisal.document-refused') as refused,
              min(e.data ->> 'reason') filter (where e.tag = 'appraisal.document-refused') as refusal_reason,
              min(e.data ->> 'on') filter (where e.tag = 'appraisal.document-reported') as reported,
              min(e.data ->> 'report_by') filter (where e.tag = 'appraisal.document-reported') as report_by
            from read_timeline.events e
            where e.agency = i.agency
              and e.stream = i.stream
              and e.position > i.position
              and (ended.at is null or e.position < ended.at)
              and e.position <= %(position)s
          ) done on true
          where i.agency = p.agency
            and i.stream = p.stream
            and i.tag = 'appraisal.document-issued'
            and i.position <= %(position)s
        ) d
      ) as documents,
      -- end
      -- with final_results
      (
        select coalesce(json_agg(row_to_json(f) order by f.position), '[]')
        from (
          select
            e.agency || ':' || e.position as event,
            e.position,
            e.data ->> 'on' as on,
            e.data ->> 'score' as score,
            e.data ->> 'predicate' as predicate,
            e.data -> 'policy' ->> 'hash' as policy_hash,
            coalesce((e.data ->> 'final')::boolean, false) as final,
            e.data ->> 'finality' as finality,
            e.data ->> 'amends' as amends,
            (e.data -> 'move' ->> 'kept')::boolean as move_kept,
            e.data -> 'move' ->> 'reason' as move_reason,
            (
              -- Of a joined result its parts, of a year that was judged beside its periods those.
              select coalesce(json_agg(distinct l.period), '[]')
              from read_timeline.events l
              left join lateral jsonb_array_elements(e.data -> 'parts') part on part ->> 'period' = l.period
              where l.agency = e.agency
                and l.employee = e.employee
                and l.position > coalesce((part ->> 'position')::bigint, e.position)
                and l.position <= %(position)s
                and (part is not null or (e.data -> 'parts' is null and l.period like e.period || '-%%'))
                and l.tag in (
                  'appraisal.finalised', 'appraisal.joined', 'appraisal.reopened', 'appraisal.cancelled', 'appraisal.cut'
                )
            ) as outdated_parts
          from read_timeline.events e
          where e.agency = p.agency
            and e.stream = p.stream
            and e.tag in ('appraisal.finalised', 'appraisal.joined')
            and e.position <= %(position)s
        ) f
      ) as final_results,
      -- end
      -- with special_expectations
      (
        select coalesce(json_agg(row_to_json(e) order by e.position), '[]')
        from read_dossier.special_expectation e
        where e.agency = p.agency
          and e.stream = p.stream
          and e.position > (
            -- part opened: of = p
          )
          and e.position <= %(position)s
          and not exists (
            select
            from read_dossier.special_expectation later
            where later.agency = e.agency
              and later.stream = e.stream
              and later.indicator = e.indicator
              and later.position > e.position
              and later.position <= %(position)s
          )
      ) as special_expectations,
      -- end
      -- with taken_over
      (
        -- Those that a leader took over and has not given back.
        select coalesce(json_agg(row_to_json(t) order by t.position, t.nth), '[]')
        from (
          select
            one.taken ->> 'result' as result,
            one.taken ->> 'title' as title,
            one.taken ->> 'on' as on,
            one.taken ->> 'by' as by,
            one.taken ->> 'note' as note,
            e.position,
            one.nth
          from read_timeline.events e
          cross join lateral jsonb_array_elements(
            case
              when e.tag = 'appraisal.plan-taken' then coalesce(e.data -> 'taken_over', '[]')
              else jsonb_build_array(e.data -> 'taken')
            end
          ) with ordinality one (taken, nth)
          where e.agency = p.agency
            and e.stream = p.stream
            and e.tag in ('appraisal.result-taken-over', 'appraisal.take-over-revised', 'appraisal.plan-taken')
            and e.position <= %(position)s
            and e.position > (
              -- part opened: of = p
            )
            -- What was given back is not taken over any more.
            and not exists (
              select
              from read_timeline.events later
              where later.agency = e.agency
                and later.stream = e.stream
                and later.tag = 'appraisal.take-over-revised'
                and later.data ->> 'given_back' = 'true'
                and later.data -> 'taken' ->> 'result' = one.taken ->> 'result'
                and later.position >= e.position
                and later.position <= %(position)s
            )
            -- What is taken of the plan of the year tells of all of it.
            and (
              e.tag <> 'appraisal.plan-taken'
              or not exists (
                select
                from read_timeline.events later
                where later.agency = e.agency
                  and later.stream = e.stream
                  and later.tag = 'appraisal.plan-taken'
                  and later.position > e.position
                  and later.position <= %(position)s
              )
            )
        ) t
      ) as taken_over,
      -- end
      -- with guidance
      (
        select coalesce(json_agg(row_to_json(g) order by g.position), '[]')
        from (
          select
            g.position,
            g.recorded_at,
            g.data ->> 'guidance' as guidance,
            g.data ->> 'kind' as kind,
            g.data ->> 'on' as on,
            g.data ->> 'by' as by,
            g.data ->> 'note' as note,
            g.data ->> 'result' as result,
            g.data ->> 'indicator' as indicator,
            said.answer,
            said.answered_at
          from read_timeline.events g
          left join lateral (
            select a.data ->> 'answer' as answer, a.recorded_at as answered_at
            from read_timeline.events a
            where a.agency = g.agency
              and a.stream = g.stream
              and a.position > g.position
              and a.tag = 'appraisal.guidance-answered'
              and a.data ->> 'guidance' = g.data ->> 'guidance'
              and a.position <= %(position)s
            order by a.position
            limit 1
          ) said on true
          where g.agency = p.agency
            and g.stream = p.stream
            and g.tag = 'appraisal.guidance-recorded'
            and g.position <= %(position)s
            and g.position > (
              -- part opened: of = p
            )
        ) g
      ) as guidance,
      -- end
      -- with follow_ups
      (
        select coalesce(json_agg(row_to_json(f) order by f.position), '[]')
        from read_dossier.follow_up f
        where f.agency = p.agency
          and f.stream = p.stream
          and f.position <= %(position)s
      ) as follow_ups,
      -- end
      -- with history
      (
        select coalesce(json_agg(row_to_json(part)), '[]')
        from (
          select
            asked.first,
            asked.after,
            (
              select coalesce(json_agg(row_to_json(c) order by c.position), '[]')
              from (
                select
                  c.agency || ':' || c.position as event,
                  c.position,
                  c.tag as cause,
                  case when c.tag <> all(%(rating_events)s) then c.by end as by,
                  c.recorded_at,
                  coalesce(c.effective, (c.at at time zone %(time_zone)s)::date) as effective_at,
                  c.status,
                  c.reason,
                  c.score::text as score,
                  c.predicate,
                  c.policy_hash
                from read_scores.change c
                where c.agency = p.agency
                  and c.stream = p.stream
                  and c.position <= %(position)s
                order by c.position
                limit asked.first
                offset asked.after
              ) c
            ) as rows
          from unnest(%(history_first)s::int[], %(history_after)s::int[]) as asked (first, after)
        ) part
      ) as history,
      -- end
      -- with time_limits
      (
        select coalesce(json_agg(row_to_json(c) order by c.began, c.kind), '[]')
        from (
          select
            c.kind,
            c.since,
            c.position as began,
            case when c.ended <= %(position)s then c.ended end as ended
          from read_clocks.clock c
          where c.agency = p.agency
            and c.stream = p.stream
            and c.kind <> 'rating'
            and c.position >= (
              -- part opened: of = p
            )
            and c.position <= %(position)s
        ) c
      ) as time_limits,
      -- end
      -- with timeline
      (
        select coalesce(json_agg(row_to_json(part)), '[]')
        from (
          select
            asked.first,
            asked.after,
            (
              select coalesce(json_agg(row_to_json(e) order by e.version), '[]')
              from (
                select
                  e.agency || ':' || e.position as event,
                  e.position,
                  e.version,
                  e.tag as type,
                  e.at,
                  e.recorded_at,
                  e.by,
                  e.on_behalf_of,
                  e.data
                from read_timeline.events e
                where e.agency = p.agency
                  and e.stream = p.stream
                  and e.version > asked.after
                  and e.version <= asked.after + asked.first
                  and e.position <= %(position)s
              ) e
            ) as rows
          from unnest(%(timeline_first)s::int[], %(timeline_after)s::int[]) as asked (first, after)
        ) part
      ) as timeline,
      -- end
      %(day)s::date as day
      -- end
    from page p
    -- with past
    -- with own
    join lateral (
      select e.version, e.position, e.recorded_at
      from read_timeline.events e
      where e.agency = p.agency
        and e.stream = p.stream
        and e.position <= %(position)s
      order by e.version desc
      limit 1
    ) own on true
    -- end
    -- with whole
    left join lateral (
      select
        e.data -> 'nodes' as nodes,
        (e.data ->> 'position')::bigint as facts_position,
        e.data -> 'cohort' as cohort
      from read_timeline.events e
      where p.status = 'final'
        and e.agency = p.agency
        and e.stream = p.stream
        and e.position <= %(position)s
        and e.tag in ('appraisal.finalised', 'appraisal.joined')
      order by e.version desc
      limit 1
    ) fixed on true
    -- end
    -- end
  ) x
) found
