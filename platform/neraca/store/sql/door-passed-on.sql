select door.passed_on(%(agency)s, %(batch)s) is null
