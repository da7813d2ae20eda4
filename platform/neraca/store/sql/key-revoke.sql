select access.revoke(%(agency)s, %(id)s, %(by)s, %(now)s)
