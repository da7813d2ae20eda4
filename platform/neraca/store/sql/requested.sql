select body_hash, position_first, position_last
from ledger.requests
where agency = %s
  and key = %s
