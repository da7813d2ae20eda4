select door.take(
  %(agency)s,
  %(stream)s,
  %(point)s,
  %(token)s,
  %(receipt)s,
  %(answers)s::jsonb,
  %(comment)s,
  %(outside_hours)s,
  %(hourly)s,
  %(many)s,
  %(minutes)s,
  %(same)s,
  %(now)s
) as outcome
