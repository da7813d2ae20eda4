"""Who reports in time, late or not: what is owed of some days, in which rhythm, and of whom nothing is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from neraca.domain.agency import Reporting, in_rhythm
from neraca.domain.command_rules import ReportingRule
from neraca.domain.period import parse
from neraca.service.lateness import Lateness, UnitLateness, by_unit, cadence_of, params, told

TODAY = date(2025, 5, 1)


def row(employee: str = "budi", **more: Any) -> tuple[Any, ...]:
    known: dict[str, Any] = {
        "employee": employee,
        "name": employee.title(),
        "period": "2025",
        "starts": date(2025, 1, 1),
        "ends": date(2025, 12, 31),
        "unit": "dinkes",
        "appraiser": "sri",
        "policy_hash": None,
        "since": date(2020, 1, 1),
        "retired": None,
        "exemptions": [],
        "breaks": [],
        "required": {},
        "days": 0,
        "late": 0,
        "progress": [],
    } | more
    as_text = ("exemptions", "breaks", "required", "progress")
    return tuple(msgspec.json.encode(value).decode() if name in as_text else value for name, value in known.items())


@pytest.fixture
def counted(invented: Any) -> Callable[..., Any]:
    """What rows come to in a rhythm of the agency: owed, in time, late, missing."""
    cadence: dict[str, Any] = {"cadence": "monthly"}

    def counted(*rows: Any, period: str = "2025-03", today: date = TODAY, **reporting: Any) -> Any:
        agency = replace(invented("uji"), reporting=Reporting(**(cadence | reporting)))
        found = told(rows, agency, parse(period), today, lambda _: ReportingRule(cadence="weekly"))
        return [(one.owed, one.in_time, one.late, one.missing) for one in found]

    return counted


def test_each_month_wants_a_report_in_time(counted: Callable[..., Any]) -> None:
    progress = [("2025-01-31", "2025-02-05"), ("2025-02-20", "2025-03-09"), ("2025-02-10", "2025-03-08")]

    assert counted(row(progress=progress), period="2025-Q1", in_time_days=7) == [(3, 1, 1, 1)]
    # Nothing is late where the agency says nothing of that.
    assert counted(row(progress=progress), period="2025-Q1") == [(3, 2, 0, 1)]
    # The policy's rhythm goes before the agency's: of the weeks of March that it cuts at neither end.
    weeks = counted(row(policy_hash="h", progress=[("2025-03-09", "2025-03-10")]), in_time_days=1)
    assert weeks == [(5, 1, 0, 4)]


def test_what_may_still_come_in_time_is_not_missing_yet(counted: Callable[..., Any]) -> None:
    for today, owed in ((date(2025, 4, 5), 2), (date(2025, 4, 6), 3)):
        assert counted(row(), period="2025-Q1", today=today, in_time_days=5) == [(owed, 0, 0, owed)]
    assert counted(row(), period="2025-Q2", today=date(2025, 4, 1)) == [(0, 0, 0, 0)]


@pytest.mark.parametrize(
    ("more", "owed"),
    [
        ({}, 21),
        ({"since": date(2025, 3, 31)}, 1),
        ({"retired": date(2025, 3, 3)}, 1),
        ({"exemptions": [("2025-03-10", "2025-03-14")]}, 16),
        ({"exemptions": [("2025-03-10", None)]}, 5),
        ({"breaks": [("2025-02-01", "2025-03-20")]}, 7),
        ({"exemptions": [("2025-03-01", "2025-03-12")], "breaks": [("2025-03-10", "2025-03-20")]}, 7),
        ({"starts": date(2025, 3, 17)}, 11),
        ({"required": {"2025-03": 18}}, 18),
        ({"required": {"2025-02": 3}}, 21),
        ({"retired": date(2025, 2, 1)}, 0),
    ],
)
def test_a_day_wants_an_entry_where_one_works_serves_and_is_not_on_leave(
    counted: Callable[..., Any], more: dict[str, Any], owed: int
) -> None:
    ((found, in_time, late, missing),) = counted(row(**more), cadence="daily", daily=True)

    assert (found, in_time, late, missing) == (owed, 0, 0, owed)


def test_entries_of_days_are_in_time_late_or_not_there(counted: Callable[..., Any]) -> None:
    daily: dict[str, Any] = {"cadence": "daily", "daily": True, "in_time_days": 2}

    assert counted(row(days=15, late=4), **daily) == [(21, 11, 4, 6)]
    # More entries than are owed, as of days that turned out to be leave, make nobody owe less of others.
    assert counted(row(days=20, late=1, required={"2025-03": 18}), **daily) == [(18, 17, 1, 0)]


def test_of_a_year_beside_its_periods_only_the_periods_count(counted: Callable[..., Any]) -> None:
    half = row(period="2025-S1", ends=date(2025, 6, 30))

    assert counted(row(), half) == [(1, 0, 0, 1)]
    assert len(counted(half, row("wati"))) == 2


def test_units_are_counted_by_how_their_people_stand() -> None:
    def one(employee: str, unit: str, owed: int, in_time: int, late: int) -> Lateness:
        missing = owed - in_time - late
        return Lateness(employee, employee, unit, "sri", "2025", "monthly", owed, in_time, late, missing)

    people = [one("a", "u", 2, 2, 0), one("b", "u", 2, 1, 1), one("c", "u", 2, 1, 0), one("d", "t", 0, 0, 0)]

    assert by_unit(people) == [
        UnitLateness("t", 1, 0, 0, 0, 1, 0, 0, 0, 0),
        UnitLateness("u", 3, 1, 1, 1, 0, 6, 4, 1, 1),
    ]


def test_the_policys_rhythm_goes_before_the_agencys(invented: Any) -> None:
    agency = invented("uji")
    by_day = replace(agency, reporting=Reporting(cadence="monthly", daily=True))

    assert cadence_of(ReportingRule(), agency) == "monthly"
    assert cadence_of(ReportingRule(cadence="quarterly"), by_day) == "quarterly"
    assert cadence_of(ReportingRule(), by_day) == "daily"
    assert cadence_of(ReportingRule(daily=True), agency) == "daily"


def test_reports_come_in_the_rhythm_of_the_policy_that_appraises_or_else_of_the_agency(
    invented: Any,
) -> None:
    agency = replace(invented("uji"), reporting=Reporting(cadence="monthly", in_time_days=3))

    assert in_rhythm(agency, ReportingRule()) is agency
    assert in_rhythm(agency, ReportingRule(cadence="weekly")).reporting == Reporting(cadence="weekly", in_time_days=3)
    by_day = Reporting(cadence="daily", daily=True, in_time_days=3)
    assert in_rhythm(agency, ReportingRule(cadence="daily")).reporting == by_day
    assert in_rhythm(agency, ReportingRule(daily=True)).reporting == by_day
    # A rhythm of the policy goes before one by the day that the agency has.
    assert not in_rhythm(replace(agency, reporting=by_day), ReportingRule(cadence="monthly")).reporting.daily


def test_only_working_days_that_are_over_are_asked_for(invented: Any) -> None:
    agency = replace(invented("uji"), reporting=Reporting(cadence="daily", daily=True, in_time_days=2))
    asked = params(agency, parse("2025-03"), date(2025, 3, 10), None)

    assert asked["working"] == [date(2025, 3, day) for day in (3, 4, 5, 6, 7)]
    assert (asked["last"], asked["within"]) == (date(2025, 3, 7), 2)
