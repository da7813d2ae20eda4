select access.begin_export(%(agency)s, %(id)s, %(most)s, %(reason)s)
