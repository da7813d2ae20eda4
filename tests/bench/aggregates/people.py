"""Who serves, where, and their final results: what every area rests on."""

from typing import LiteralString

ROSTER: LiteralString = """
insert into read_roster.employees
select
  %(agency)s, gen_random_uuid(), 'p' || n, 'Pegawai ' || n, 'CIVIL_SERVANT', 'Analis', 'FUNCTIONAL', 'Ahli Muda',
  make_date(2015, 1, 1), null, 2, n
from generate_series(1, %(people)s) n
"""
PLACES: LiteralString = """
insert into read_roster.places
select
  %(agency)s, 'p' || n, n, now(), 'unit' || n %% 30, 'p' || 1 + n / 12, null, make_date(2015, 1, 1), null, null
from generate_series(1, %(people)s) n
"""
RESULTS: LiteralString = """
insert into read_results.result
select
  %(agency)s, gen_random_uuid(), 'p' || n, p.label, p.starts, (p.starts + interval '3 months')::date - 1,
  'unit' || n %% 30,
  (array['FUNCTIONAL', 'OPERATIONAL', 'ADMINISTRATOR', 'SUPERVISOR', 'SENIOR_EXECUTIVE'])[1 + n %% 5],
  'city@' || p.year - %(first)s + 1, 'h' || p.year, false,
  (array['baik', 'sangat_baik', 'butuh_perbaikan'])[1 + n %% 3],
  (7000 + (n::bigint * 7919 + p.year * 31) %% 5001) * 10000,
  (
    select jsonb_object_agg('indicator' || k, (6000 + (n::bigint * (7919 + k) + p.year * k) %% 6001) * 10000)
    from generate_series(1, 16) k
  ),
  n
from generate_series(1, %(people)s) n
cross join (
  select y as year, y || '-Q' || q as label, make_date(y, 3 * q - 2, 1) as starts
  from generate_series(%(first)s, %(first)s + %(years)s - 1) y, generate_series(1, 4) q
) p
-- A city opens the appraisals of one quarter after those of the one before.
order by p.starts, n
"""
APPRAISALS: LiteralString = """
insert into read_scores.appraisal
  (agency, stream, employee, period, starts, ends, unit, appraiser, position_class, stage, version, policy_id,
   policy_version, policy_hash, status, score, predicate, levels, nodes, facts, final, cut_off, position, recorded_at)
select
  r.agency, r.stream, r.employee, r.period, r.starts, r.ends, r.unit, 'boss', r.position_class, 'final', 40, 'city', 1,
  r.policy_hash, 'final', r.score / 1000000.0, r.predicate, '{}', r.nodes,
  jsonb_build_object('case', r.nodes, 'sources', r.nodes),
  jsonb_build_object(
    'position', r.position, 'facts', r.nodes, 'at', r.ends + 5 + (substr(r.employee, 2)::int %% 20)
  ), false, r.position, now()
from read_results.result r
"""
FILLS: tuple[LiteralString, ...] = (RESULTS, APPRAISALS, ROSTER, PLACES)
