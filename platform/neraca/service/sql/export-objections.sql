-- Every objection, with what became of it.
select
  d.employee,
  d.period,
  o.nth,
  o.grounds,
  o.filed,
  o.outcome,
  o.reason,
  o.decided,
  o.position
from read_dossier.objection o
join read_dossier.dossier d
  on d.agency = o.agency
  and d.stream = o.stream
where o.agency = %(agency)s
  and (%(period)s::text is null or d.period = %(period)s)
order by d.employee collate "C", d.period collate "C", o.nth
