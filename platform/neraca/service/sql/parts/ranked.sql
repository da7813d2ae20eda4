-- Who is ranked in a period, by policies that rank and how; each with the group it is in and the place it has there.
-- Equal scores have equal places, and the next one counts all before it. A result without a score has no place.
select
  m.*,
  rank() over (partition by m.policy_hash, m.member order by m.score desc)::int as place,
  count(*) over (partition by m.policy_hash, m.member, m.score)::int as alike,
  count(*) over (partition by m.policy_hash, m.member)::int as people,
  count(*) filter (where m.status <> 'final') over (partition by m.policy_hash, m.member)::int as unfinished
from (
  select
    a.employee,
    a.unit,
    r.policy_hash,
    case r.within when 'unit' then a.unit when 'class' then coalesce(a.position_class, '') else '' end as member,
    a.status,
    a.score,
    (a.final ->> 'position')::bigint as position
  from read_scores.appraisal a
  -- Whoever is judged by no rule yet may come to be judged by any.
  join unnest(%(hashes)s::text[], %(within)s::text[]) r (policy_hash, within)
    on r.policy_hash = coalesce(a.policy_hash, r.policy_hash)
  where a.agency = %(agency)s
    and a.period = %(period)s
    and a.status <> 'cancelled'
    and not (a.status = 'final' and a.score is null)
) m
