-- Which of these events are in the log already, byte for byte.
select w.nth, e.position
from unnest(%(streams)s, %(versions)s, %(types)s, %(data)s) with ordinality as w (stream, version, type, data, nth)
join ledger.events e
  on e.agency = %(agency)s
  and e.stream = w.stream
  and e.version = w.version
  and e.type = w.type
  and e.data = w.data
order by w.nth
