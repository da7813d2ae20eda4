-- Through a function of the owner's: row security shows a role one agency at a time, and followers ask for all at once.
select agency, position
from ledger.positions()
