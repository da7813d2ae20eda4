-- Credit points of one employee, brought in and counted, in order of the log, now or as of a position. Of each period
-- and level the last row counts; it is outdated where its result was fixed or opened again since.
with counted as (
  select
    c.*,
    not exists (
      select
      from read_remuneration.credit later
      where later.agency = c.agency
        and later.employee = c.employee
        and later.period = c.period
        and later.level = c.level
        and later.position > c.position
        and (%(position)s::bigint is null or later.position <= %(position)s)
    ) as counts,
    (exists (
      -- part result-changed-since: of = c; appraisal = period; position = %(position)s
    )
    -- Service, level or an exemption was recorded or changed since.
    or exists (
      select
      from read_scores.appraisal a
      join read_remuneration.touches t
        on t.agency = a.agency
        and t.employee = a.employee
        and t.since <= a.ends
        and t.until >= a.starts
      where a.agency = c.agency
        and a.employee = c.employee
        and a.period = c.period
        and t.credit
        and t.position > c.read_until
        and (%(position)s::bigint is null or t.position <= %(position)s)
    )) as outdated
  from read_remuneration.credit c
  where c.agency = %(agency)s
    and c.employee = %(employee)s
    and (%(position)s::bigint is null or c.position <= %(position)s)
)
select
  (
    select coalesce(json_agg(json_build_object(
      'agency', c.agency,
      'position', c.position,
      'recorded_at', c.recorded_at,
      'by', c.by,
      'employee', c.employee,
      'period', c.period,
      'level', c.level,
      'months', c.months,
      'predicate', c.predicate,
      'points', c.points::text,
      'accumulated', c.accumulated::text,
      'rank_need', c.rank_need::text,
      'level_need', c.level_need::text,
      'result', c.result,
      'policy_id', c.policy_id,
      'policy_version', c.policy_version,
      'policy_hash', c.policy_hash,
      'facts_digest', c.facts_digest,
      'facts', c.facts,
      'behind', c.behind,
      'reason', c.reason,
      'counts', c.counts,
      'outdated', c.counts and c.outdated
    ) order by c.position), '[]')
    from counted c
  ) as points,
  (
    select coalesce(json_agg(json_build_object(
      'position', b.position,
      'recorded_at', b.recorded_at,
      'by', b.by,
      'level', b.level,
      'points', b.points::text,
      'since', b.since,
      'decree', b.decree,
      'years', b.years
    ) order by b.position), '[]')
    from read_remuneration.brought_forward b
    where b.agency = %(agency)s
      and b.employee = %(employee)s
      and (%(position)s::bigint is null or b.position <= %(position)s)
  ) as brought
