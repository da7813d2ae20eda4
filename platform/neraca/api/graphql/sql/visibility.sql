-- Whom the reader is above today: whether the reader serves, those directly below, and the appraisals in which the
-- reader acts for somebody who has left or is away. As domain/assignments.py has it: who moves to another unit or
-- retires leaves the post, whoever an exemption keeps from it is away, and the superior that the post had last stands in.
with recursive held as not materialized (
  -- Of two places for one day the one recorded later holds.
  select l.employee, l.unit, l.supervisor, l.since
  from read_roster.places l
  where l.agency = %(agency)s
    and l.dropped is null
    and not exists (
      select 1
      from read_roster.places o
      where o.agency = l.agency
        and o.employee = l.employee
        and o.since = l.since
        and o.dropped is null
        and o.log_position > l.log_position
    )
), away as (
  select distinct x.employee
  from read_roster.exemptions x
  where x.agency = %(agency)s
    and not x.withdrawn
    and x.since <= %(today)s
    and (x.until is null or x.until >= %(today)s)
), reader as (
  select e.employee
  from read_roster.employees e
  where e.agency = %(agency)s
    and e.employee = %(reader)s
    and e.since <= %(today)s
    and (e.retired is null or e.retired >= %(today)s)
), own as (
  -- The reader's present post: since when the unit is the same.
  select
    r.employee as root,
    r.employee,
    greatest(
      coalesce(
        (
          select min(h.since)
          from held h
          where h.employee = r.employee
            and h.since <= %(today)s
            and h.since > (
              select max(x.since)
              from held x
              where x.employee = r.employee
                and x.since <= %(today)s
                and x.unit <> (
                  select h.unit
                  from held h
                  where h.employee = r.employee
                    and h.since <= %(today)s
                  order by h.since desc
                  limit 1
                )
            )
        ),
        '-infinity'
      ),
      coalesce(
        (
          -- Whoever was rehired holds no post of before: since the first place after the last day of that service.
          select min(h.since)
          from held h
          where h.employee = r.employee
            and h.since > (
              select t.last_day
              from read_roster.retirements t
              where t.agency = %(agency)s
                and t.employee = r.employee
                and t.last_day is not null
                and exists (
                  select
                  from read_roster.retirements b
                  where b.agency = t.agency
                    and b.employee = t.employee
                    and b.log_position > t.log_position
                    and b.last_day is null
                )
              order by t.log_position desc
              limit 1
            )
        ),
        '-infinity'
      )
    ) as first,
    'infinity'::date as last
  from reader r
), posts as (
  select o.root, o.employee, o.first, o.last
  from own o
  union
  -- The posts in which the reader acts today: of their holders, or who held them last.
  select
    r.employee,
    a.employee,
    stint.first,
    coalesce(
      least(
        (select min(h.since) - 1 from held h where h.employee = a.employee and h.since > stint.first and h.unit <> a.unit),
        e.retired
      ),
      'infinity'
    )
  from reader r
  join read_roster.acting a
    on a.agency = %(agency)s
    and a.official = r.employee
    and %(today)s between a.since and a.until
    and not exists (select 1 from away w where w.employee = r.employee)
  join read_roster.employees e
    on e.agency = a.agency
    and e.employee = a.employee
  cross join lateral (
    select min(h.since) as first
    from held h
    where h.employee = a.employee
      and h.unit = a.unit
  ) stint
  where stint.first is not null
  union
  select p.root, ended.employee, ended.first, ended.last
  from posts p
  join held h
    on h.supervisor = p.employee
    and h.since between p.first and p.last
  join read_roster.employees e
    on e.agency = %(agency)s
    and e.employee = h.employee
  cross join lateral (
    select
      h.employee,
      coalesce(
        (
          select min(x.since)
          from held x
          where x.employee = h.employee
            and x.since > (
              select max(y.since)
              from held y
              where y.employee = h.employee
                and y.since < h.since
                and y.unit <> h.unit
            )
        ),
        '-infinity'
      ) as first,
      least(
        (
          select min(x.since) - 1
          from held x
          where x.employee = h.employee
            and x.since > h.since
            and x.since <= %(today)s
            and x.unit <> h.unit
        ),
        case when e.retired < %(today)s then e.retired end,
        (select %(today)s::date from away w where w.employee = h.employee)
      ) as last
  ) ended
  where ended.last >= h.since
    and not exists (select 1 from held x where x.employee = h.employee and x.since > h.since and x.since <= ended.last)
), below as (
  select e.employee
  from read_roster.employees e
  join lateral (
    select h.supervisor, h.since
    from held h
    where h.employee = e.employee
      and h.since <= %(today)s
    order by h.since desc
    limit 1
  ) place on true
  join posts p
    on p.employee = place.supervisor
    and place.since between p.first and p.last
  where e.agency = %(agency)s
    and e.employee in (select h.employee from held h join posts p on h.supervisor = p.employee)
    and (e.retired is null or e.retired >= %(today)s)
), appraisals as (
  select a.stream
  from posts p
  join read_scores.appraisal a
    on a.agency = %(agency)s
    and p.employee in (a.appraiser, a.reviewer)
  join lateral (
    select coalesce((t.data ->> 'since')::date, greatest(a.starts, e.since)) as day
    from read_timeline.events t
    left join read_roster.employees e
      on e.agency = a.agency
      and e.employee = a.employee
    where t.agency = a.agency
      and t.stream = a.stream
      and t.tag in ('appraisal.opened', 'appraisal.reassigned')
    order by t.version desc
    limit 1
  ) named on true
  where p.employee <> %(reader)s
    and a.employee <> %(reader)s
    and named.day between p.first and p.last
  union
  -- Where the reviewer below the reader acts as the appraiser, the reader reviews.
  select a.stream
  from below b
  join read_scores.appraisal a
    on a.agency = %(agency)s
    and a.reviewer = b.employee
  join read_roster.employees e
    on e.agency = a.agency
    and e.employee = a.appraiser
  where a.employee <> %(reader)s
    and (
      e.retired < %(today)s
      or exists (select 1 from away w where w.employee = a.appraiser)
      or exists (
        select 1
        from held h
        where h.employee = a.appraiser
          and h.since > a.starts
          and h.since <= %(today)s
          and h.unit <> (
            select x.unit
            from held x
            where x.employee = a.appraiser
              and x.since <= a.starts
            order by x.since desc
            limit 1
          )
      )
    )
)
select
  exists (select 1 from reader) as serves,
  array(select b.employee from below b) as below,
  array(select a.stream from appraisals a) as acting_for
