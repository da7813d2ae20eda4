select access.ask_export(
  %(agency)s,
  %(id)s,
  %(by)s,
  %(data_set)s,
  %(format)s,
  %(period)s,
  %(day)s,
  %(now)s,
  %(waiting)s,
  %(kept)s,
  %(for)s
) as asked
