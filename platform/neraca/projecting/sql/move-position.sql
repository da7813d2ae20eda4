-- Compared and set: rows are counted in once, even if two should ever be at work.
update read.positions
set position = %(to)s
where agency = %(agency)s
  and projection = %(projection)s
  and position = %(from)s
  and generation = %(generation)s
