-- One page of employees as the log was at a position, of those that the reader may see today.
-- What registration said is kept with what it said before each correction; all else is kept by position. Of the places
-- and posts that were known then, those of the day on which the position was recorded hold.
with matching as not materialized (
  select
    e.agency,
    e.employee,
    coalesce(said.name, e.name) as name,
    e.employment_type,
    coalesce(named.position, said.position, e.position) as position,
    coalesce(named.position_class, said.position_class, e.position_class) as position_class,
    coalesce(
      named.career_level,
      case when said.log_position is null then e.career_level else said.career_level end
    ) as career_level,
    place.unit,
    place.supervisor,
    e.since,
    retired.last_day as retired,
    own.version
  from read_roster.employees e
  join lateral (
    select g.version
    from ledger.events g
    where g.agency = e.agency
      and g.stream = e.stream
      and g.position <= %(position)s
    order by g.version desc
    limit 1
  ) own on true
  left join lateral (
    select r.last_day
    from read_roster.retirements r
    where r.agency = e.agency
      and r.employee = e.employee
      and r.log_position <= %(position)s
    order by r.log_position desc
    limit 1
  ) retired on true
  left join lateral (
    select l.unit, l.supervisor
    from read_roster.places l
    where l.agency = e.agency
      and l.employee = e.employee
      and l.log_position <= %(position)s
      and (l.dropped is null or l.dropped > %(position)s)
      and l.since <= %(day)s
      and (retired.last_day is null or retired.last_day >= %(day)s)
    order by l.since desc, l.log_position desc
    limit 1
  ) place on true
  left join lateral (
    -- The latest of each by its day: a later place or change names a post, and a change a class or a level.
    select
      (array_agg(t.position order by t.since desc, t.log_position desc) filter (where t.position is not null))[1]
        as position,
      (
        array_agg(t.position_class order by t.since desc, t.log_position desc)
        filter (where t.position_class is not null)
      )[1] as position_class,
      (array_agg(t.career_level order by t.since desc, t.log_position desc) filter (where t.career_level is not null))[1]
        as career_level
    from (
      select l.since, l.log_position, l.position, null as position_class, null as career_level
      from read_roster.places l
      where l.agency = e.agency
        and l.employee = e.employee
        and l.log_position <= %(position)s
        and l.since <= %(day)s
      union all
      select c.since, c.log_position, c.position, c.position_class, c.career_level
      from read_roster.posts c
      where c.agency = e.agency
        and c.employee = e.employee
        and c.log_position <= %(position)s
        and c.since <= %(day)s
    ) t
  ) named on true
  left join lateral (
    -- What was said before the first correction that came later.
    select c.log_position, c.name, c.position, c.position_class, c.career_level
    from read_roster.corrections c
    where c.agency = e.agency
      and c.employee = e.employee
      and c.log_position > %(position)s
    order by c.log_position
    limit 1
  ) said on true
  where e.agency = %(agency)s
    and (
      %(reader)s::text is null
      or e.employee = %(reader)s
      or e.employee = any(%(below)s)
    )
    and (%(unit)s::text is null or place.unit = %(unit)s)
    and (%(employee)s::text is null or e.employee = %(employee)s)
), page as (
  select m.*
  from matching m
  where %(after)s::text is null
    or m.employee > %(after)s
  order by m.employee
  limit %(limit)s
)
select
  case when %(with_total)s then (select count(*) from matching) end as total,
  (select coalesce(json_agg(row_to_json(p) order by p.employee), '[]') from page p) as rows
