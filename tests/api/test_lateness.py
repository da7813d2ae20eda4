"""Whose reports came in time, late or not: by name for whoever may see it, and counted for whoever sees counts."""

from datetime import date
from typing import Any

import pytest

from neraca.domain.headship import AppointHead

HEAD, ANI, STRANGER = "196501011990031001", "198501012010011001", "199001012015011001"
NAMES = '{ agency(id: "surabaya") { reports { lateness(period: "%s"%s) { %s } } } }'
COUNTS = '{ agency(id: "surabaya") { reports { latenessCounts(period: "2025-Q1") { unit standing people } } } }'


@pytest.fixture(scope="module", autouse=True)
def appointed(world: Any) -> None:
    world.tell("hr", AppointHead(unit="dinkes", employee=HEAD, since=date(2025, 1, 1), decree="SK 821/1/2025"))
    world.follow()


def names(world: Any, who: str, more: str = "", fields: str = "employee", period: str = "2025-Q1") -> Any:
    return world.data(who, NAMES % (period, more, fields))["agency"]["reports"]["lateness"]


def test_of_each_month_that_is_over_a_report_is_owed(world: Any) -> None:
    fields = "employee name unit appraiser period cadence standing owed inTime late outstanding"

    # It is the third of March: January and February are over, and what Ani reported is of March.
    (ani,) = names(world, "ani", fields=fields)
    assert ani == {
        "employee": ANI,
        "name": "Ani",
        "unit": "disdukcapil",
        "appraiser": "197001011995031001",
        "period": "2025-Q1",
        "cadence": "MONTHLY",
        "standing": "MISSING",
        "owed": 2,
        "inTime": 0,
        "late": 0,
        "outstanding": 2,
    }
    assert names(world, "ani", fields="standing owed", period="2025-03") == [{"standing": "NOTHING_DUE", "owed": 0}]


def test_each_hears_of_whom_they_may_see(world: Any) -> None:
    everybody = {one["employee"] for one in names(world, "hr")}
    assert len(everybody) == 6
    assert {one["employee"] for one in names(world, "boss")} == everybody - {STRANGER}
    assert {one["employee"] for one in names(world, "head")} >= {STRANGER}
    assert names(world, "peer0", ', unit: "dinkes"') == []
    assert [one["employee"] for one in names(world, "hr", ', unit: "dinkes", standing: MISSING')] == [STRANGER]
    assert names(world, "policy") == []


def test_counts_are_exact_for_those_who_see_everybody_and_never_of_few_for_others(world: Any) -> None:
    def counts(who: str) -> Any:
        return world.data(who, COUNTS)["agency"]["reports"]["latenessCounts"]

    assert counts("hr") == [
        {"unit": "dinkes", "standing": "MISSING", "people": 1},
        {"unit": "disdukcapil", "standing": "MISSING", "people": 5},
    ]
    assert counts("policy") == [{"unit": None, "standing": "MISSING", "people": 6}]
    for who in ("ani", "boss", "head"):
        assert world.ask(who, COUNTS)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}
