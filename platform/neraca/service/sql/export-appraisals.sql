-- Every appraisal with its score as it stands, or those of one period.
select
  a.employee,
  a.period,
  a.starts,
  a.ends,
  a.unit,
  a.appraiser,
  a.reviewer,
  a.position_class,
  a.stage,
  a.status,
  a.reason,
  trim_scale(a.score) as score,
  a.predicate,
  a.policy_id,
  a.policy_version,
  a.policy_hash,
  (
    a.lacks is not null
    or exists (
      select
      from read.set_aside s
      where s.agency = a.agency
        and s.stream = a.stream
    )
  ) as incomplete,
  a.version,
  a.position,
  a.recorded_at
from read_scores.appraisal a
where a.agency = %(agency)s
  and (%(period)s::text is null or a.period = %(period)s)
order by a.employee collate "C", a.period collate "C"
