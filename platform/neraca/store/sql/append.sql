-- The agency is named and appended to in one statement: the lateral argument makes set_config come first.
select a.request, a.outcome, a.position_first, a.position_last, a.stream, a.version
from set_config('neraca.agency', %s, true) as named (agency),
  lateral ledger.append(named.agency, %s, %s, %s, %s, %s, %s, %s) as a
