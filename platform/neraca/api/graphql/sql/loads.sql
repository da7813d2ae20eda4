-- How much of each target of a result is shared out among those who take a load of it.
select l.target, sum(l.share)::text as shared, count(*)::int as results, array_agg(l.position order by l.position) as events
from (
  -- part serving-result: position = %(position)s
) r
join read_cascade.link l
  on l.agency = %(agency)s
  and l.employee = r.employee
  and l.period = r.period
  and l.result = r.result
  and l.position = r.linked
where l.kind = 'LOAD'
group by l.target
order by l.target
