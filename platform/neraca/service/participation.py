"""How many of the people of each unit have a plan, have reported, are rated and have a final result in a period."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from neraca.service.report_source import ReportSource

STATEMENT = "participation"


class Participation(Struct, frozen=True):
    """`people` are appraised in the unit. Of them so many have a plan that is `planned`, which is approved; have
    `reported` progress or a day's work; are `rated` by whoever judges, or judged by a level; are `final`.
    """

    unit: str
    people: int
    planned: int
    reported: int
    rated: int
    final: int


def participations(source: ReportSource, period: str) -> list[Participation]:
    """By unit; empty if nobody is appraised in the period."""
    return told(source.rows(STATEMENT, {"period": period, "units": None}))


def told(rows: Iterable[tuple[Any, ...]]) -> list[Participation]:
    return [Participation(*row) for row in rows]
