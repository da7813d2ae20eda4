"""For what people are considered, and who was rated low."""

from typing import LiteralString

from aggregates.city import City, Report

CANDIDACIES: LiteralString = """
insert into read_development.candidacies
select
  %(agency)s, gen_random_uuid(), n, now(), 'p', 'p' || n, kind.of, %(last)s || '-Q4', 'listed',
  (array['bintang', 'inti', 'risiko', 'baru', 'kokoh', 'dilema', 'andal', 'tumbuh', 'puncak'])[1 + n %% 9], n %% 5 = 0,
  jsonb_build_object('score', '80', 'policy', jsonb_build_object('id', 'c', 'version', 1)), null, null, null, null
from (values ('BOX', 0), ('PROMOTION', 1)) kind (of, nth)
cross join lateral generate_series(1 + kind.nth * %(people)s, (kind.nth + 1) * %(people)s) n
"""
FILLS: tuple[LiteralString, ...] = (CANDIDACIES,)


def reports(city: City) -> dict[str, Report]:
    period = city.period.label
    candidates = {"kind": "BOX", "period": period}
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
        "low-rated people": lambda: city.rows(
            "rated-low", {"period": period, "unit": None, "low": ["butuh_perbaikan"]}
        ),
    }
