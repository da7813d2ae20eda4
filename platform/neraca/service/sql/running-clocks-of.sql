-- What runs of whom, as it was at a position of the log or is now: of everybody, or where a person is the employee, the
-- appraiser or the reviewer, and where one of the unsettled is appraiser or reviewer.
select
  c.period,
  c.kind,
  c.since,
  c.starts,
  c.ends,
  c.began,
  c.superiors,
  c.submitted,
  c.decided,
  c.position_class,
  c.delivered,
  c.fixed_by,
  c.opened,
  c.near,
  c.passed,
  c.employee,
  c.appraiser,
  c.reviewer
from read_clocks.clock c
where c.agency = %(agency)s
  and (
    case when %(position)s::bigint is null then c.ended is null
    else c.position <= %(position)s and (c.ended is null or c.ended > %(position)s)
    end
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
