select door.batch(%(agency)s, %(stream)s, %(point)s, %(least)s, %(kept)s, %(most)s)
