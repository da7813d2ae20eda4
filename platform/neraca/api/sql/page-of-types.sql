-- No bound in bytes here: whoever asks for some types asks by GraphQL, which bounds the bytes of a whole answer.
select
  e.position,
  e.stream,
  e.version,
  e.type,
  e.recorded_at,
  e.data
from ledger.events e
where e.agency = %(agency)s
  and e.position > %(after)s
  and e.position <= %(until)s
  and e.type = any(%(types)s)
order by e.position
limit %(limit)s
