update read.positions
set position = %(to)s
where agency = %(agency)s
  and projection = %(projection)s
  and position = %(from)s
  and generation = %(generation)s
