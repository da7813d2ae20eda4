"""`neraca tick` and `neraca due`: what is told, and what is refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from neraca.cli.deadlines import due
from neraca.domain.vocabulary import DeadlineKind
from neraca.service import NoSuchAgency
from neraca.service.open_deadlines import OpenDeadline

Neraca = Callable[..., Any]


def test_a_tick_says_what_it_told_of_each_agency_and_of_one(neraca: Neraca, followed_database: str) -> None:
    at = ("--at", "2026-02-01T00:00:00+07:00")

    every = neraca("tick", *at, DATABASE_URL=followed_database)
    assert (every.code, len(every.out.splitlines())) == (0, 5)
    assert every.out.splitlines()[0] == "bandung 2026-02-01: 0 opened, 0 near, 0 passed; 0 late with reports"
    # Where the agency calls no report late, nothing is said of any.
    assert every.out.splitlines()[1] == "gajahmungkur 2026-02-01: 0 opened, 0 near, 0 passed"
    [[one]] = neraca("tick", *at, "--agency", "samarinda", "--json", DATABASE_URL=followed_database).lines
    none = {"opened": 0, "reminded": 0, "passed": 0, "late_with_reports": 0}
    assert one == {"agency": "samarinda", "day": "2026-02-01"} | none


def test_what_is_due_is_listed(neraca: Neraca, seeded_year: Any, followed_database: str) -> None:
    said = neraca("due", "--agency", "surabaya", "--person", "999956000000000001", DATABASE_URL=seeded_year.url)
    assert (said.code, said.out.splitlines()[-1].partition(": ")[0]) == (0, "surabaya")
    assert "999956000000000001" in said.out
    assert neraca("due", "--agency", "surabaya", "--json", DATABASE_URL=followed_database).lines == [[]]


@pytest.mark.parametrize(
    ("acts", "told"),
    [("sri", "sri,"), ("agus", "sri (for whom agus acts),"), (None, "sri (in whose place nobody acts),")],
)
def test_who_acts_in_the_place_of_another_is_said_beside(acts: str | None, told: str) -> None:
    day, kind = date(2026, 2, 2), DeadlineKind.EVALUATION
    one = OpenDeadline("budi", "2026", kind, "pejabat_penilai", "sri", day, day, late=True, acts=acts)

    class Told:
        def due(self, *_: Any) -> list[OpenDeadline]:
            return [one]

    said = CliRunner().invoke(due, ["--agency", "uji"], obj=Told())
    assert said.output.splitlines() == [
        f"2026-02-02 late: EVALUATION of budi 2026, by pejabat_penilai {told} since 2026-02-02",
        "uji: 1 open, 1 late",
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("tick", "--at", "2999-01-01T00:00:00Z"), "2999-01-01T00:00:00Z is yet to come"),
        (("tick", "--at", "2026-02-01"), "'2026-02-01' has no time zone; add Z or +07:00"),
        (("tick", "--at", "besok"), "'besok' is no instant such as 2026-01-31T17:00:00Z"),
    ],
)
def test_what_cannot_be_told_says_why(neraca: Neraca, followed_database: str, words: Any, told: str) -> None:
    said = neraca(*words, DATABASE_URL=followed_database)

    assert said.code == 2
    assert told in said.err


@pytest.mark.parametrize("verb", ["tick", "due"])
def test_an_agency_that_is_not_there_is_a_message(neraca: Neraca, followed_database: str, verb: str) -> None:
    with pytest.raises(NoSuchAgency, match="no agency 'nowhere'; there are bandung"):
        neraca(verb, "--agency", "nowhere", DATABASE_URL=followed_database)


def test_nobody_of_that_number_is_not_somebody_who_owes_nothing(neraca: Neraca, followed_database: str) -> None:
    said = neraca("due", "--agency", "surabaya", "--person", "199001012015031001", DATABASE_URL=followed_database)

    assert (said.code, said.out) == (2, "")
    assert "surabaya has no employee '199001012015031001'; write the NIP of one of its roster" in said.err
