-- Whose appraisal `p` is, on a day.
-- part employee-on: day = {day}; position = {position}
where e.agency = p.agency
  and e.employee = p.employee
