"""Citizens answered surveys of the demo themselves, over HTTP, and what they said is told of their service points."""

from importlib.resources import files
from typing import Any

import psycopg
import pytest

from neraca.demo.citizens import ASKED
from neraca.domain.vocabulary import ServicePointKind

PERIODS = {"surakarta": "2026-Q1", "gajahmungkur": "2026"}
FLAGGED = {
    "loket-ktp-el": {"OUTSIDE_HOURS": 6, "SAME_IN_A_ROW": 2},
    "aplikasi-dukcapil": {"SAME_IN_A_ROW": 5},  # it asks three things, and of those several people say the same
}


@pytest.mark.parametrize(
    ("agency", "at"), [(agency, at) for agency, asked in ASKED.items() for at in range(len(asked))]
)
def test_a_survey_was_answered_by_tokens_through_http(seeded_year: Any, agency: str, at: int) -> None:
    asked, period = ASKED[agency][at], PERIODS[agency]
    with psycopg.connect(seeded_year.url) as connection:
        said = connection.execute(
            "select point, answered, unverified, flagged from read_satisfaction.result where agency = %s and unit = %s "
            "and survey = %s and period = %s and point <> '' order by point",
            (agency, asked.unit, asked.survey, period),
        ).fetchall()
        comments = connection.execute(
            "select standing, count(*) from read_satisfaction.comment where agency = %s and unit = %s and survey = %s "
            "and period = %s group by 1",
            (agency, asked.unit, asked.survey, period),
        ).fetchall()
        waiting = connection.execute("select count(*) from door.answer").fetchall()
        query = (files("neraca.demo") / "sql" / "places.sql").read_bytes()
        places = connection.execute(query, {"agency": agency}).fetchall()

    assert said == [
        (one.id, one.answers, one.stuffed, FLAGGED.get(one.id, {}))
        for one in sorted(asked.points, key=lambda one: one.id)
    ]
    written = [words for one in asked.points for words in one.comments]
    refused = sum(words.startswith("Bu ") for words in written)
    assert dict(comments) == {
        standing: n for standing, n in (("REFUSED", refused), ("RELEASED", len(written) - refused)) if n
    }
    assert waiting == [(0,)]
    assert [when for what, _, when in places if what == "survey that citizens answered themselves"] == [period]


def test_an_office_an_app_a_puskesmas_and_a_school_are_asked() -> None:
    assert {point.kind for asked in ASKED.values() for one in asked for point in one.points} == {
        ServicePointKind.COUNTER,
        ServicePointKind.OFFICE,
        ServicePointKind.ONLINE,
        ServicePointKind.HEALTH_CENTER,
        ServicePointKind.SCHOOL,
    }
