-- What there is of the names that a report was asked about; of those that it was not asked about, null.
select
  case when %(unit)s::text is not null then exists (
    select
    from read_scores.appraisal a
    where a.agency = %(agency)s
      and a.unit = %(unit)s
  ) end as unit,
  case when %(employee)s::text is not null then exists (
    select
    from read_roster.employees e
    where e.agency = %(agency)s
      and e.employee = %(employee)s
      and (%(reader)s::text is null or e.employee = %(reader)s or e.employee = any(%(below)s::text[]))
  ) end as employee,
  case when %(programme)s::text is not null then exists (
    select
    from read_programmes.programmes p
    where p.agency = %(agency)s
      and p.programme = %(programme)s
  ) end as programme,
  case when %(measure)s::text is not null then array(
    select distinct n.name
    from read_results.gathering g
    cross join lateral jsonb_object_keys(g.people) n (name)
    where g.agency = %(agency)s
      and g.grouping = 'agency'
  ) end as measures,
  case when %(survey)s::text is not null then array(
    select distinct s.survey
    from read_satisfaction.survey s
    where s.agency = %(agency)s
  ) end as surveys
