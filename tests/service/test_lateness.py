"""Who reports in time, late or not: what is owed of some days, in which rhythm, and of whom nothing is."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from neraca.domain import report_arrivals, required_days
from neraca.domain.agency import WEEK, Reporting, in_rhythm
from neraca.domain.appraisal.commands import ReportActivity
from neraca.domain.command_rules import ReportingRule
from neraca.domain.period import parse
from neraca.domain.report_arrivals import LINE, PAIRS, Shape
from neraca.service.lateness import Found, UnitLateness, by_name, by_unit, latenesses, params, told, unit_latenesses
from neraca.service.owed_reports import BETWEEN, Appraisals, Group, cadence_of, read
from neraca.service.report_source import ReportSource
from neraca.store.pool import open_pool

TODAY = date(2025, 5, 1)


ZONE = ZoneInfo("Asia/Jakarta")


def row(employee: str = "budi", **more: Any) -> dict[str, Any]:
    """Of one person. Entries are from the first of March on."""
    known: dict[str, Any] = {
        "employees": employee,
        "names": employee.title(),
        "units": "dinkes",
        "appraisers": "sri",
        "periods": "2025",
        "starts": date(2025, 1, 1),
        "ends": date(2025, 12, 31),
        "policies": None,
        "exemptions": None,
        "breaks": None,
        "since": date(2025, 1, 1),
        "until": date(2025, 12, 31),
        "entries": b"",
        "progress": b"",
        "required": required_days.NOTHING_KNOWN,
    } | more
    for name in ("exemptions", "breaks"):
        known[name] = known[name] and msgspec.json.encode(known[name]).decode()
    return known


def appraisals(asked: dict[str, Any], *rows: dict[str, Any]) -> Appraisals:
    """As the statement has them: entries of no more days and no fewer than are asked about, where there are any."""
    for one in rows:
        days = (min(asked["last"], one["ends"]) - max(asked["first"], one["starts"])).days + 1
        size = max(days, 0) * report_arrivals.WIDTH if one["entries"] else 0
        one["entries"] = one["entries"][:size].ljust(size, b"\0")

    def told(name: str) -> list[Any]:
        return [one[name] for one in rows]

    def packed(numbers: Iterable[int]) -> bytes:
        return b"".join(number.to_bytes(4, "big") for number in numbers)

    texts = ("employees", "names", "units", "appraisers", "periods", "policies", "exemptions", "breaks")
    words = [BETWEEN.join(one or "" for one in told(name)) for name in texts]
    of_days = [
        packed((day - date(2000, 1, 1)).days for day in told(name)) for name in ("starts", "ends", "since", "until")
    ]
    sizes = [packed(map(len, told(name))) for name in ("entries", "progress")]
    joined = [b"".join(told(name)) for name in ("entries", "progress", "required")]
    return read([[*words, *of_days, *sizes, *joined]])


def firsts(*reported: tuple[str, str], shape: Shape = PAIRS) -> bytes:
    """Of the day that each report is of, and that it came on, at noon."""
    found = b""
    for day, on in reported:
        of, at = date.fromisoformat(day), datetime.combine(date.fromisoformat(on), time(12), ZONE)
        found, _ = report_arrivals.added(shape, found, (), of, report_arrivals.quarter(of, at))
    return found


def entries_of_march(*reported: tuple[str, str]) -> bytes:
    return firsts(*reported, shape=LINE)[report_arrivals.nth(date(2025, 3, 1)) * report_arrivals.WIDTH :]


def required(**months: int) -> bytes:
    found = required_days.NOTHING_KNOWN
    for month, days in months.items():
        found = required_days.with_month(found, datetime.strptime(f"2025 {month}", "%Y %b").date(), days)  # noqa: DTZ007
    return found


@pytest.fixture
def counted(invented: Any) -> Callable[..., Any]:
    """What rows come to in a rhythm of the agency: owed, in time, late, missing."""
    cadence: dict[str, Any] = {"cadence": "monthly"}

    def counted(*rows: Any, period: str = "2025-03", today: date = TODAY, **reporting: Any) -> Any:
        agency = replace(invented("uji"), reporting=Reporting(**(cadence | reporting)))
        known = appraisals(params(agency, parse(period), today, None, named=True, entries=True), *rows)
        found = by_name(told(known, agency, parse(period), today, lambda _: ReportingRule(cadence="weekly")))
        return [(one.owed, one.in_time, one.late, one.missing) for one in found]

    return counted


def test_each_month_wants_a_report_in_time(counted: Callable[..., Any]) -> None:
    progress = firsts(("2025-01-31", "2025-02-05"), ("2025-02-20", "2025-03-09"), ("2025-02-10", "2025-03-08"))

    assert counted(row(progress=progress), period="2025-Q1", in_time_days=7) == [(3, 1, 1, 1)]
    # Nothing is late where the agency says nothing of that.
    assert counted(row(progress=progress), period="2025-Q1") == [(3, 2, 0, 1)]
    # The policy's rhythm goes before the agency's: of the weeks of March that it cuts at neither end.
    weeks = counted(row(policies="h", progress=firsts(("2025-03-09", "2025-03-10"))), in_time_days=1)
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
        ({"until": date(2025, 3, 3)}, 1),
        ({"exemptions": [("2025-03-10", "2025-03-14")]}, 16),
        ({"exemptions": [("2025-03-10", None)]}, 5),
        ({"breaks": [("2025-02-01", "2025-03-20")]}, 7),
        ({"exemptions": [("2025-03-01", "2025-03-12")], "breaks": [("2025-03-10", "2025-03-20")]}, 7),
        ({"starts": date(2025, 3, 17), "since": date(2025, 3, 17)}, 11),
        ({"required": required(mar=18)}, 18),
        ({"required": required(mar=0)}, 0),
        ({"required": required(feb=3)}, 21),
        # What is known of a month that had begun before the appraisal did is no fact of it.
        ({"required": required(mar=3), "starts": date(2025, 3, 17), "since": date(2025, 3, 17)}, 11),
        ({"until": date(2025, 2, 1)}, 0),
    ],
)
def test_a_day_wants_an_entry_where_one_works_serves_and_is_not_on_leave(
    counted: Callable[..., Any], more: dict[str, Any], owed: int
) -> None:
    ((found, in_time, late, missing),) = counted(row(**more), cadence="daily", daily=True)

    assert (found, in_time, late, missing) == (owed, 0, 0, owed)


def test_entries_of_days_are_in_time_late_or_not_there(counted: Callable[..., Any]) -> None:
    daily: dict[str, Any] = {"cadence": "daily", "daily": True, "in_time_days": 2}
    march = [date(2025, 3, day).isoformat() for day in range(1, 32)]
    works = [day for day in march if date.fromisoformat(day).weekday() < 5]
    # Of days without work nothing is owed, and an entry of one makes nobody owe less of others.
    some = [(day, day) for day in march if day not in works] + [(day, day) for day in works[:11]]
    late = [(day, "2025-04-09") for day in works[11:15]]

    assert counted(row(entries=entries_of_march(*some, *late)), **daily) == [(21, 11, 4, 6)]
    # More entries than are owed, as of days that turned out to be leave, are not more reports.
    rest = [(day, day) for day in works[12:20]]
    entries = entries_of_march(*some, late[0], *rest)
    assert counted(row(entries=entries, required=required(mar=18)), **daily) == [(18, 17, 1, 0)]


def test_an_entry_is_late_from_midnight_in_the_zone_of_the_agency(invented: Any) -> None:
    day, limit = date(2025, 3, 3), datetime(2025, 3, 5, 17, tzinfo=UTC)  # Jakarta's midnight after the fifth
    reporting = Reporting(cadence="daily", daily=True, in_time_days=2)
    agency = replace(invented("uji"), reporting=reporting, time_zone="Asia/Jakarta")

    def late(at: datetime, zone: str) -> int:
        entries, _ = report_arrivals.added(LINE, b"", (), day, report_arrivals.quarter(day, at))
        entries = entries[report_arrivals.nth(date(2025, 3, 1)) * report_arrivals.WIDTH :]
        of = replace(agency, time_zone=zone)
        known = appraisals(params(of, parse("2025-03"), TODAY, None, named=True, entries=True), row(entries=entries))
        [found] = by_name(told(known, of, parse("2025-03"), TODAY, lambda _: ReportingRule()))
        assert found.in_time + found.late == 1
        return found.late

    moment = timedelta(microseconds=1)
    assert [late(limit - moment, "Asia/Jakarta"), late(limit, "Asia/Jakarta")] == [0, 1]
    assert [late(limit - moment, "Asia/Jayapura"), late(limit, "UTC")] == [1, 0]
    nepal = datetime(2025, 3, 5, 18, 15, tzinfo=UTC)
    assert [late(nepal - moment, "Asia/Kathmandu"), late(nepal, "Asia/Kathmandu")] == [0, 1]


def test_of_a_year_beside_its_periods_only_the_periods_count(counted: Callable[..., Any]) -> None:
    half = row(periods="2025-S1", ends=date(2025, 6, 30))

    assert counted(row(), half) == [(1, 0, 0, 1)]
    assert len(counted(half, row("wati"))) == 2


def test_nobody_is_told_of_where_nobody_is_appraised(invented: Any) -> None:
    nothing = told(read([[None] * 17]), invented("uji"), parse("2025-03"), TODAY, lambda _: ReportingRule())

    assert (by_name(nothing), by_unit(nothing)) == ([], [])


def test_units_are_counted_by_how_their_people_stand() -> None:
    rows = [row(employee, units=unit) for employee, unit in (("c", "u"), ("a", "u"), ("b", "u"), ("d", "t"))]
    known = appraisals({"first": date(2025, 3, 1), "last": date(2025, 3, 31)}, *rows)
    counts = np.array([[2, 1, 0], [2, 2, 0], [2, 1, 1], [0, 0, 0]])
    group = Group(date(2025, 1, 1), date(2025, 12, 31), "monthly", np.arange(4))
    found = Found(known, counts, [group], [0, 1, 2, 3])

    assert by_unit(found) == [
        UnitLateness("t", 1, 0, 0, 0, 1, 0, 0, 0, 0),
        UnitLateness("u", 3, 1, 1, 1, 0, 6, 4, 1, 1),
    ]
    assert [(one.employee, one.standing) for one in by_name(found)] == [
        ("d", "nothing_due"),
        ("a", "in_time"),
        ("b", "late"),
        ("c", "missing"),
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


def test_only_days_that_are_over_are_asked_for(invented: Any) -> None:
    agency = replace(invented("uji"), reporting=Reporting(cadence="daily", daily=True, in_time_days=2))
    asked = params(agency, parse("2025-03"), date(2025, 3, 10), None, named=False, entries=True)

    assert (asked["new_year"], asked["first"], asked["last"]) == (date(2025, 1, 1), date(2025, 3, 1), date(2025, 3, 7))
    assert params(agency, parse("2025-03"), date(2025, 3, 1), None, named=False, entries=True)["last"] == date(
        2025, 2, 26
    )


def test_it_is_told_of_an_agency_by_name_and_by_unit(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    fixture_agency.report("budi", 10, "l1", date(2025, 1, 31))
    fixture_agency.house.follow()
    agency = replace(fixture_agency.house.agencies["uji"], reporting=Reporting(cadence="monthly", in_time_days=5))
    service = fixture_agency.service

    with open_pool(fixture_agency.house.url, largest=1) as pool:
        source = ReportSource(agency, date(2025, 3, 8), service.policies, service.reader, pool)
        people = latenesses(source, parse("2025-Q1"), None)
        units = unit_latenesses(source, parse("2025-Q1"), None)

    [budi] = [one for one in people if one.employee == "budi"]
    assert (budi.cadence, budi.owed, budi.in_time + budi.late, budi.missing) == ("monthly", 2, 1, 1)
    assert sum(one.owed for one in units) == sum(one.owed for one in people)
    assert {one.unit for one in units} == {one.unit for one in people}
    assert sum(one.some_missing for one in units) == sum(one.standing == "missing" for one in people)


def test_the_one_entry_of_the_first_or_of_the_last_day_asked_about_is_counted(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    works = tuple(day for day in WEEK if day != "sun")
    reporting = Reporting(cadence="daily", daily=True, in_time_days=5)
    agency = replace(fixture_agency.house.agencies["uji"], reporting=reporting, working_week=works, holidays={})
    service, months = fixture_agency.service, ("2025-01", "2025-02", "2025-03")

    def entries_of_months() -> list[int]:
        fixture_agency.house.follow()
        with open_pool(fixture_agency.house.url, largest=1) as pool:
            source = ReportSource(agency, date(2025, 4, 8), service.policies, service.reader, pool)
            people = [one for month in months for one in latenesses(source, parse(month), None)]
        return [one.owed - one.missing for one in people if one.employee == "budi"]

    assert entries_of_months() == [0, 0, 0]
    for day, counted in ((date(2025, 2, 1), [0, 1, 0]), (date(2025, 3, 31), [0, 1, 1]), (date(2025, 1, 31), [1, 1, 1])):
        entry = ReportActivity(
            employee="budi", period="2025-Q1", report=day.isoformat(), day=day, activity="Loket", minutes=60
        )
        fixture_agency.tell("budi", entry, on=date(2025, 4, 7))
        assert entries_of_months() == counted
