-- Begins again after a position, where one is given, else with all that was given up; at once, and also where the
-- receiver was gone.
with letters as (
  update webhook.dead_letter d
  set again = true
  where %(after)s::bigint is null
    and d.agency = %(agency)s
    and d.subscription = %(id)s
)
update webhook.subscription s
set
  position = coalesce(%(after)s, s.position),
  attempts = 0,
  next_at = '-infinity',
  trouble = null,
  disabled_at = null
where s.agency = %(agency)s
  and s.id = %(id)s
returning s.position
