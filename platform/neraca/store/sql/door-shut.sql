select door.shut(%(agency)s, %(stream)s, %(points)s::text[]) is null
