"""What the results of an agency come to, over GraphQL: what is told, and to whom."""

from datetime import date
from typing import Any

import pytest

from neraca.domain.headship import AppointHead

HEAD = "196501011990031001"
PERIOD = "2025-Q1"
PARTICIPATION = '{ agency(id: "surabaya") { reports { participation(period: "2025-Q1") { %s } } } }'
ALL = PARTICIPATION % "unit people planned reported rated final"


@pytest.fixture(scope="module", autouse=True)
def appointed(world: Any) -> None:
    world.tell("hr", AppointHead(unit="dinkes", employee=HEAD, since=date(2025, 1, 1), decree="SK 821/1/2025"))
    world.follow()


def told(world: Any, who: str) -> Any:
    return world.data(who, ALL)["agency"]["reports"]["participation"]


def test_how_far_each_office_is_counts_everybody_once(world: Any) -> None:
    assert told(world, "hr") == [
        {"unit": "dinkes", "people": 1, "planned": 0, "reported": 0, "rated": 0, "final": 0},
        {"unit": "disdukcapil", "people": 5, "planned": 1, "reported": 1, "rated": 1, "final": 0},
    ]


def test_a_head_is_told_of_the_office_they_head(world: Any) -> None:
    assert [one["unit"] for one in told(world, "head")] == ["dinkes"]


@pytest.mark.parametrize("who", ["ani", "boss", "stranger", "policy", "counter", "surveyor", "integrator"])
def test_how_far_an_office_is_is_not_told_to_those_who_neither_see_nor_head_it(world: Any, who: str) -> None:
    assert world.ask(who, ALL)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


def test_reports_are_of_the_present(world: Any) -> None:
    answer = world.ask("hr", ALL.replace('"surabaya"', '"surabaya", asOf: { position: "3" }'))

    assert answer["errors"][0]["extensions"] == {"code": "NOT_AS_OF"}
