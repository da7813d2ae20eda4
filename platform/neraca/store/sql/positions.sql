select agency, position
from ledger.positions()
