update read.positions
set
  position = %(position)s,
  digest = %(digest)s,
  generation = generation + 1
where agency = %(agency)s
  and projection = %(projection)s
