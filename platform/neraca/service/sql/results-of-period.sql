-- How many are appraised in some periods, and how many results of theirs are final: of a unit, or of all.
select
  (
    select count(*)
    from read_scores.appraisal a
    where a.agency = %(agency)s
      and a.period = any(%(periods)s)
      and a.status <> 'cancelled'
      and (%(unit)s::text is null or a.unit = %(unit)s)
  ) as appraised,
  (
    select count(*)
    from read_results.result r
    where r.agency = %(agency)s
      and r.period = any(%(periods)s)
      and (%(unit)s::text is null or r.unit = %(unit)s)
  ) as final
