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
      select
      from read_scores.appraisal a
      join read_scores.change h
        on h.agency = a.agency
        and h.stream = a.stream
      where a.agency = p.agency
        and a.employee = p.employee
        and a.period = p.appraisal
        and h.position > p.result
        and h.tag in ('appraisal.finalised', 'appraisal.joined', 'appraisal.reopened', 'appraisal.cancelled', 'appraisal.cut')
        and (%(position)s::bigint is null or h.position <= %(position)s)
    )
    -- The ceiling it was paid by was withdrawn, set anew, or followed by one that begins within the month.
    or exists (
      select
      from read_remuneration.ceilings paid
      join read_remuneration.ceilings later
        on later.agency = paid.agency
        and later.post is not distinct from paid.post
        and later.position_class is not distinct from paid.position_class
        and later.career_level is not distinct from paid.career_level
        and later.since >= paid.since
        and later.since <= (p.month || '-01')::date + interval '1 month - 1 day'
        and later.position > p.position
        and (%(position)s::bigint is null or later.position <= %(position)s)
      where paid.agency = p.agency
        and paid.position in (select (jsonb_array_elements_text(p.facts -> 'sources' -> 'pagu_tpp'))::bigint)
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
    and (
      %(after_month)s::text is null
      or (t.month, t.employee, t.position) > (%(after_month)s, %(after_employee)s::text, %(after_position)s::bigint)
    )
  order by t.month, t.employee, t.position
  limit %(limit)s
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
  'counts', p.counts,
  'outdated', p.counts and p.outdated
) order by p.month, p.employee, p.position), '[]') as rows
from page p
