select h.agency, h.position
from ledger.positions() h
