"""Citizens answered surveys of the demo themselves, over HTTP, and what they said is told of their service points."""

from importlib.resources import files
from typing import Any

import psycopg
import pytest

from neraca.demo.citizens import ASKED


@pytest.mark.parametrize(("agency", "period"), [("surakarta", "2026-Q1"), ("gajahmungkur", "2026")])
def test_a_survey_was_answered_by_tokens_through_http(seeded_year: Any, agency: str, period: str) -> None:
    asked = ASKED[agency]
    with psycopg.connect(seeded_year.url) as connection:
        said = connection.execute(
            "select point, answered, unverified, flagged from read_satisfaction.result where agency = %s and unit = %s "
            "and survey = %s and period = %s and point <> '' order by point",
            (agency, asked.unit, asked.survey, period),
        ).fetchall()
        comments = connection.execute(
            "select standing, count(*) from read_satisfaction.comment where agency = %s and period = %s group by 1",
            (agency, period),
        ).fetchall()
        waiting = connection.execute("select count(*) from door.answer").fetchall()
        query = (files("neraca.demo") / "sql" / "places.sql").read_bytes()
        places = connection.execute(query, {"agency": agency}).fetchall()

    assert said == [
        (one.id, one.answers, one.stuffed, {"OUTSIDE_HOURS": 6, "SAME_IN_A_ROW": 2} if one.stuffed else {})
        for one in sorted(asked.points, key=lambda one: one.id)
    ]
    written = [words for one in asked.points for words in one.comments]
    refused = sum(words.startswith("Bu ") for words in written)
    assert dict(comments) == {
        standing: n for standing, n in (("REFUSED", refused), ("RELEASED", len(written) - refused)) if n
    }
    assert waiting == [(0,)]
    assert [when for what, _, when in places if what == "survey that citizens answered themselves"] == [period]
