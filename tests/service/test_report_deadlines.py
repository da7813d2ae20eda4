"""The report that somebody owes first: it opens, runs out, and ends with a report; nobody is told of it by an event."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from neraca.domain import required_days
from neraca.domain.agency import Reporting
from neraca.domain.command_rules import ReportingRule
from neraca.domain.exemptions import ExemptEmployee, WithdrawExemption
from neraca.domain.report_arrivals import LINE, PAIRS, Shape, nth
from neraca.domain.vocabulary import DeadlineKind, ExemptionKind
from neraca.service.observation import observe, with_reports
from neraca.service.open_deadline import OpenDeadline
from neraca.service.open_deadlines import open_deadlines
from neraca.service.owed_reports import Appraisals, read
from neraca.service.report_deadlines import asked, owed, params

Found = Callable[..., Any]


def of_budi(today: date, progress: Iterable[str] = (), entries: Iterable[str] = (), **more: Any) -> Appraisals:
    known: dict[str, Any] = {
        "employees": "budi",
        "names": "Budi",
        "units": "dinkes",
        "appraisers": "sri",
        "periods": "2025",
        "policies": None,
        "exemptions": None,
        "breaks": None,
        "starts": date(2025, 1, 1),
        "ends": date(2025, 12, 31),
        "since": date(2025, 1, 1),
        "until": date(2025, 12, 31),
    } | more
    for name in ("exemptions", "breaks"):
        known[name] = known[name] and msgspec.json.encode(known[name]).decode()
    employee, name, *told, starts, ends, since, until = known.values()
    of = params(today, entries=True)
    first, last = max(of["first"], starts), min(of["last"], ends)
    line, pairs = reported(LINE, entries), reported(PAIRS, progress)
    line = line.ljust(2 * 366, b"\0")[2 * nth(first) : 2 * nth(last) + 2] if line else b""
    days = [packed((day - date(2000, 1, 1)).days) for day in (starts, ends, since, until)]
    required = required_days.NOTHING_KNOWN
    words = [one or "" for one in (employee, name, *told)]
    return read([[*words, *days, packed(len(line)), packed(len(pairs)), line, pairs, required]])


def packed(number: int) -> bytes:
    return number.to_bytes(4, "big")


def reported(shape: Shape, days: Iterable[str]) -> bytes:
    firsts = b""
    for day in map(date.fromisoformat, days):
        firsts = shape.with_first(firsts, day, 1)
    return firsts


@pytest.fixture
def found(invented: Any) -> Found:
    """Since when and until when a report is owed on a day, and whether it is late; nothing where none is."""

    def found(today: date, cadence: Any = "monthly", within: int | None = 5, **more: Any) -> Any:
        reporting = Reporting(cadence=cadence, daily=cadence == "daily", in_time_days=within)
        agency = replace(invented("uji"), reporting=reporting)
        rows = owed(of_budi(today, **more), agency, today, lambda _: ReportingRule(cadence="quarterly"))
        return [(one.since, one.last, one.late) for one in rows]

    return found


def test_a_months_report_opens_with_it_runs_out_and_ends_with_a_report(found: Found) -> None:
    january = (date(2025, 1, 1), date(2025, 2, 5))

    assert found(date(2025, 1, 1)) == [(*january, False)]
    assert found(date(2025, 2, 5)) == [(*january, False)]
    assert found(date(2025, 2, 6)) == [(*january, True)]
    february = (date(2025, 2, 1), date(2025, 3, 5), False)
    assert found(date(2025, 2, 6), progress=["2025-01-20"]) == [february]
    assert found(date(2025, 1, 31), progress=["2025-01-20"]) == []
    # The policy's rhythm goes before the agency's.
    assert found(date(2025, 1, 9), policies="h") == [(date(2025, 1, 1), date(2025, 4, 5), False)]


def test_a_day_that_is_worked_wants_an_entry(found: Found) -> None:
    # The first of June is a Sunday.
    assert found(date(2025, 7, 3), "daily", 2) == [(date(2025, 6, 2), date(2025, 6, 4), True)]
    june = [f"2025-06-{day:02}" for day in range(2, 31)]
    assert found(date(2025, 7, 3), "daily", 2, entries=[*june, "2025-07-01", "2025-07-02"]) == [
        (date(2025, 7, 3), date(2025, 7, 5), False)
    ]
    assert found(date(2025, 7, 6), "daily", 2, entries=[*june, *(f"2025-07-0{day}" for day in range(1, 5))]) == []


def test_nothing_is_owed_of_days_without_service_or_with_an_exemption(found: Found) -> None:
    assert found(date(2025, 2, 6), since=date(2025, 2, 10)) == [(date(2025, 2, 1), date(2025, 3, 5), False)]
    assert found(date(2025, 2, 6), exemptions=[("2025-01-01", None)]) == []
    assert found(date(2025, 7, 3), "daily", until=date(2025, 5, 1)) == []
    # Nor of the days before somebody who had left was taken in again.
    assert found(date(2025, 2, 6), breaks=[("2025-01-01", "2025-01-31")]) == [
        (date(2025, 2, 1), date(2025, 3, 5), False)
    ]


def test_where_the_agency_calls_no_report_late_none_is_owed_by_a_day(found: Found, invented: Any) -> None:
    assert found(date(2025, 2, 6), within=None) == []
    assert not asked(invented("uji"))


def test_it_is_the_employees_to_act(invented: Any) -> None:
    agency = replace(invented("uji"), reporting=Reporting(cadence="monthly", in_time_days=5))

    assert owed(of_budi(date(2025, 2, 6)), agency, date(2025, 2, 6), lambda _: ReportingRule()) == [
        OpenDeadline(
            "budi",
            "2025",
            DeadlineKind.PROGRESS,
            "pegawai",
            "budi",
            date(2025, 1, 1),
            date(2025, 2, 5),
            late=True,
            acts="budi",
        )
    ]


def test_it_is_among_what_is_open_until_it_is_reported(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    reporting = Reporting(cadence="monthly", in_time_days=5)
    agency = replace(fixture_agency.house.agencies["uji"], reporting=reporting)

    def due(person: str | None) -> list[tuple[str, date, bool]]:
        fixture_agency.house.follow()
        service = fixture_agency.service
        found = open_deadlines(fixture_agency.house.url, service.policies, agency, person, date(2025, 3, 8))
        return [(one.employee, one.last, one.late) for one in found if one.kind is DeadlineKind.PROGRESS]

    assert due("budi") == due(None) == [("budi", date(2025, 2, 5), True)]
    assert due("sri") == []
    for number, until in enumerate((date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 3))):
        fixture_agency.report("budi", 10 * (number + 1), f"l{number}", until)
    assert due("budi") == []


def test_the_clock_counts_who_is_late_as_it_is_known_when_it_looks_and_tells_the_log_nothing(
    fixture_agency: Any,
) -> None:
    """What was missed is dismissed by a leave that is decreed later, and missed again where that is withdrawn."""
    fixture_agency.plan("budi")
    reporting = Reporting(cadence="monthly", in_time_days=5)
    agency = replace(fixture_agency.house.agencies["uji"], reporting=reporting)
    log = fixture_agency.house.log

    def late(day: int) -> int | None:
        fixture_agency.house.follow()
        house, now = fixture_agency.house, datetime(2025, 2, day, 1, tzinfo=UTC)
        told = observe(house.service, house.url, agency, now)
        head = log.head("uji")
        counted = with_reports(observe(house.service, house.url, agency, now), house.service, house.url, agency)
        assert counted == replace(told, opened=0, reminded=0, passed=0, late_with_reports=counted.late_with_reports)
        assert log.head("uji") == head
        return counted.late_with_reports

    assert (late(5), late(6)) == (0, 1)
    leave = ExemptEmployee(
        employee="budi", kind=ExemptionKind.UNPAID_LEAVE, since=date(2025, 1, 1), until=date(2025, 1, 31), decree="SK 7"
    )
    fixture_agency.tell("hr", leave, on=date(2025, 2, 7))
    assert late(7) == 0
    withdrawn = WithdrawExemption(employee="budi", decree="SK 7", reason="SK 7 dibatalkan")
    fixture_agency.tell("hr", withdrawn, on=date(2025, 2, 8))
    assert late(8) == 1
    fixture_agency.report("budi", 10, "l1", date(2025, 1, 31))
    assert late(9) == 0
    assert not [one for one in log.read("uji", 0, log.head("uji")) if b"PROGRESS" in one.data]
