-- One example of each of what a year shows, as far as the agency has it.
with told as (
  select case
      when e.tag = 'appraisal.finalised' and e.data ->> 'finality' = 'SUPERIOR' then 'evaluated by the superior'
      when e.tag = 'appraisal.document-refused' then 'signature refused'
      when e.tag = 'appraisal.document-reported' then 'document signed, delivered, reported'
      when e.tag = 'appraisal.reassigned' then 'moved to another unit'
    end as what,
    e.employee,
    e.period
  from read_timeline.events e
  where e.agency = %(agency)s
  union all
  select case o.outcome when 'AMENDED' then 'objection that amended' when 'UPHELD' then 'objection upheld' end,
    d.employee,
    d.period
  from read_dossier.objection o
  join read_dossier.dossier d using (agency, stream)
  where o.agency = %(agency)s
  union all
  select 'cohort closed', c.appraiser, c.period
  from read_cohorts.cohorts c
  join read_cohorts.steps s using (agency, stream)
  where c.agency = %(agency)s and s.tag = 'cohort.closed'
  union all
  select 'credit points', c.employee, c.period
  from read_remuneration.credit c
  where c.agency = %(agency)s
  union all
  select case when a.reason is null then 'allowance' else 'allowance revised' end, a.employee, a.month
  from read_remuneration.allowances a
  where a.agency = %(agency)s
)
select distinct on (t.what) t.what, t.employee, t.period
from told t
where t.what is not null
order by t.what, t.period desc, t.employee
