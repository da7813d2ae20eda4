select p.agency, p.projection, p.position
from read.positions p
