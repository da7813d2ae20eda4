select access.end_export(%(agency)s, %(id)s, %(status)s, %(reason)s, %(manifest)s)
