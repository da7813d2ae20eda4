-- What final results come to by period, policy and node, of the whole agency, or of one class of posts or of each.
with valued as (
  select t.member, t.period, t.policy_hash, t.node, t.value, t.people
  from read_results.tally t
  where t.agency = %(agency)s
    and t.grouping = %(grouping)s
    and (%(period)s::text is null or t.period = %(period)s)
    and (%(policy_hash)s::text is null or t.policy_hash = %(policy_hash)s)
    and (%(position_class)s::text is null or t.member = %(position_class)s)
    and (%(node)s::text is null or t.node = %(node)s)
), groups as (
  select g.member, g.period, g.policy_hash, g.policy, g.starts, g.ends, g.people, g.position
  from read_results.gathering g
  where g.agency = %(agency)s
    and g.grouping = %(grouping)s
    and (%(period)s::text is null or g.period = %(period)s)
    and (%(position_class)s::text is null or g.member = %(position_class)s)
)
-- part spread: of = classes
