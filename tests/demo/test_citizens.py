"""Citizens answered surveys of the demo themselves, over HTTP, and what they said is told of their service points."""

import json
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from neraca.demo.citizens import ASKED, ask, open_today
from neraca.demo.fairness import Text
from neraca.demo.output import survey
from neraca.demo.scope import Part, part
from neraca.demo.simulation import Size
from neraca.demo.visits import visits
from neraca.demo.year import write
from neraca.domain.vocabulary import ServicePointKind
from neraca.policy.library import Library

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


def test_whoever_tries_the_demo_answers_a_survey_that_is_open_that_day(
    database: str, open_service: Any, shipped: Library
) -> None:
    """A second run gives another link to the same survey; before citizens were asked at all there is none."""
    found = part(shipped.agencies["surakarta"], lambda one: shipped.get(one.id, one.version).policy)
    assert isinstance(found, Part)
    resolved = shipped.get(found.policy.id, found.policy.version)
    size = Size(people=10, seed=7)
    year = write(found, 5, size.seed, 365, size.prefix(5), Text(resolved.file, dict(resolved.sources)))

    with open_service(database, shipped.agencies) as house:
        house.adopt(shipped)
        place = (house.service, database, house.follow)
        asked = (size.seed, "http://127.0.0.1:8377", datetime(2026, 11, 30, 2, tzinfo=UTC))
        assert open_today(*place, [year], *asked) is None, "nobody was asked before"
        ask(*place, [year], size.seed)
        first, second = (open_today(*place, [year], *asked) for _ in range(2))
        house.follow()
        with visits(house.service, database, shipped.agencies, []) as visit:
            told = [visit("GET", urlsplit(one.address).path, None, asked[-1]) for one in (first, second) if one]

    assert first is not None
    assert (first.agency, first.point, first.until) == ("surakarta", "Loket KTP-el", date(2026, 12, 31))
    assert first.address.startswith("http://127.0.0.1:8377/survey/surakarta.")
    assert [status for status, _ in told] == [200, 200]
    assert {json.loads(body)["until"] for _, body in told} == {"2026-12-31"}
    assert survey(first).splitlines() == [
        "",
        "A survey to answer in a browser, as a citizen of surakarta at Loket KTP-el, until 2026-12-31:",
        f"  {first.address}",
        "Twenty answers or more are passed on to the log together, and at the end all of them: neraca tick does it.",
    ]


def test_an_office_an_app_a_puskesmas_and_a_school_are_asked() -> None:
    assert {point.kind for asked in ASKED.values() for one in asked for point in one.points} == {
        ServicePointKind.COUNTER,
        ServicePointKind.OFFICE,
        ServicePointKind.ONLINE,
        ServicePointKind.HEALTH_CENTER,
        ServicePointKind.SCHOOL,
    }
