select a.outcome, a.program, a.scopes, a.wait
from access.admit(%(agency)s, %(id)s, %(digest)s, %(origin)s, %(now)s, %(most)s) a
