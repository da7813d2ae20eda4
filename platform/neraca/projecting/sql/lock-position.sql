select position, generation, digest
from read.positions
where agency = %s
  and projection = %s
for update skip locked
