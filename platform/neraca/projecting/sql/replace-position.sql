-- The generation tells every follower that the rows it remembers are no longer in the table.
update read.positions
set
  position = %(position)s,
  digest = %(digest)s,
  generation = generation + 1
where agency = %(agency)s
  and projection = %(projection)s
