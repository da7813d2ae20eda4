"""What serves what in the plans of a year, and which goal of the region each planned result leads to, if any."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from neraca.service.report_source import ReportSource

SUMS, PAGE = "cascade-sums", "cascade-page"

Looseness: TypeAlias = Literal["", "unlinked", "dropped"]
"""Why a result serves nothing: it was not linked, or what it was linked to is gone; empty where it serves something."""

ROWS = 1_000
"""On a page that is read for a file."""


class CascadeResult(Struct, frozen=True):
    """A result in a plan of a year: of a unit where `employee` is empty. `goal` is what it leads to in the end, empty
    where it leads to none.
    """

    unit: str
    employee: str
    period: str
    result: str
    title: str
    kind: str
    serves: str
    loose: Looseness
    goal: str


class CascadeOfUnit(Struct, frozen=True):
    """How much of what is planned in a unit serves something: `aligned` leads to a goal of the region, `loose` serves
    nothing. `plan` is how far the unit's own is, empty where there is none.
    """

    unit: str
    plan: str
    unit_results: int
    people: int
    results: int
    linked: int
    aligned: int
    loose: int


def of_page(units: list[str] | None, after: Sequence[str] | None, limit: int) -> dict[str, Any]:
    """What a page asks for: so many after a unit, employee, period and result, of some units or of all."""
    unit, employee, period, result = after or (None, None, None, None)
    key = {"after_unit": unit, "after_employee": employee, "after_period": period, "after_result": result}
    return {"units": units, "limit": limit, **key}


def results_of(source: ReportSource, year: int, rows: int = ROWS) -> Iterator[CascadeResult]:
    """By unit: those of its own plan, then those of its people by number and period; read page by page."""
    asked, after = {"year": year, "position": None}, None
    while True:
        found = [CascadeResult(*row) for row in source.rows(PAGE, asked | of_page(None, after, rows))]
        yield from found
        if len(found) < rows:
            return
        last = found[-1]
        after = (last.unit, last.employee, last.period, last.result)


def sums_of(source: ReportSource, year: int) -> list[CascadeOfUnit]:
    """Of each unit that plans something, by itself or by its people."""
    return [CascadeOfUnit(*row) for row in source.rows(SUMS, {"year": year, "position": None})]
