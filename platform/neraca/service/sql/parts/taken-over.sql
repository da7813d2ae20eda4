-- The results that a leader took over in the appraisal `p` and has not given back, as far as the log goes at a position.
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
    and e.position <= {position}
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
        and later.position <= {position}
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
          and later.position <= {position}
      )
    )
) t
