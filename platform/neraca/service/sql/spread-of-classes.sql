-- What final results come to by period, policy and node: of one class of post, of each, or of all classes together.
-- Classes have nobody in common, so that a sum over them is of no fewer people than the smallest of them.
with valued as (
  select
    case when %(by_class)s then t.position_class end as member,
    t.period,
    t.policy_hash,
    t.node,
    t.value,
    sum(t.people)::int as people
  from read_results.tally t
  where t.agency = %(agency)s
    and (%(period)s::text is null or t.period = %(period)s)
    and (%(policy_hash)s::text is null or t.policy_hash = %(policy_hash)s)
    and (%(position_class)s::text is null or t.position_class = %(position_class)s)
    and (%(node)s::text is null or t.node = %(node)s)
  group by 1, 2, 3, 4, 5
), groups as (
  select
    case when %(by_class)s then g.member end as member,
    g.period,
    g.policy_hash,
    g.policy,
    g.starts,
    g.ends,
    max(g.position) as position
  from read_results.gathering g
  where g.agency = %(agency)s
    and g.grouping = 'class'
    and (%(period)s::text is null or g.period = %(period)s)
    and (%(position_class)s::text is null or g.member = %(position_class)s)
  group by 1, 2, 3, 4, 5, 6
)
-- part spread: of = classes
