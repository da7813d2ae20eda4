-- One page of appraisals as the log was at a position, of those that the reader may see today.
-- What changed a score is kept by position, and so is all that happened in an appraisal; levels, values, facts and
-- reasons are folded from the log by whoever needs them.
with matching as not materialized (
  select
    a.agency,
    a.stream,
    a.employee,
    a.period,
    a.starts,
    a.ends,
    place.unit,
    place.appraiser,
    place.reviewer,
    stage.stage,
    own.version,
    own.position,
    own.recorded_at,
    c.status,
    c.reason,
    c.score,
    c.predicate,
    c.policy_hash
  from read_scores.appraisal a
  join lateral (
    select c.status, c.reason, c.score, c.predicate, c.policy_hash
    from read_scores.change c
    where c.agency = a.agency
      and c.stream = a.stream
      and c.position <= %(position)s
    order by c.position desc
    limit 1
  ) c on true
  join lateral (
    select e.version, e.position, e.recorded_at
    from read_timeline.events e
    where e.agency = a.agency
      and e.stream = a.stream
      and e.position <= %(position)s
    order by e.version desc
    limit 1
  ) own on true
  join lateral (
    select
      case e.tag
        when 'appraisal.opened' then 'planning'
        when 'appraisal.plan-drafted' then 'planning'
        when 'appraisal.plan-submitted' then 'submitted'
        when 'appraisal.plan-returned' then 'planning'
        when 'appraisal.plan-approved' then 'running'
        when 'appraisal.plan-taken' then 'running'
        when 'appraisal.finalised' then 'final'
        when 'appraisal.joined' then 'final'
        when 'appraisal.objection-filed' then 'objected'
        when 'appraisal.objection-decided' then 'final'
        when 'appraisal.reopened' then 'reopened'
        when 'appraisal.cancelled' then 'cancelled'
        when 'appraisal.cut' then 'cancelled'
      end as stage
    from read_timeline.events e
    where e.agency = a.agency
      and e.stream = a.stream
      and e.position <= %(position)s
      and e.tag in (
        'appraisal.opened',
        'appraisal.plan-drafted',
        'appraisal.plan-submitted',
        'appraisal.plan-returned',
        'appraisal.plan-approved',
        'appraisal.plan-taken',
        'appraisal.finalised',
        'appraisal.joined',
        'appraisal.objection-filed',
        'appraisal.objection-decided',
        'appraisal.reopened',
        'appraisal.cancelled',
        'appraisal.cut'
      )
    order by e.version desc
    limit 1
  ) stage on true
  join lateral (
    select
      e.data ->> 'unit' as unit,
      e.data ->> 'appraiser' as appraiser,
      e.data ->> 'reviewer' as reviewer
    from read_timeline.events e
    where e.agency = a.agency
      and e.stream = a.stream
      and e.position <= %(position)s
      and e.tag in ('appraisal.opened', 'appraisal.reassigned')
    order by e.version desc
    limit 1
  ) place on true
  where a.agency = %(agency)s
    and (
      %(reader)s::text is null
      or a.employee = %(reader)s
      or (%(serves)s and %(reader)s in (a.appraiser, a.reviewer))
      or a.stream = any(%(acting_for)s)
    )
    and (%(employee)s::text is null or a.employee = %(employee)s)
    and (%(period)s::text is null or a.period = %(period)s)
    and (%(unit)s::text is null or place.unit = %(unit)s)
    and (%(predicate)s::text is null or c.predicate = %(predicate)s)
    and (%(status)s::text is null or c.status = %(status)s)
    and (
      %(without_entry_on)s::date is null
      or (
        %(without_entry_on)s::date between a.starts and a.ends
        and stage.stage in ('running', 'reopened')
        and not exists (
          select
          from read_timeline.events e
          where e.agency = a.agency
            and e.stream = a.stream
            and e.position <= %(position)s
            and e.tag = 'appraisal.activity-reported'
            and e.data ->> 'day' = %(without_entry_on)s::date::text
            and e.version > (
              select max(o.version)
              from read_timeline.events o
              where o.agency = a.agency
                and o.stream = a.stream
                and o.position <= %(position)s
                and o.tag = 'appraisal.opened'
            )
            and not exists (
              select
              from read_timeline.events returned
              where returned.agency = e.agency
                and returned.stream = e.stream
                and returned.version > e.version
                and returned.position <= %(position)s
                and returned.tag = 'appraisal.report-returned'
                and returned.data ->> 'report' = e.data ->> 'report'
            )
        )
      )
    )
), page as (
  select m.*
  from matching m
  where %(after_employee)s::text is null
    or (m.employee, m.period) > (%(after_employee)s, %(after_period)s)
  order by m.employee, m.period
  limit %(limit)s
)
select
  -- with total
  (select count(*) from matching) as total,
  -- end
  (
    select coalesce(json_agg(row_to_json(x) order by x.employee, x.period), '[]')
    from (
      select
        p.agency,
        p.employee,
        p.period,
        p.starts,
        p.ends,
        p.unit,
        p.appraiser,
        p.reviewer,
        opened.position_class,
        p.stage,
        p.version,
        p.policy_hash,
        p.status,
        p.reason,
        p.score::text as score,
        p.predicate,
        coalesce(fixed.nodes, '{}') as nodes,
        fixed.facts_position,
        -- with cohort
        fixed.cohort,
        -- end
        %(position)s::bigint as as_of,
        p.position,
        exists (
          select
          from read.set_aside s
          where s.agency = p.agency
            and s.stream = p.stream
            and s.position <= %(position)s
        ) as incomplete,
        (
          select coalesce(e.data -> 'closed', '{}')
          from read_timeline.events e
          where e.agency = p.agency
            and e.stream = p.stream
            and e.position <= %(position)s
            and e.tag in ('appraisal.ratings-closed', 'appraisal.finalised')
          order by e.version
          limit 1
        ) as closed,
        -- with person
        (
          select row_to_json(e)
          from (
            -- part employee-as-of: day = %(day)s; position = %(position)s
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
              case e.tag
                when 'appraisal.opened' then 'none'
                when 'appraisal.cancelled' then 'none'
                when 'appraisal.cut' then 'none'
                when 'appraisal.plan-drafted' then 'drafted'
                when 'appraisal.plan-submitted' then 'submitted'
                when 'appraisal.plan-returned' then 'returned'
                when 'appraisal.plan-approved' then 'approved'
                when 'appraisal.plan-taken' then 'approved'
              end as status,
              (
                select t.data -> 'terms'
                from read_timeline.events t
                where t.agency = p.agency
                  and t.stream = p.stream
                  and t.position > opened.position
                  and t.position <= %(position)s
                  and t.tag in (
                    'appraisal.plan-drafted',
                    'appraisal.plan-taken',
                    'appraisal.terms-revised',
                    'appraisal.cancelled',
                    'appraisal.cut'
                  )
                order by t.position desc
                limit 1
              ) as terms,
              origin.plan as work_plan,
              origin.version as work_plan_version,
              origin.due,
              (
                select f.data ->> 'feedback'
                from read_timeline.events f
                where f.agency = p.agency
                  and f.stream = p.stream
                  and f.version > opened.version
                  and f.position <= %(position)s
                  and f.tag in (
                    'appraisal.plan-returned',
                    'appraisal.plan-approved',
                    'appraisal.plan-taken',
                    'appraisal.cancelled',
                    'appraisal.cut'
                  )
                order by f.version desc
                limit 1
              ) as feedback
            from read_timeline.events e
            left join lateral (
              select o.plan, o.version, o.due
              from read_dossier.plan_origin o
              where o.agency = p.agency
                and o.stream = p.stream
                and o.position > opened.position
                and o.position <= %(position)s
                and e.tag not in ('appraisal.cancelled', 'appraisal.cut')
              order by o.position desc
              limit 1
            ) origin on true
            where e.agency = p.agency
              and e.stream = p.stream
              and e.position <= %(position)s
              and e.tag in (
                'appraisal.opened',
                'appraisal.plan-drafted',
                'appraisal.plan-submitted',
                'appraisal.plan-returned',
                'appraisal.plan-approved',
                'appraisal.plan-taken',
                'appraisal.cancelled',
                'appraisal.cut'
              )
            order by e.version desc
            limit 1
          ) d
        ) as plan,
        -- end
        -- with periods
        (
          select coalesce(json_agg(row_to_json(o) order by o.starts), '[]')
          from (
            select o.period, o.starts, c.status, c.score::text as score, c.predicate
            from read_scores.appraisal o
            join lateral (
              select c.status, c.score, c.predicate
              from read_scores.change c
              where c.agency = o.agency
                and c.stream = o.stream
                and c.position <= %(position)s
              order by c.position desc
              limit 1
            ) c on true
            where o.agency = p.agency
              and o.employee = p.employee
              and o.stream <> p.stream
              and o.starts >= p.starts
              and o.ends <= p.ends
              and c.status <> 'cancelled'
          ) o
        ) as periods,
        -- end
        -- with reports
        (
          select coalesce(json_agg(row_to_json(part)), '[]')
          from (
            select
              asked.first,
              asked.after,
              (
                with reported as materialized (
                  select e.tag, e.data, e.recorded_at, e.position
                  from read_timeline.events e
                  where e.agency = p.agency
                    and e.stream = p.stream
                    and e.version > opened.version
                    and e.position <= %(position)s
                    and e.tag in ('appraisal.progress-reported', 'appraisal.activity-reported')
                    and p.stage <> 'cancelled'
                  order by e.version
                  limit asked.first
                  offset asked.after
                ), settled as materialized (
                  select e.tag, e.data, e.recorded_at, e.position
                  from read_timeline.events e
                  where e.agency = p.agency
                    and e.stream = p.stream
                    and e.version > opened.version
                    and e.position <= %(position)s
                    and e.tag in ('appraisal.report-accepted', 'appraisal.report-returned')
                    and e.data ->> 'report' = any(array(select data ->> 'report' from reported))
                )
                select coalesce(json_agg(row_to_json(r) order by r.position), '[]')
                from (
                  select
                    e.data ->> 'report' as report,
                    case e.tag when 'appraisal.progress-reported' then 'progress' else 'activity' end as kind,
                    case settled.tag
                      when 'appraisal.report-accepted' then 'accepted'
                      when 'appraisal.report-returned' then 'returned'
                      else 'pending'
                    end as status,
                    coalesce(e.data ->> 'until', e.data ->> 'day') as day,
                    e.data ->> 'result' as result,
                    e.data ->> 'target' as target,
                    (e.data ->> 'actual')::numeric::text as actual,
                    e.data ->> 'activity' as activity,
                    case
                      when e.tag = 'appraisal.activity-reported'
                        then coalesce((e.data ->> 'working_day')::boolean, true)
                    end as working_day,
                    (e.data ->> 'minutes')::int as minutes,
                    e.data ->> 'note' as note,
                    coalesce(e.data -> 'evidence', '[]') as evidence,
                    settled.data ->> 'feedback' as feedback,
                    e.recorded_at as reported_at,
                    settled.recorded_at as settled_at,
                    e.position
                  from reported e
                  left join settled
                    on settled.data ->> 'report' = e.data ->> 'report'
                ) r
              ) as rows
            from unnest(%(reports_first)s::int[], %(reports_after)s::int[]) as asked (first, after)
          ) part
        ) as reports,
        -- end
        %(day)s::date as day,
        -- with work_days
        (
          select coalesce(json_agg(row_to_json(d) order by d.day), '[]')
          from (
            select
              (e.data ->> 'day')::date as day,
              count(*) as entries,
              count(settled.tag) as accepted,
              coalesce(sum((e.data ->> 'minutes')::int), 0) as minutes,
              count(*) filter (where e.data -> 'minutes' is null) as untimed,
              bool_or(coalesce((e.data ->> 'working_day')::boolean, true)) as working_day
            from read_timeline.events e
            left join read_timeline.events settled
              on settled.agency = e.agency
              and settled.stream = e.stream
              and settled.version > e.version
              and settled.position <= %(position)s
              and settled.tag in ('appraisal.report-accepted', 'appraisal.report-returned')
              and settled.data ->> 'report' = e.data ->> 'report'
            where e.agency = p.agency
              and e.stream = p.stream
              and e.version > opened.version
              and e.position <= %(position)s
              and e.tag = 'appraisal.activity-reported'
              and p.stage <> 'cancelled'
              and settled.tag is distinct from 'appraisal.report-returned'
            group by e.data ->> 'day'
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
              and e.version > opened.version
              and e.position <= %(position)s
              and p.stage <> 'cancelled'
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
              select coalesce(max(c.position), 0)
              from read_timeline.events c
              where c.agency = p.agency
                and c.stream = p.stream
                and c.tag in ('appraisal.cancelled', 'appraisal.cut')
                and c.position <= %(position)s
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
          -- part taken-over: opened = (select coalesce(max(c.position), 0) from read_timeline.events c where c.agency = p.agency and c.stream = p.stream and c.tag in ('appraisal.cancelled', 'appraisal.cut') and c.position <= %(position)s); position = %(position)s
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
              and g.position > (
                select coalesce(max(c.position), 0)
                from read_timeline.events c
                where c.agency = p.agency
                  and c.stream = p.stream
                  and c.tag in ('appraisal.cancelled', 'appraisal.cut')
                  and c.position <= %(position)s
              )
              and g.position <= %(position)s
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
        p.recorded_at
      from page p
      join lateral (
        select e.version, e.position, e.data ->> 'position_class' as position_class
        from read_timeline.events e
        where e.agency = p.agency
          and e.stream = p.stream
          and e.position <= %(position)s
          and e.tag = 'appraisal.opened'
        order by e.version desc
        limit 1
      ) opened on true
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
    ) x
  ) as rows
