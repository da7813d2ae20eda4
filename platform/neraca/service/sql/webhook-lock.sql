-- For as long as this connection lasts: one sender at a time, whatever the number of servers.
select pg_try_advisory_lock(hashtext('neraca.webhook'), hashtext(%(id)s::text))
