select access.begin_session(%(agency)s, %(digest)s, %(person)s, %(now)s)
