select agency, projection, position
from read.positions
where projection = any(%s)
