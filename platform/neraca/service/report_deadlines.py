"""The report that somebody owes first: of the earliest day or stretch of their rhythm of which there is none.

It opens with the first day of what it is of, runs to the last day on which it comes in time, and ends with a report.
The log tells nothing of it: it is reckoned from the reports and the calendar when it is asked for, so that a city whose
people report by the day writes no event for each of them and day. Only where the agency says what is in time.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np

from neraca.domain.agency import Agency, is_working_day
from neraca.domain.command_rules import EMPLOYEE, ReportingRule
from neraca.domain.period import containing, parse
from neraca.domain.reporting_rhythms import Stretch, stretches
from neraca.domain.vocabulary import DeadlineKind
from neraca.service import owed_reports
from neraca.service.open_deadline import OpenDeadline
from neraca.service.owed_reports import Appraisals, Group, Served, WorkingDays, came, grouped, served

STATEMENT = "report-deadlines"

_WHOLE = parse("2000")
"""The longest year: days have their places in each year alike."""


def asked(agency: Agency) -> bool:
    """Whether anything is to be looked up: an agency that calls no report late owes none by a day."""
    return agency.reporting.in_time_days is not None


def params(today: date) -> dict[str, Any]:
    """The parameters of the statement, beside whose it is and who reads."""
    # All of a year, whichever it is: what is owed first may be long ago.
    return {"today": today} | owed_reports.params(_WHOLE.starts, _WHOLE.ends)


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
    working, new_year = WorkingDays(agency, group.starts.year), group.starts.replace(month=1, day=1)
    wanted = of_service.reckon(
        group.places, lambda spans: [working.in_service(spans, one.since, one.last) for one in begun]
    )
    numbers = found.entries if group.cadence == "daily" else found.progress
    lines, columns = np.nonzero((wanted > 0) & ~came(numbers, group.places, begun, new_year))
    lines, earliest = np.unique(lines, return_index=True)
    first_of: dict[int, int] = dict(zip(lines.tolist(), columns[earliest].tolist(), strict=True))
    for line, nth in first_of.items():
        at, first = group.places[line], begun[nth]
        last, employee = first.last + timedelta(days=within), found.employees[at]
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


def _begun(group: Group, agency: Agency, today: date) -> list[Stretch]:
    """The days or stretches of the rhythm that have begun, the earliest first."""
    if group.cadence != "daily":
        every = stretches(group.cadence, group.starts, group.ends, lambda _: True)
        return [one for one in every if one.since <= today]
    first, last = max(group.starts, _entries_since(today)), min(today, group.ends)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [Stretch(day, day) for day in days if is_working_day(agency, day)]


def _entries_since(today: date) -> date:
    """Days are looked at from the first of the month before: of those before, `neraca report lateness` tells."""
    return containing(containing(today, "month").starts - timedelta(days=1), "month").starts
