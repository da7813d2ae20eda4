"""For what people are considered, who was rated low, and the training plans of units."""

from typing import Any, LiteralString

from aggregates.city import City, Report

from neraca.service import development_reports

CANDIDACIES: LiteralString = """
insert into read_development.candidacies
select
  %(agency)s, gen_random_uuid(), n, now(), 'p', 'p' || n, kind.of, %(last)s || '-Q4', 'listed',
  (array['bintang', 'inti', 'risiko', 'baru', 'kokoh', 'dilema', 'andal', 'tumbuh', 'puncak'])[1 + n %% 9], n %% 5 = 0,
  jsonb_build_object('score', '80', 'policy', jsonb_build_object('id', 'c', 'version', 1)), null, null, null, null
from (values ('BOX', 0), ('PROMOTION', 1)) kind (of, nth)
cross join lateral generate_series(1 + kind.nth * %(people)s, (kind.nth + 1) * %(people)s) n
"""
TRAINING: LiteralString = """
insert into read_development.training
select
  %(agency)s, 1000 + u, now(), 'hr', 'unit' || u, %(last)s || '-Q4',
  jsonb_build_object(
    'type', 'training.plan-proposed', 'unit', 'unit' || u, 'period', %(last)s || '-Q4', 'reason', 'usulan',
    'items', (
      select jsonb_agg(jsonb_build_object(
        'id', 'pelatihan' || k, 'kind', 'CLASSROOM', 'title', 'Pelatihan ' || k,
        'addresses', jsonb_build_array('indicator' || k), 'provider', 'BKPSDM', 'hours', 16,
        'since', %(last)s + 1 || '-03-01', 'until', %(last)s + 1 || '-03-02', 'cost', '1000000',
        'people', (
          select jsonb_agg('p' || n)
          from generate_series(1, %(people)s::int) n
          where n %% 30 = u
            and n / 30 %% 16 = k - 1
        )
      ))
      from generate_series(1, least(16, %(people)s / 30)) k
    ),
    'needs', jsonb_build_object(
      'position', u, 'results', %(people)s / 30,
      'weak', (
        select jsonb_agg(jsonb_build_object(
          'indicator', 'indicator' || k,
          'policy', jsonb_build_object('id', 'city', 'version', 1, 'hash', 'h' || %(last)s, 'calc_hash', 'c'),
          'below', '70', 'people', (
            select jsonb_agg(jsonb_build_object('employee', 'p' || n, 'value', '65.5', 'result', n))
            from generate_series(1, %(people)s::int) n
            where n %% 30 = u
              and n %% 7 = k
          )
        ))
        from generate_series(0, 6) k
        where k > 0
      )
    )
  )
from generate_series(0, 29) u
"""
APPROVED: LiteralString = """
insert into read_development.training
select
  t.agency, 2000 + t.position, now(), 'p', t.unit, t.period,
  jsonb_build_object('type', 'training.plan-approved', 'unit', t.unit, 'period', t.period, 'reason', 'setuju')
from read_development.training t
"""
FILLS: tuple[LiteralString, ...] = (CANDIDACIES, TRAINING, APPROVED)


def reports(city: City) -> dict[str, Report]:
    period = city.period.label
    candidates = {"kind": "BOX", "period": period}
    # What these reports read of a source are its rows.
    source: Any = city
    return {
        "boxes counted": city.asked("candidacy-outcomes", **candidates),
        "a page of candidacies": city.asked(
            "candidacies",
            **candidates,
            employee=None,
            eligible=True,
            after_kind=None,
            after_period=None,
            after_employee=None,
            limit=51,
        ),
        "all candidates": lambda: city.rows("candidates", candidates),
        "training needs": lambda: development_reports.needs(source, period, None),
        "training plans of units": lambda: development_reports.trainings(source, period, None),
        "low-rated people, trained": lambda: development_reports.low_rated(source, period, None),
        "low-rated people": lambda: city.rows(
            "rated-low", {"period": period, "unit": None, "low": ["butuh_perbaikan"]}
        ),
    }
