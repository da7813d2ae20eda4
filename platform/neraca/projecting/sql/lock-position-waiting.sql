select position
from read.positions
where agency = %s
  and projection = %s
for update
