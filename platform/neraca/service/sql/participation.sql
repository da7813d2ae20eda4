-- How far the appraisals of a period are, by unit; of some units, or of all. What an anonymous rater gave is not here:
-- only the leader rates by name, and whoever judges a result by a level.
select
  a.unit,
  count(*)::int as people,
  count(*) filter (where d.plan = 'approved')::int as planned,
  count(*) filter (where exists (
    select
    from read_dossier.report r
    where r.agency = a.agency
      and r.stream = a.stream
      and r.position > d.opened
  ))::int as reported,
  count(*) filter (where a.status = 'final'
    or exists (
      select
      from read_dossier.rating r
      where r.agency = a.agency
        and r.stream = a.stream
        and r.relation = 'SUPERVISOR'
        and r.status = 'given'
        and r.position > d.opened
    )
    or exists (
      select
      from read_dossier.result r
      where r.agency = a.agency
        and r.stream = a.stream
        and r.level is not null
    ))::int as rated,
  count(*) filter (where a.status = 'final')::int as final
from read_scores.appraisal a
join read_dossier.dossier d
  on d.agency = a.agency
  and d.period = a.period
  and d.stream = a.stream
where a.agency = %(agency)s
  and a.period = %(period)s
  and a.status <> 'cancelled'
  and (%(units)s::text[] is null or a.unit = any(%(units)s))
group by a.unit
order by a.unit
