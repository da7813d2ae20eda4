select access.tries_wait(%(agency)s, %(what)s, %(origin)s, %(now)s, %(most)s) as wait
