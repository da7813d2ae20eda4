"""Whatever agency file passes `neraca check` plays in the demo, or sits the year out and says why."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest

from neraca.demo.scope import Absent, Part, part
from neraca.policy.findings import errors
from neraca.policy.library import Library

ROOT = Path(__file__).parents[2]
TOWN = (ROOT / "tests" / "fixture_agency" / "kota-uji.yaml").read_text()
SIXTH = """schema: neraca-agency/1
id: kota-enam
name: {id: Kota Enam, en: City of Six}
kind: city
time_zone: Asia/Jayapura
languages: [id, en]
stage: demonstration
planning_size: 100
units:
  satu: {name: {id: Dinas Satu, en: Office One}, activated: "2025-01-01"}
working_week: [mon, tue, wed, thu, fri]
holidays: {"2025-01-01": Tahun Baru}
reporting: {cadence: monthly}
policies:
  - {id: kota-uji, version: 1, from: "2025-01-01"}
"""

PLAYS = {
    "one unit, tiny, one language": {
        "planning_size: 100": "planning_size: 1",
        "{id: Kota Enam, en: City of Six}": "{id: Kota Enam}",
        "{id: Dinas Satu, en: Office One}": "{id: Dinas Satu}",
        "[id, en]": "[id]",
    },
    "one unit of two not yet, no size, no holidays": {
        "working_week:": "  dua: {name: {id: Dua, en: Two}, activated: null}\nworking_week:",
        "planning_size: 100\n": "",
        '{"2025-01-01": Tahun Baru}': "{}",
    },
    "units from summer on": {'activated: "2025-01-01"': 'activated: "2025-06-15"'},
    "a policy from autumn on": {'from: "2025-01-01"}': 'from: "2025-08-17"}'},
    "a policy that ended": {'from: "2025-01-01"}': 'from: "2025-01-01", to: "2025-08-17"}'},
    "six days, daily reports": {"thu, fri]": "thu, fri, sat]", "cadence: monthly": "cadence: daily, daily: true"},
}
CYCLES = ("year", "semester", "month")
SITS_OUT = {
    "units from next year on": (
        {'activated: "2025-01-01"': 'activated: "2026-07-01"'},
        "none of its units takes part in 2025; the earliest: 2026-07-01",
    ),
    "no unit yet": (
        {'activated: "2025-01-01"': "activated: null"},
        "none of its units takes part in 2025; the earliest: none has a day yet",
    ),
    "a policy from next year on": (
        {'from: "2025-01-01"}': 'from: "2026-01-01"}'},
        "none of its policies appraises a whole period of 2025 in which a unit takes part",
    ),
    "no policy": (
        {'policies:\n  - {id: kota-uji, version: 1, from: "2025-01-01"}': "policies: []"},
        "none of its policies appraises a whole period of 2025 in which a unit takes part",
    ),
    "in production": (
        {"stage: demonstration": "stage: production"},
        "in production, and a demo's people are invented",
    ),
}


def library(changes: dict[str, str], fixture_agency: str = TOWN) -> Library:
    return libraries({"kota-enam": (changes, fixture_agency)})


def libraries(cities: dict[str, tuple[dict[str, str], str]]) -> Library:
    """Each city with its own changes to the file and its own policy."""
    files: dict[str, str] = {}
    for id_, (changes, fixture_agency) in cities.items():
        text = SIXTH
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
        files[f"agencies/{id_}/agency.yaml"] = text.replace("kota-enam", id_).replace("kota-uji", f"aturan-{id_}")
        files[f"policies/{id_}.yaml"] = fixture_agency.replace("id: kota-uji", f"id: aturan-{id_}")
    known, found = Library.read(files, available_timezones())
    assert errors(found) == []
    return known


@pytest.fixture
def play(followed_database: str, open_service: Any, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    def run(known: Library, days: int = 365) -> Any:
        with open_service(followed_database, known.agencies) as house:
            house.adopt(known)
            house.play(known, people=10, days=days, serving=True)
            return capsys.readouterr(), house.log.positions()

    return run


def test_a_city_of_any_shape_plays(play: Any) -> None:
    cities = {f"kota-{n}": (changes, TOWN) for n, changes in enumerate(PLAYS.values())}
    cities |= {f"kota-{cycle}": ({}, TOWN.replace("cycle: quarter", f"cycle: {cycle}")) for cycle in CYCLES}
    known = libraries(cities)

    said, log = play(known, days=290)

    assert len(known.agencies) == said.out.count("Kota Enam: 10 people") + said.out.count("City of Six: 10 people")
    assert min(log.values()) > 50
    assert "Things to ask the server" in said.out
    assert {"2025", "2025-S1", "2025-Q1", "2025-Q3", "2025-09"} <= set(
        re.findall("^│ ([^ ]+) ", said.out, re.MULTILINE)
    )


@pytest.mark.parametrize(("changes", "why"), SITS_OUT.values(), ids=SITS_OUT)
def test_a_city_that_cannot_live_the_year_says_why(play: Any, changes: dict[str, str], why: str) -> None:
    said, _ = play(library(changes))

    assert f"City of Six sits 2025 out: {why}." in said.out.replace("\n", " ")
    assert "0 steps done now" in said.out


def test_the_year_begins_with_the_first_period_that_has_an_office_and_a_rule() -> None:
    known = library(PLAYS["units from summer on"])

    found = part(known.agencies["kota-enam"], lambda adoption: known.get(adoption.id).policy)

    assert isinstance(found, Part)
    assert (found.since, [one.label for one in found.periods]) == (date(2025, 7, 1), ["2025-Q3", "2025-Q4"])


def test_every_agency_that_is_shipped_lives_the_whole_year(shipped: Library) -> None:
    found = [part(one, lambda adoption: shipped.get(adoption.id).policy) for one in shipped.agencies.values()]

    assert not any(isinstance(one, Absent) or one.since != date(2025, 1, 1) for one in found)


def test_a_city_that_joins_later_leaves_the_others_as_they_are(
    database: str, open_service: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is as large as the others together: were people shared out again, the years begun would be of other people."""
    cities = {f"kota-{n}": ({}, TOWN) for n in range(2)}
    first = libraries(cities)
    second = libraries({**cities, "kota-enam": ({"planning_size: 100": "planning_size: 200"}, TOWN)})
    with open_service(database, first.agencies) as house:
        house.adopt(first)
        house.play(first, people=60, days=30)
        before = house.log.positions()

    for _ in range(2):
        with open_service(database, second.agencies) as house:
            house.adopt(second)
            house.play(second, people=60, days=30)
            after = house.log.positions()

        assert {id_: after[id_] for id_ in before} == before
        assert after["kota-enam"] > 0
    assert capsys.readouterr().out.count("City of Six: 30 people") == 6 + 2


def test_where_no_bar_can_be_drawn_each_tenth_is_a_line(play: Any) -> None:
    said, _ = play(library({}), days=20)

    total = int(said.out.split()[0])
    lines = said.err.splitlines()
    assert len(lines) == 11
    assert lines[0] == f"lived {-(-total // 10)} of {total} steps"
    assert lines[-2:] == [f"lived {total} of {total} steps", "read models are catching up"]
