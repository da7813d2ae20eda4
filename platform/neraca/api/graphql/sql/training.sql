-- What happened to the training plans of a unit, of one period or of all, or of those that name an employee, up to a
-- position; in order of the log.
select coalesce(json_agg(json_build_object(
  'position', t.position,
  'recorded_at', t.recorded_at,
  'by', t.by,
  'unit', t.unit,
  'period', t.period,
  'event', t.event
) order by t.position), '[]') as rows
from read_development.training t
where t.agency = %(agency)s
  and (%(unit)s::text is null or t.unit = %(unit)s)
  and (%(period)s::text is null or t.period = %(period)s)
  and (%(employee)s::text is null or (t.unit, t.period) in (
    select n.unit, n.period
    from read_development.named n
    where n.agency = %(agency)s
      and n.employee = %(employee)s
      and (%(position)s::bigint is null or n.position <= %(position)s)
  ))
  and (%(position)s::bigint is null or t.position <= %(position)s)
