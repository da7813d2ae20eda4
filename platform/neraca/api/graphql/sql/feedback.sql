-- The feedback in words that stands in an appraisal, of those as of a position that was given by then, in order of the
-- log, and whether its result was fixed by then. Who may read which of it domain/rater_privacy.py decides, from all.
with opened as (
  select o.stream, max(o.position) as position
  from read_feedback.opening o
  where o.agency = %(agency)s
    and o.stream = %(stream)s
    and (%(position)s::bigint is null or o.position <= %(position)s)
  group by o.stream
)
select
  exists (
    select
    from read_feedback.fixing x
    join opened o
      on o.stream = x.stream
      and o.position < x.position
    where x.agency = %(agency)s
      and (%(position)s::bigint is null or x.position <= %(position)s)
  ) as closed,
  (
    select coalesce(json_agg(row_to_json(f) order by f.position), '[]')
    from (
      select f.position, f.feedback, f.giver, f.source, f.tone, f.words, f.day as on, f.result, f.indicator
      from read_feedback.feedback f
      join opened o
        on o.stream = f.stream
        and o.position = f.opened
      where f.agency = %(agency)s
        and (%(position)s::bigint is null or f.position <= %(position)s)
    ) f
  ) as rows
