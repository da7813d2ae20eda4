-- One page of the log from either end, up to a position, of some types or of all. No bound in bytes here: whoever asks so
-- asks by GraphQL, which bounds the bytes of a whole answer.
select
  n.position,
  n.stream,
  n.version,
  n.type,
  n.recorded_at,
  n.data
from (
  select
    e.position,
    e.stream,
    e.version,
    e.type,
    e.recorded_at,
    e.data
  from ledger.events e
  where e.agency = %(agency)s
    and e.position <= %(until)s
    -- with of_types
    and e.type = any(%(types)s)
    -- end
  -- part page-of-keys: key = e.position; downwards = e.position desc; above = %(above_position)s::bigint; below = %(below_position)s::bigint
) n
order by n.position
