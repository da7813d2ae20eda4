-- One page of cohorts, each with what happened in it up to a position, or up to now: whoever reads folds it.
-- A reader who does not see all sees their own, those of appraisers below them today, and those of whom they stand in
-- for, who has left or is away.
with matching as not materialized (
  select c.stream, c.appraiser, c.period
  from read_cohorts.cohorts c
  where c.agency = %(agency)s
    and (
      %(reader)s::text is null
      or (
        %(serves)s
        and (
          c.appraiser = %(reader)s
          or c.appraiser = any(%(below)s)
          or exists (
            select
            from read_scores.appraisal a
            where a.agency = c.agency
              and a.stream = any(%(acting_for)s)
              and a.appraiser = c.appraiser
              and a.period = c.period
          )
        )
      )
    )
    and (%(period)s::text is null or c.period = %(period)s)
    and (%(appraiser)s::text is null or c.appraiser = %(appraiser)s)
    and exists (
      select
      from read_cohorts.steps s
      where s.agency = %(agency)s
        and s.stream = c.stream
        and (%(position)s::bigint is null or s.log_position <= %(position)s)
    )
), page as (
  select m.*
  from matching m
  where true
  -- part page-of-keys: key = m.appraiser, m.period; downwards = m.appraiser desc, m.period desc; above = %(above_appraiser)s, %(above_period)s; below = %(below_appraiser)s, %(below_period)s
)
select
  -- with total
  (select count(*) from matching) as total,
  -- end
  (
    select coalesce(json_agg(row_to_json(x) order by x.appraiser, x.period), '[]')
    from (
      select
        p.appraiser,
        p.period,
        (
          select json_agg(row_to_json(s) order by s.position)
          from (
            select s.log_position as position, s.version, s.at, s.by, s.event
            from read_cohorts.steps s
            where s.agency = %(agency)s
              and s.stream = p.stream
              and (%(position)s::bigint is null or s.log_position <= %(position)s)
          ) s
        ) as steps
      from page p
    ) x
  ) as rows
