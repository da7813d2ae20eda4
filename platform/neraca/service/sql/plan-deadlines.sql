-- Who serves in an agency on a day and has no approved plan to the end of its year, as the plans were at a position of the
-- log or are now: everybody, or a person and those directly below them, as far as the reader may see them. With what tells
-- since when they owe one, and what the log says already.
select coalesce(json_agg(row_to_json(x)), '[]')::text as rows
from (
  select
    e.employee,
    e.since,
    e.retired,
    coalesce(above.supervisor, '') as superior,
    (
      -- part breaks-in-service: of = e
    ) as breaks,
    (
      select coalesce(json_agg(json_build_array(x.kind, x.since, x.until) order by x.since, x.decree), '[]')
      from read_roster.exemptions x
      where x.agency = e.agency
        and x.employee = e.employee
        and not x.withdrawn
    ) as exemptions,
    (
      select json_agg(json_build_array(c.since, c.position_class) order by c.since, c.log_position)
      from (
        select e.since, e.position_class, 0 as log_position
        union all
        select p.since, p.position_class, p.log_position
        from read_roster.posts p
        where p.agency = e.agency
          and p.employee = e.employee
          and p.dropped is null
      ) c
      where c.position_class is not null
    ) as classes,
    (
      select coalesce(json_agg(json_build_array(w.starts, w.ends, w.status)), '[]')
      from (
        select distinct on (w.period) w.starts, w.ends, w.status
        from read_workplans.work_plan w
        where w.agency = e.agency
          and w.employee = e.employee
          and (%(position)s::bigint is null or w.position <= %(position)s)
        order by w.period, w.position desc
      ) w
      where w.starts >= date_trunc('year', %(today)s::date)
        and w.ends < date_trunc('year', %(today)s::date) + interval '1 year'
    ) as plans,
    (
      select coalesce(json_agg(json_build_array(t.period, t.last, t.near, t.passed)), '[]')
      from read_workplans.told t
      where t.agency = e.agency
        and t.employee = e.employee
    ) as told
  from read_roster.employees e
  left join lateral (
    select l.supervisor
    from read_roster.places l
    where l.agency = e.agency
      and l.employee = e.employee
      and l.since <= %(today)s
      and l.dropped is null
    order by l.since desc, l.log_position desc
    limit 1
  ) above on true
  where e.agency = %(agency)s
    and e.since <= %(today)s
    and (e.retired is null or e.retired >= %(today)s)
    and e.employment_type <> 'STATE_OFFICIAL'
    and (%(person)s::text is null or %(person)s in (e.employee, above.supervisor))
    and (%(reader)s::text is null or e.employee = %(reader)s or e.employee = any(%(below)s))
    and not exists (
      select 1
      from (
        select distinct on (w.period) w.starts, w.ends, w.status
        from read_workplans.work_plan w
        where w.agency = e.agency
          and w.employee = e.employee
          and (%(position)s::bigint is null or w.position <= %(position)s)
        order by w.period, w.position desc
      ) w
      where w.status = 'approved'
        and w.starts <= greatest(date_trunc('year', %(today)s::date), date_trunc('month', e.since))
        and w.starts >= date_trunc('year', %(today)s::date)
        and w.ends >= (date_trunc('year', %(today)s::date) + interval '1 year')::date - 1
    )
  order by e.employee
) x
