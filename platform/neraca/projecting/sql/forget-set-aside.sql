delete from read.set_aside
where projection = %(projection)s
  and (%(agency)s::text is null or agency = %(agency)s)
