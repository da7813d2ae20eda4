select access.add_export_piece(%(agency)s, %(id)s, %(nth)s, %(data)s)
