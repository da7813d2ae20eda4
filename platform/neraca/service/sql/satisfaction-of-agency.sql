-- The same of all units together that enough citizens answered, with how many people have a final result of the period.
select
  w.survey,
  w.period,
  w.units,
  w.sums::text as sums,
  w.counts::text as counts,
  w.position,
  w.lacks is not null as doubtful,
  (
    select count(*)::int
    from read_scores.appraisal a
    where a.agency = w.agency
      and a.period = w.period
      and a.status = 'final'
  ) as final
from read_satisfaction.whole w
where w.agency = %(agency)s
  and w.units > 0
  and (%(survey)s::text is null or w.survey = %(survey)s)
order by w.survey, w.period
