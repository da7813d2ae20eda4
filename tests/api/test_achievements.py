"""What an office achieved, whether that was the target, and what it mends, over GraphQL."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain.achievement import ReviseAchievement
from neraca.domain.errors import NotAllowed
from neraca.domain.headship import AppointHead
from neraca.domain.improvement import AnswerImprovement, ImprovementStep, PlanImprovement

HEAD = "196501011990031001"
PERIOD = "2025-Q1"
HERE: dict[str, Any] = {"unit": "disdukcapil", "period": PERIOD}
LATER = datetime(2025, 4, 2, 2, tzinfo=UTC)
QUERY = """{ agency(id: "surabaya"%s) { units(first: 1) { id achievements(first: 4) {
    period index predicate met source revised
    improvement { by steps { what until } outcome answer } } } } }"""


def achievements(world: Any, as_of: str = "") -> Any:
    (unit,) = world.data("ani", QUERY % as_of)["agency"]["units"]
    return unit["achievements"]


def test_the_target_of_an_office_is_met_or_not_and_what_it_mends_is_answered_later(world: Any) -> None:
    since = date(2025, 1, 1)
    world.tell("hr", AppointHead(unit="disdukcapil", employee=HEAD, since=since, decree="SK 1"), now=LATER)
    plan = PlanImprovement(**HERE, steps=[ImprovementStep("loket kedua dibuka", date(2025, 6, 30))])
    with pytest.raises(NotAllowed):
        world.tell("boss", plan, now=LATER)
    before = world.tell("head", plan, now=LATER).position
    revise = ReviseAchievement(**HERE, index=Decimal(101), predicate="baik", reason="Reviu")
    world.tell("official", revise, now=LATER)
    world.tell("head", AnswerImprovement(**HERE, outcome="done", words="dibuka Mei"), now=LATER)
    world.follow()

    said = {"by": HEAD, "steps": [{"what": "loket kedua dibuka", "until": "2025-06-30"}]}
    assert achievements(world) == [
        {
            "period": PERIOD,
            "index": "101",
            "predicate": "GOOD",
            "met": True,
            "source": "LKjIP",
            "revised": "Reviu",
            "improvement": said | {"outcome": "DONE", "answer": "dibuka Mei"},
        }
    ]
    (then,) = achievements(world, f', asOf: {{ position: "{before}" }}')
    assert (then["index"], then["met"], then["improvement"]) == (
        "98.5",
        False,
        said | {"outcome": None, "answer": None},
    )
