select access.end_session(%(agency)s, %(digest)s, %(now)s)
