insert into {table} ({columns})
select rows.*
from ledger.heads h, unnest({marks}) as rows ({columns})
where h.agency = %s
