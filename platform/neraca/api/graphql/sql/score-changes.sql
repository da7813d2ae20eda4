-- Changes of scores after one (`after`, `after_stream`) and up to a position, of the appraisals that the reader may see.
select
  c.position,
  c.stream,
  a.employee,
  a.period,
  a.unit,
  c.agency || ':' || c.position as event,
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
join read_scores.appraisal a
  on a.agency = c.agency
  and a.stream = c.stream
where c.agency = %(agency)s
  and c.position >= %(after)s::bigint
  and (c.position, c.stream) > (%(after)s::bigint, %(after_stream)s::uuid)
  and c.position <= %(until)s::bigint
  and (%(employee)s::text is null or a.employee = %(employee)s)
  and (%(period)s::text is null or a.period = %(period)s)
  and (
    %(reader)s::text is null
    or a.employee = %(reader)s
    or (%(serves)s and %(reader)s in (a.appraiser, a.reviewer))
    or a.stream = any(%(acting_for)s)
  )
order by c.position, c.stream
limit %(limit)s
