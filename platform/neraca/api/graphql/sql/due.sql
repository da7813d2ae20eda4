-- What time limits run of a person, or ran at a position of the log: in their own appraisals, and in those in which they
-- are appraiser or reviewer, or act for one of them where they ask themselves, as far as the reader may see them. With the rule by which the score of each is, or was, computed.
select coalesce(json_agg(row_to_json(x)), '[]') as rows
from (
  select
    -- part clock-terms: clock = c
    , c.employee, c.appraiser, c.reviewer,
    case when %(position)s::bigint is null then a.policy_hash
    else (
      select h.policy_hash
      from read_scores.change h
      where h.agency = c.agency
        and h.stream = c.stream
        and h.position <= %(position)s
      order by h.position desc
      limit 1
    )
    end as policy_hash
  from read_clocks.clock c
  join read_scores.appraisal a
    on a.agency = c.agency
    and a.stream = c.stream
  where c.agency = %(agency)s
    and (
      -- part runs-at: position = %(position)s
    )
    and (
      c.employee = %(person)s
      or c.appraiser = %(person)s
      or c.reviewer = %(person)s
      or (%(person)s = %(reader)s and c.stream = any(%(acting_for)s))
    )
    and (
      %(reader)s::text is null
      or c.employee = %(reader)s
      or (%(serves)s and %(reader)s in (c.appraiser, c.reviewer))
      or c.stream = any(%(acting_for)s)
    )
    and (
      -- part owed-on: day = %(day)s
    )
) x
