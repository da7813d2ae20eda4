-- One page of programmes, each with those steps of these types (all where none are named) up to a position, or to now.
with page as (
  select p.programme
  from read_programmes.programmes p
  where p.agency = %(agency)s
    and (%(programme)s::text is null or p.programme = %(programme)s)
    and (%(position)s::bigint is null or p.log_position <= %(position)s)
    and (
      %(member)s::text is null
      or exists (
        select
        from read_programmes.memberships m
        where m.agency = p.agency
          and m.employee = %(member)s
          and m.programme = p.programme
          and (%(position)s::bigint is null or m.log_position <= %(position)s)
      )
    )
  -- part page-of-keys: key = p.programme; downwards = p.programme desc; above = %(above_programme)s; below = %(below_programme)s
)
select coalesce(json_agg(row_to_json(x) order by x.programme), '[]') as rows
from (
  select
    p.programme,
    (
      select json_agg(row_to_json(s) order by s.position)
      from (
        select s.log_position as position, s.version, s.at, s.by, s.event
        from read_programmes.steps s
        where s.agency = %(agency)s
          and s.programme = p.programme
          and (%(tags)s::text[] is null or s.tag = any(%(tags)s))
          and (%(position)s::bigint is null or s.log_position <= %(position)s)
      ) s
    ) as steps
  from page p
) x
