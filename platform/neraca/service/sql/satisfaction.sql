-- What may be told of surveys that were closed, by unit and service point. All units, so that what is told of one does
-- not tell of another.
select
  r.survey,
  r.period,
  r.unit,
  r.point,
  coalesce(p.name, '') as name,
  p.kind,
  r.answered,
  r.sums::text as sums,
  r.counts::text as counts,
  r.unverified,
  r.unverified_sums::text as unverified_sums,
  r.unverified_counts::text as unverified_counts,
  r.flagged::text as flagged,
  r.position,
  r.supplemented,
  r.lacks is not null as doubtful
from read_satisfaction.result r
left join read_satisfaction.service_point p on p.agency = r.agency and p.point = r.point
where r.agency = %(agency)s
  and (%(unit)s::text is null or r.unit = %(unit)s)
  and (%(survey)s::text is null or r.survey = %(survey)s)
  and (%(periods)s::text[] is null or r.period = any(%(periods)s))
order by r.survey, r.unit, r.period, r.point
