select access.session_of(%(agency)s, %(digest)s, %(now)s, %(idle)s, %(longest)s) as person
