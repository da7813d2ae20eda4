select position
from ledger.heads
where agency = %s
