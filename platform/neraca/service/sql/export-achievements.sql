-- What each unit achieved in each period, as it was said last.
select
  s.unit,
  s.period,
  trim_scale((s.event ->> 'index')::numeric) as index,
  s.event ->> 'predicate' as predicate,
  first.event ->> 'source' as source,
  s.event ->> 'reason' as reason,
  s.log_position,
  s.recorded_at
from (
  select distinct on (a.unit, a.period) a.*
  from read_achievements.steps a
  where a.agency = %(agency)s
    and (%(period)s::text is null or a.period = %(period)s)
    and a.tag in ('achievement.published', 'achievement.revised')
  order by a.unit, a.period, a.log_position desc
) s
join read_achievements.steps first
  on first.agency = s.agency
  and first.unit = s.unit
  and first.period = s.period
  and first.tag = 'achievement.published'
order by s.unit collate "C", s.period collate "C"
