-- Changes whenever a finding of a period may: the last event of its appraisals, and how many reports were answered.
select
  coalesce(
    (
      select max(a.position)
      from read_scores.appraisal a
      where a.agency = %(agency)s
        and a.period = %(period)s
    ),
    0
  ) as last,
  coalesce(
    (
      select sum(s.reports)
      from read_forensics.settlement s
      where s.agency = %(agency)s
        and s.month = any(%(months)s)
    ),
    0
  )::bigint as answered,
  coalesce(
    (
      select max(j.fixed_position)
      from read_forensics.judged j
      where j.agency = %(agency)s
        and j.period = %(period)s
    ),
    0
  ) as fixed
