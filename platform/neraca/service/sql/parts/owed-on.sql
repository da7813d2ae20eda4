-- Whether the clock `c` runs on a day: who is exempt on it owes no plan and is owed no feedback.
c.kind not in ('PLAN', 'FEEDBACK')
or not exists (
  select
  from read_roster.exemptions x
  where x.agency = c.agency
    and x.employee = c.employee
    and not x.withdrawn
    and x.since <= {day}
    and (x.until is null or x.until >= {day})
)
