-- One page of employees as the log was at a position, of those that the reader may see today.
-- What registration said never changes; the places and the versions are kept by position.
with matching as not materialized (
  select
    e.agency,
    e.employee,
    e.name,
    e.employment_type,
    coalesce(place.position, unplaced.position, e.position) as position,
    e.position_class,
    e.career_level,
    place.unit,
    place.supervisor,
    e.since,
    case
      when exists (
        select 1
        from ledger.events g
        where g.agency = e.agency
          and g.stream = e.stream
          and g.type = 'employee.retired'
          and g.position <= %(position)s
      )
        then e.retired
    end as retired,
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
    select l.unit, l.supervisor, l.position
    from read_roster.places l
    where l.agency = e.agency
      and l.employee = e.employee
      and l.log_position <= %(position)s
    order by l.log_position desc
    limit 1
  ) place on true
  left join lateral (
    select l.position
    from read_roster.places l
    where l.agency = e.agency
      and l.employee = e.employee
    order by l.log_position
    limit 1
  ) unplaced on true
  where e.agency = %(agency)s
    and (
      %(reader)s::text is null
      or e.employee = %(reader)s
      or e.supervisor = %(reader)s
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
