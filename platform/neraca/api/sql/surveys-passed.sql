-- How far the read model of surveys, their links and receipts is.
select p.agency, p.position
from read.positions p
where p.projection = 'satisfaction'
