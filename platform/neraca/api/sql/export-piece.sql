select access.export_piece_of(%(agency)s, %(id)s, %(nth)s) as data
