-- Named and appended to in one statement, as in append.sql; binary, so that no document is quoted and read again.
select 1, a.outcome, a.position_first, a.position_last, a.stream, a.version
from set_config('neraca.agency', %s, true) as named (agency),
  lateral ledger.append_one(named.agency, %b, %b::int, %b, %b, %b, %b) as a
