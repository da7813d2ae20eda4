"""How many days the steps of appraisals take: from the end of a period to a result, from a report to its answer."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias

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
    return told(source.rows(STATEMENT, params(source.agency.time_zone, period, None)))


def params(zone: str, period: str, units: Sequence[str] | None) -> dict[str, Any]:
    """The parameters of the statement."""
    days = parse(period)
    return {"period": period, "starts": days.starts, "ends": days.ends, "units": units, "zone": zone}


def told(rows: Iterable[Sequence[Any]]) -> list[Duration]:
    return [Duration(*row) for row in rows]
