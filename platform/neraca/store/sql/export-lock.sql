select pg_try_advisory_lock(hashtextextended(%(lock)s, 0))
