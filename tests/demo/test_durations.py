"""How many days results and answers took, over a year: what is counted in SQL, against every step by itself."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg.rows import dict_row

from neraca.service import durations
from neraca.service.durations import Duration
from neraca.service.statements import statement

PEOPLE = """
    select a.stream, a.employee, a.period, a.unit, a.ends, a.status, (a.final ->> 'at')::timestamptz as final, d.opened
    from read_scores.appraisal a
    join read_dossier.dossier d on d.agency = a.agency and d.stream = a.stream
    where a.agency = %(agency)s and a.status <> 'cancelled'"""
ANSWERS = """
    select r.stream, r.position, r.happened, r.answered
    from read_dossier.report r
    where r.agency = %(agency)s and r.answered is not null"""


# Of the second the offset changes within the year.
@pytest.mark.parametrize("zone", ["Asia/Jakarta", "America/New_York"])
@pytest.mark.parametrize("agency", ["surabaya", "bandung", "surakarta"])
def test_durations_are_what_each_step_took(seeded_year: Any, agency: str, zone: str) -> None:
    with psycopg.connect(seeded_year.url) as connection:
        with connection.cursor(row_factory=dict_row) as cursor:
            people = cursor.execute(PEOPLE, {"agency": agency}).fetchall()
            answers = cursor.execute(ANSWERS, {"agency": agency}).fetchall()
        periods = sorted({one["period"] for one in people})
        connection.execute("select set_config('neraca.agency', %s, false)", (agency,))
        for period in periods:
            of = [one for one in people if one["period"] == period]
            params = {"agency": agency} | durations.params(zone, period, None, date(2026, 12, 31))
            found = durations.told(connection.execute(statement(durations.STATEMENT), params).fetchall())
            assert found == [*expected(of, answers, ZoneInfo(zone))], period
    assert len({one["unit"] for one in people}) > 1
    assert len(answers) > 100


def expected(people: Sequence[Any], answers: Sequence[Any], zone: ZoneInfo) -> Iterator[Duration]:
    by_stream = {one["stream"]: one for one in people}
    steps: dict[tuple[str, str | None], list[tuple[str, int]]] = defaultdict(list)

    def took(step: str, whose: Any, days: int) -> None:
        for unit in (None, whose["unit"]):
            steps[step, unit].append((whose["employee"], days))

    for one in people:
        if one["status"] == "final":
            took("result", one, (one["final"].astimezone(zone).date() - one["ends"]).days)
    for one in answers:
        whose = by_stream.get(one["stream"])
        if whose is not None and one["position"] > whose["opened"]:
            came, answered = (one[name].astimezone(zone).date() for name in ("happened", "answered"))
            took("answer", whose, (answered - came).days)
    for step in ("result", "answer"):
        for unit in sorted((of for named, of in steps if named == step), key=lambda of: of or ""):
            days = sorted(days for _, days in steps[step, unit])
            n = len(days)
            lower, middle, upper = (days[(k * n + 3) // 4 - 1] for k in (1, 2, 3))
            whom = {employee for employee, _ in steps[step, unit]}
            yield Duration(unit, step, len(whom), n, lower, middle, upper, days[-1])
