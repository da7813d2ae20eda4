select access.wrong_try(%(agency)s, %(what)s, %(origin)s, %(now)s)
