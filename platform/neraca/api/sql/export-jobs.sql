select e.id, e.agency, e.by, e.data_set, e.format, e.period, e.day, e.asked_at, e.status, e.reason, e.manifest
from access.exports_of(%(agency)s, %(id)s, %(now)s, %(for)s) e
order by e.asked_at, e.id
