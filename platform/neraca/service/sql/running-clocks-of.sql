-- What runs of whom, as it was at a position of the log or is now: of everybody, or where a person is the employee, the
-- appraiser or the reviewer, and where one of the unsettled is appraiser or reviewer.
select
  -- part clock-terms: clock = c
  , c.employee, c.appraiser, c.reviewer
from read_clocks.clock c
where c.agency = %(agency)s
  and (
    -- part runs-at: position = %(position)s
  )
  and (
    %(person)s::text is null
    or c.employee = %(person)s
    or c.appraiser = %(person)s
    or c.reviewer = %(person)s
    or c.appraiser = any(%(unsettled)s)
    or c.reviewer = any(%(unsettled)s)
  )
  and (
    -- part owed-on: day = %(today)s
  )
