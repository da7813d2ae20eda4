-- Allowances by month and employee, now or as of a position: what counts, or with all that was fixed before as well.
with told as (
  select
    p.*,
    not exists (
      select
      from read_remuneration.allowances later
      where later.agency = p.agency
        and later.employee = p.employee
        and later.month = p.month
        and later.position > p.position
        and (%(position)s::bigint is null or later.position <= %(position)s)
    ) as counts,
    (exists (
      -- part result-changed-since: of = p; appraisal = appraisal; position = %(position)s
    )
    or exists (
      -- part ceiling-changed-since: of = p; position = %(position)s
    )
    or exists (
      -- part month-changed-since: of = p; position = %(position)s
    )
    or exists (
      -- part objection-decided-since: of = p; position = %(position)s
    )) as outdated
  from read_remuneration.allowances p
  where p.agency = %(agency)s
    and (%(employee)s::text is null or p.employee = %(employee)s)
    and (%(month)s::text is null or p.month = %(month)s)
    and (%(appraisal)s::text is null or p.appraisal = %(appraisal)s)
    and (%(position)s::bigint is null or p.position <= %(position)s)
), page as (
  select t.*
  from told t
  where (t.counts or %(history)s)
  -- part page-of-keys: key = t.month, t.employee, t.position; downwards = t.month desc, t.employee desc, t.position desc; above = %(above_month)s, %(above_employee)s, %(above_position)s::bigint; below = %(below_month)s, %(below_employee)s, %(below_position)s::bigint
)
select coalesce(json_agg(json_build_object(
  'agency', p.agency,
  'position', p.position,
  'recorded_at', p.recorded_at,
  'by', p.by,
  'employee', p.employee,
  'month', p.month,
  'amount', p.amount::text,
  'predicate', p.predicate,
  'appraisal', p.appraisal,
  'result', p.result,
  'policy_id', p.policy_id,
  'policy_version', p.policy_version,
  'policy_hash', p.policy_hash,
  'facts_digest', p.facts_digest,
  'facts', p.facts,
  'behind', p.behind,
  'reason', p.reason,
  'provisional', p.provisional,
  'whole', p.whole::text,
  'unpaid', p.unpaid,
  'counts', p.counts,
  'outdated', p.counts and p.outdated
) order by p.month, p.employee, p.position), '[]') as rows
from page p
