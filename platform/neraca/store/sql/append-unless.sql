-- Named and appended to in one statement, as in append.sql.
select a.request, a.outcome, a.position_first, a.position_last, a.stream, a.version
from set_config('neraca.agency', %s, true) as named (agency),
  lateral ledger.append_unless(named.agency, %s, %s, %s, %s, %s, %s, %s, %s) as a
