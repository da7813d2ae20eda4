select access.end_sessions(%(agency)s, %(person)s, %(by)s, %(now)s, %(idle)s, %(longest)s)
