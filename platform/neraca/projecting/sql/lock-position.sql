-- Skipped, not waited for: whoever holds it is doing this very work.
select position, generation, digest
from read.positions
where agency = %s
  and projection = %s
for update skip locked
