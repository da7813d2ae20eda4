"""The report that somebody owes first: of the earliest day or stretch of their rhythm of which there is none.

It opens with the first day of what it is of, runs to the last day on which it comes in time, and ends with a report.
The log tells nothing of it: it is reckoned from the reports and the calendar when it is asked for, so that a city whose
people report by the day writes no event for each of them and day. Only where the agency says what is in time.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder

from neraca.domain.agency import Agency, is_working_day
from neraca.domain.command_rules import EMPLOYEE, ReportingRule
from neraca.domain.period import containing
from neraca.domain.reporting_rhythms import Stretch, stretches
from neraca.domain.vocabulary import DeadlineKind
from neraca.service.lateness import cadence_of, served
from neraca.service.open_deadline import OpenDeadline

STATEMENT = "report-deadlines"


class _Row(Struct, frozen=True):
    employee: str
    period: str
    starts: date
    ends: date
    policy_hash: str | None
    since: date
    retired: date | None
    exemptions: str
    progress: str
    entries: str


_SPANS = Decoder(list[tuple[date, date | None]])
_DAYS = Decoder(list[date])


def asked(agency: Agency) -> bool:
    """Whether anything is to be looked up: an agency that calls no report late owes none by a day."""
    return agency.reporting.in_time_days is not None


def params(today: date) -> dict[str, Any]:
    """The parameters of the statement, beside whose it is and who reads."""
    return {"today": today, "entries_since": _entries_since(today)}


def _entries_since(today: date) -> date:
    """Days are looked at from the first of the month before: of those before, `neraca report lateness` tells."""
    return containing(containing(today, "month").starts - timedelta(days=1), "month").starts


def owed(
    rows: Iterable[Sequence[Any]], agency: Agency, today: date, reporting: Callable[[str], ReportingRule]
) -> list[OpenDeadline]:
    """One for each appraisal of which a report is owed by now."""
    found: list[OpenDeadline] = []
    for row in (_Row(*one) for one in rows):
        rule = ReportingRule() if row.policy_hash is None else reporting(row.policy_hash)
        first = _first(row, agency, today, rule)
        if first is None or agency.reporting.in_time_days is None:
            continue
        last = first.last + timedelta(days=agency.reporting.in_time_days)
        late = last < today
        found.append(
            OpenDeadline(
                row.employee,
                row.period,
                DeadlineKind.PROGRESS,
                EMPLOYEE,
                row.employee,
                first.since,
                last,
                late,
                row.employee,
            )
        )
    return found


def _first(row: _Row, agency: Agency, today: date, rule: ReportingRule) -> Stretch | None:
    """The earliest that has begun and of which nothing was reported."""
    days = list(served(row.starts, row.ends, row.since, row.retired, _SPANS.decode(row.exemptions)))

    def works(day: date) -> bool:
        return is_working_day(agency, day) and any(since <= day <= until for since, until in days)

    cadence = cadence_of(rule, agency)
    if cadence == "daily":
        entries, day = set(_DAYS.decode(row.entries)), max(row.starts, _entries_since(today))
        while day <= min(today, row.ends):
            if day not in entries and works(day):
                return Stretch(day, day)
            day += timedelta(days=1)
        return None
    reported = _DAYS.decode(row.progress)
    every = stretches(cadence, row.starts, row.ends, works)
    begun = (one for one in every if one.since <= today)
    return next((one for one in begun if not any(one.since <= day <= one.last for day in reported)), None)
