select access.record_read(%(agency)s, %(reader)s, %(digest)s, %(fields)s, %(subjects)s, %(now)s)
