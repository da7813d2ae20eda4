select r.read_at, r.reader, r.digest, r.fields, r.subjects, r.log_position
from access.recorded_reads(%(agency)s, %(before)s, %(most)s) r
