select id, words from door.comments(%(agency)s, %(batch)s)
