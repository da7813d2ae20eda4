select access.issue(
  %(agency)s, %(id)s, %(digest)s, %(program)s, %(scopes)s, %(by)s, %(now)s, %(ends)s, %(most)s
)
