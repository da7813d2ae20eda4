-- Whose appraisal `p` is, on a day.
-- part employee-on: day = %(day)s; position = %(position)s
where e.agency = p.agency
  and e.employee = p.employee
