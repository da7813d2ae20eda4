-- Through the agency's head, so that a cluster sends rows and statement to the agency's place as one.
insert into {table} ({columns})
select rows.*
from ledger.heads h, unnest({marks}) as rows ({columns})
where h.agency = %s
