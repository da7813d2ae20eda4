-- How much of each target of a result is shared out among those who take a load of it: what their links say now.
select l.target, sum(l.share)::text as shared, count(*)::int as results, array_agg(l.position order by l.position) as events
from read_cascade.link l
where l.agency = %(agency)s
  and l.kind = 'LOAD'
  and (
    (l.serves_unit = %(unit)s and l.year = %(year)s)
    or (l.serves_employee = %(employee)s and l.serves_period = %(period)s)
  )
  and l.serves = %(result)s
  and not exists (
    select
    from read_cascade.link n
    where n.agency = l.agency
      and n.employee = l.employee
      and n.period = l.period
      and n.result = l.result
      and n.position > l.position
  )
  and exists (
    select
    from (
      -- part planned-results: employee = l.employee; year = l.year
    ) r
    where r.period = l.period
      and r.result = l.result
  )
group by l.target
order by l.target
