-- Who is ranked in a period, by policies that rank and how; each with the group they are in and the place they have there.
-- Equal scores have equal places, and the next one counts all before it. A result without a score has no place.
select
  m.*,
  rank() over (partition by m.policy_hash, m.member order by m.score desc)::int as place,
  count(*) over (
    partition by m.policy_hash, m.member
    order by m.score desc
    range between current row and current row
  )::int as alike,
  count(*) over (
    partition by m.policy_hash, m.member
    order by m.score desc
    range between unbounded preceding and unbounded following
  )::int as ranked
from (
  select
    f.employee,
    f.unit,
    f.policy_hash,
    case r.within when 'unit' then f.unit when 'class' then coalesce(f.position_class, '') else '' end as member,
    f.score,
    f.position
  from read_results.result f
  join unnest(%(hashes)s::text[], %(within)s::text[]) r (policy_hash, within) on r.policy_hash = f.policy_hash
  where f.agency = %(agency)s
    and f.period = %(period)s
    and f.score is not null
) m
