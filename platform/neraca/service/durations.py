"""How many days the steps of appraisals take: from the end of a period to a result, from a report to its answer."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from neraca.domain.period import parse
from neraca.service.report_source import ReportSource

STATEMENT = "durations"

Step: TypeAlias = Literal["result", "answer"]


class Duration(Struct, frozen=True):
    """Days of the agency's time zone. `unit` is None of all together; a `number` of results, or of answered reports, of
    so many `people`. A quarter of them took `lower_quartile` days or less, half the `median`.
    """

    unit: str | None
    step: Step
    people: int
    number: int
    lower_quartile: int
    median: int
    upper_quartile: int
    longest: int


def durations(source: ReportSource, period: str) -> list[Duration]:
    """By step and unit, each step first of all units together."""
    return told(source.rows(STATEMENT, params(source.agency.time_zone, period, None, source.today)))


def params(zone: str, period: str, units: Sequence[str] | None, today: date) -> dict[str, Any]:
    """The parameters of the statement; nothing happened after `today`."""
    days = parse(period)
    offset = _offset(zone, days.starts - timedelta(days=1), today + timedelta(days=1))
    return {
        "period": period,
        "starts": days.starts,
        "ends": days.ends,
        "units": units,
        "zone": zone,
        "offset": offset,
    }


def _offset(zone: str, first: date, last: date) -> timedelta | None:
    """How far the zone is from UTC, if that is the same on all these days."""
    there = ZoneInfo(zone)
    days = (first + timedelta(days=n) for n in range(max((last - first).days, 0) + 1))
    found = {datetime.combine(day, time(), there).utcoffset() for day in days}
    return found.pop() if len(found) == 1 else None


def told(rows: Iterable[Sequence[Any]]) -> list[Duration]:
    return [Duration(*row) for row in rows]
