-- One example of each of what a year shows, as far as the agency has it.
with fixed as (
  select e.employee,
    e.period,
    e.by,
    e.data ->> 'finality' as finality,
    a.appraiser,
    exists (
      select
      from read_roster.places p
      join read_roster.places before on before.agency = p.agency and before.employee = p.employee
      where p.agency = e.agency and p.employee = e.by and before.unit = a.unit and p.unit <> a.unit
        and before.since < p.since and p.since <= e.at::date
    ) as moved
  from read_timeline.events e
  join read_scores.appraisal a using (agency, employee, period)
  where e.agency = %(agency)s and e.tag = 'appraisal.finalised'
),
told as (
  select case
      when e.tag = 'appraisal.document-refused' then 'signature refused'
      when e.tag = 'appraisal.document-reported' then 'document signed, delivered, reported'
      when e.tag = 'appraisal.deadline-passed' then 'deadline that passed, told by the clock'
      when e.tag = 'appraisal.reassigned' then 'moved to another unit'
      when e.tag = 'appraisal.joined' and e.data ->> 'reused' = 'true' then 'result before taken over by agreement'
      when e.tag = 'appraisal.feedback-given' then 'feedback by the leader and by peers'
      when e.tag = 'appraisal.guidance-answered' then 'coached, and answered'
      when e.tag = 'appraisal.result-taken-over' then 'result taken over by the leader'
      when e.tag = 'appraisal.plan-taken' and e.data ? 'taken_over' then 'result taken over by the leader'
      when e.tag = 'appraisal.competencies-assessed' and e.data ? 'standard' then 'competence by the standard of the post'
      when e.tag = 'appraisal.follow-up-recorded' and e.on_behalf_of is not null then 'done by a delegate'
    end as what,
    e.employee,
    e.period
  from read_timeline.events e
  where e.agency = %(agency)s
  union all
  select 'evaluated by the superior', f.employee, f.period
  from fixed f
  where f.finality = 'SUPERIOR'
  union all
  select 'final by status', f.employee, f.period
  from fixed f
  where f.finality = 'STATUS'
  union all
  select 'evaluated by who acts in the post (Plt)', f.employee, f.period
  from fixed f
  join read_roster.acting c on c.agency = %(agency)s and c.employee = f.appraiser and c.official = f.by
  union all
  select 'evaluated by an appraiser who moved', f.employee, f.period
  from fixed f
  where f.by = f.appraiser and f.moved
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
  select case
      when s.tag = 'cohort.predicate-calibrated' then 'predicate moved in a cohort'
      when s.tag = 'cohort.opened' and s.event ->> 'mode' = 'enforce' then 'cohort closed within its curve'
    end,
    coalesce(s.event ->> 'employee', c.appraiser),
    c.period
  from read_cohorts.cohorts c
  join read_cohorts.steps s using (agency, stream)
  where c.agency = %(agency)s
  union all
  select 'head of a unit', h.employee, h.since::text
  from read_cohorts.heads h
  where h.agency = %(agency)s and h.employee is not null
  union all
  select 'special expectation', e.employee, e.period
  from read_timeline.events e
  where e.agency = %(agency)s and e.tag = 'appraisal.special-expectation-added'
  union all
  select 'planned result linked up to the mission', l.employee, l.period
  from read_cascade.link l
  where l.agency = %(agency)s and l.serves_employee is not null
  union all
  select 'plan linked late', l.employee, l.period
  from read_cascade.link l
  where l.agency = %(agency)s and l.day = (select max(o.day) from read_cascade.link o where o.agency = l.agency)
  union all
  select case when c.dropped <> '[]' then 'result dropped by consent' else 'result added by consent' end, t.employee, t.period
  from read_cascade.plan_change c
  join read_cascade.talk t on t.agency = c.agency and t.by = case when c.dropped <> '[]' then c.answered_by else c.by end
  where c.agency = %(agency)s and c.status = 'agreed'
  union all
  select 'acts for another (Plt, Plh)', c.official, c.since::text
  from read_roster.acting c
  where c.agency = %(agency)s
  union all
  select 'programme that tells facts of its members', m.employee, s.event ->> 'period'
  from read_programmes.steps s
  join read_programmes.memberships m using (agency, programme)
  where s.agency = %(agency)s and s.tag = 'programme.period-concluded'
  union all
  select 'rehired', r.employee, ''
  from read_roster.retirements r
  where r.agency = %(agency)s and r.last_day is null
  union all
  select 'retired', r.employee, r.last_day::text
  from read_roster.retirements r
  where r.agency = %(agency)s and r.last_day is not null
  union all
  select 'name or title corrected', c.employee, ''
  from read_roster.corrections c
  where c.agency = %(agency)s
  union all
  select 'service times imported', a.employee, a.period
  from read_service_times.steps s
  join read_scores.appraisal a using (agency, unit, period)
  where s.agency = %(agency)s and s.tag = 'service-times.confirmed'
  union all
  select case t.event ->> 'type' when 'training.completed' then 'trained after a low result' end,
    t.event ->> 'employee',
    t.period
  from read_development.training t
  where t.agency = %(agency)s
  union all
  select case o.event ->> 'type' when 'development.completed' then 'own development, agreed and done' end,
    o.employee,
    o.year::text
  from read_development.own_plans o
  where o.agency = %(agency)s
  union all
  select case
      when c.kind = 'PROMOTION' and c.stage = 'granted' then 'promotion, nominated and granted'
      when c.kind = 'REWARD' and c.stage = 'granted' then 'reward, nominated and granted'
      when c.kind = 'TALENT' and c.outcome is not null then 'box of talents'
      when c.kind = 'DISCIPLINE' then 'low results, listed'
    end,
    c.employee,
    c.period
  from read_development.candidacies c
  where c.agency = %(agency)s
  union all
  select 'survey that citizens answered themselves', p.employee, s.period
  from read_satisfaction.survey s
  join read_roster.places p using (agency, unit)
  where s.agency = %(agency)s and s.closes is not null
  union all
  select 'credit points', c.employee, c.period
  from read_remuneration.credit c
  where c.agency = %(agency)s
  union all
  select case when a.reason is null then 'allowance' else 'allowance revised' end, a.employee, a.month
  from read_remuneration.allowances a
  where a.agency = %(agency)s
  union all
  select 'reports answered at one sitting', s.settler, s.month
  from read_forensics.settlement s
  where s.agency = %(agency)s and s.most >= 30 and s.most >= (
    select max(o.most) from read_forensics.settlement o where o.agency = s.agency
  )
  union all
  select 'people judged at one sitting', j.judge, j.period
  from read_forensics.judged j
  where j.agency = %(agency)s
  group by j.judge, j.period
  having count(*) >= 10 and max(j.judged_at) - min(j.judged_at) <= interval '10 minutes'
  union all
  select 'sealed 360, where a rater declined', a.employee, a.period
  from ledger.events e
  join read_scores.appraisal a using (agency, stream)
  where e.agency = %(agency)s and e.type = 'appraisal.rater-declined'
  union all
  select 'rule tried for a year', '', convert_from(e.data, 'utf8')::jsonb #>> '{body,since}'
  from ledger.events e
  where e.agency = %(agency)s and e.type = 'policy.shadow-named'
)
select distinct on (t.what) t.what, t.employee, t.period
from told t
where t.what is not null
order by t.what, t.period desc, t.employee
