-- What somebody is asked to say and has not said, what they have asked of others, and what they have given, newest first.
select
  (
    select coalesce(json_agg(row_to_json(r) order by r.position desc), '[]')
    from (
      select r.employee, r.period, r.asker, r.asked, r.day as on, r.result, r.indicator, r.question, r.position, true as waits
      from read_feedback.request r
      where r.agency = %(agency)s
        and r.asked = %(person)s
        and r.waits
    ) r
  ) as asked,
  (
    select coalesce(json_agg(row_to_json(r) order by r.position desc), '[]')
    from (
      select
        r.employee,
        r.period,
        r.asker,
        r.asked,
        r.day as on,
        r.result,
        r.indicator,
        r.question,
        r.position,
        -- Of a colleague nobody is told whether they answered, nor of one who led when they were asked.
        case when r.source = %(leader)s then r.open end as waits
      from read_feedback.request r
      where r.agency = %(agency)s
        and r.asker = %(person)s
    ) r
  ) as requested,
  (
    select coalesce(json_agg(row_to_json(f) order by f.position desc), '[]')
    from (
      select f.employee, f.period, f.feedback, f.tone, f.words, f.day as on, f.result, f.indicator, f.position
      from read_feedback.feedback f
      where f.agency = %(agency)s
        and f.giver = %(person)s
    ) f
  ) as given
