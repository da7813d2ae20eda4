select s.person, s.begun_at, s.seen_at
from access.sessions(%(agency)s, %(now)s, %(idle)s, %(longest)s, %(most)s) s
