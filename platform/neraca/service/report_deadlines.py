"""The report that somebody owes first: of the earliest day or stretch of their rhythm of which there is none.

It opens with the first day of what it is of, runs to the last day on which it comes in time, and ends with a report.
The log tells nothing of it: it is reckoned from the reports and the calendar when it is asked for, so that a city whose
people report by the day writes no event for each of them and day. Only where the agency says what is in time.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from neraca.domain.agency import Agency, is_working_day
from neraca.domain.command_rules import EMPLOYEE, ReportingRule
from neraca.domain.period import containing
from neraca.domain.reporting_rhythms import Stretch, stretches
from neraca.domain.vocabulary import DeadlineKind
from neraca.service import owed_reports
from neraca.service.open_deadline import OpenDeadline
from neraca.service.owed_reports import Appraisals, Flags, Group, Served, WorkingDays, came, entered, grouped, served

STATEMENT = "report-deadlines"


def asked(agency: Agency) -> bool:
    """Whether anything is to be looked up: an agency that calls no report late owes none by a day."""
    return agency.reporting.in_time_days is not None


def params(today: date, *, entries: bool) -> dict[str, Any]:
    """The parameters of the statement, beside whose it is and who reads."""
    return {"named": False} | owed_reports.params(_entries_since(today), today, entries=entries)


def owed(
    found: Appraisals, agency: Agency, today: date, reporting: Callable[[str], ReportingRule]
) -> list[OpenDeadline]:
    """One for each appraisal of which a report is owed by now."""
    of_service = served(found)
    groups = grouped(found, agency, reporting)
    return [deadline for group in groups for deadline in _owed_of(group, found, of_service, agency, today)]


def _owed_of(
    group: Group, found: Appraisals, of_service: Served, agency: Agency, today: date
) -> Iterable[OpenDeadline]:
    within = agency.reporting.in_time_days
    begun = _begun(group, agency, today)
    if within is None or not begun:
        return
    working = WorkingDays(agency, group.starts.year)
    wanted = of_service.reckon(
        group.places, lambda spans: [working.in_service(spans, one.since, one.last) for one in begun]
    )
    there = (
        _entered(group, found, begun, today) if group.cadence == "daily" else came(found.progress, group.places, begun)
    )
    missing = (wanted > 0) & ~there
    owing = missing.any(axis=1)
    places: list[int] = group.places[owing].tolist()
    earliest: list[int] = missing[owing].argmax(axis=1).tolist()
    lasts = [one.last + timedelta(days=within) for one in begun]
    for at, nth in zip(places, earliest, strict=True):
        first, last, employee = begun[nth], lasts[nth], found.employees[at]
        yield OpenDeadline(
            employee,
            found.periods[at],
            DeadlineKind.PROGRESS,
            EMPLOYEE,
            employee,
            first.since,
            last,
            last < today,
            employee,
        )


def _entered(group: Group, found: Appraisals, days: list[Stretch], today: date) -> Flags:
    first, last = _days_of_entries(group, today)
    numbers = entered(found.entries, group.places, (last - first).days + 1)
    return numbers[:, [(day.since - first).days for day in days]] > 0


def _begun(group: Group, agency: Agency, today: date) -> list[Stretch]:
    """The days or stretches of the rhythm that have begun, the earliest first."""
    if group.cadence != "daily":
        every = stretches(group.cadence, group.starts, group.ends, lambda _: True)
        return [one for one in every if one.since <= today]
    first, last = _days_of_entries(group, today)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [Stretch(day, day) for day in days if is_working_day(agency, day)]


def _days_of_entries(group: Group, today: date) -> tuple[date, date]:
    return max(group.starts, _entries_since(today)), min(today, group.ends)


def _entries_since(today: date) -> date:
    """Days are looked at from the first of the month before: of those before, `neraca report lateness` tells."""
    return containing(containing(today, "month").starts - timedelta(days=1), "month").starts
