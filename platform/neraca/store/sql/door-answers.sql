select id, receipt, answers::text, unverified, noticed from door.answers(%(agency)s, %(batch)s)
