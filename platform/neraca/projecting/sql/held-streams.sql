select stream, min(position)
from read.set_aside
where agency = %s
  and projection = %s
group by stream
