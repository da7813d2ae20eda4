-- What counts of the same people in two periods, by the policies that judged: pairs of values as JSON, null where
-- somebody counts in one of the two only. Of a unit (those who were in it), of whoever was ever in a
-- programme, or of the whole agency.
with taken_in as (
  select m.employee
  from read_programmes.memberships m
  where m.agency = %(agency)s
    and m.programme = %(programme)s
  except
  -- Of whom it was said later that they never were: they left on the day before they came, each time.
  select j.event ->> 'employee'
  from read_programmes.steps j
  where j.agency = %(agency)s
    and j.programme = %(programme)s
    and j.tag = 'programme.member-joined'
  group by 1
  having bool_and(exists (
    select
    from read_programmes.steps l
    where l.agency = j.agency
      and l.programme = j.programme
      and l.tag = 'programme.member-left'
      and l.log_position > j.log_position
      and l.event ->> 'employee' = j.event ->> 'employee'
      and (l.event ->> 'on')::date + 1 = (j.event ->> 'since')::date
  ))
), counted as (
  select c.period, c.policy_hash, c.employee, c.told -> %(node)s as value
  from read_results.counted c
  where c.agency = %(agency)s
    and c.grouping = case when %(unit)s::text is null then 'agency' else 'unit' end
    and c.period in (%(before)s, %(after)s)
    and (%(unit)s::text is null or c.member = %(unit)s)
    and (
      %(programme)s::text is null
      or c.employee in (select t.employee from taken_in t)
    )
    and c.told ? %(node)s
), groups as (
  select g.period, g.policy_hash, min(g.policy) as policy, max(g.position) as position
  from read_results.gathering g
  where g.agency = %(agency)s
    and g.grouping = case when %(unit)s::text is null then 'agency' else 'unit' end
    and g.period in (%(before)s, %(after)s)
    and (%(unit)s::text is null or g.member = %(unit)s)
  group by g.period, g.policy_hash
), pairs as (
  select
    b.policy_hash as before_hash,
    a.policy_hash as after_hash,
    json_agg(json_build_array(b.value, a.value))::text as pairs
  from (select * from counted where period = %(before)s) b
  full join (select * from counted where period = %(after)s) a on a.employee = b.employee
  group by 1, 2
)
select gb.policy as before_policy, ga.policy as after_policy, p.before_hash, p.after_hash, p.pairs,
  gb.position as before_position, ga.position as after_position
from pairs p
left join groups gb
  on gb.period = %(before)s
  and gb.policy_hash = p.before_hash
left join groups ga
  on ga.period = %(after)s
  and ga.policy_hash = p.after_hash
order by gb.policy, ga.policy, p.before_hash, p.after_hash
