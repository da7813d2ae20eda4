-- One page of employees as the roster has them today: everyone, or the reader and those who report to the reader.
with matching as not materialized (
  select
    e.agency,
    e.employee,
    e.name,
    e.employment_type,
    coalesce(named.position, e.position) as position,
    coalesce(named.position_class, e.position_class) as position_class,
    coalesce(named.career_level, e.career_level) as career_level,
    place.unit,
    place.supervisor,
    e.since,
    e.retired,
    e.version
  from read_roster.employees e
  left join lateral (
    select l.unit, l.supervisor
    from read_roster.places l
    where l.agency = e.agency
      and l.employee = e.employee
      and l.dropped is null
      and l.since <= %(today)s
      and (e.retired is null or e.retired >= %(today)s)
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
        and l.since <= %(today)s
      union all
      select c.since, c.log_position, c.position, c.position_class, c.career_level
      from read_roster.posts c
      where c.agency = e.agency
        and c.employee = e.employee
        and c.since <= %(today)s
    ) t
  ) named on true
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
