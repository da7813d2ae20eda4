-- Whether somebody is on the roster, and the events of their appointments, in order; one row without an event where
-- there is none. From the log itself, so that a right that was withdrawn is gone at once.
select known.on_roster, e.type, e.data
from (
  select exists (
    select
    from read_roster.employees r
    where r.agency = %(agency)s
      and r.employee = %(person)s
  ) as on_roster
) known
left join ledger.events e on e.agency = %(agency)s and e.stream = %(stream)s
order by e.version
