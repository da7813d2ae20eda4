insert into read.set_aside (agency, projection, position, stream, tag, waits_for, reason, program)
values (
  %(agency)s,
  %(projection)s,
  %(position)s,
  %(stream)s,
  %(tag)s,
  %(waits_for)s,
  %(reason)s,
  %(program)s
)
