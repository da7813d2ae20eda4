-- Waited for, unlike a follower's: a switch must come after the batch that is under way.
select position
from read.positions
where agency = %s
  and projection = %s
for update
