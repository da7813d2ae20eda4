"""An appraisal period by its label: `2025`, `2025-S1`, `2025-Q3`, `2025-07`."""

import re
from calendar import monthrange
from datetime import date, timedelta

from msgspec import Struct

_LABEL = re.compile(r"^(\d{4})(?:-(?:S([12])|Q([1-4])|(0[1-9]|1[0-2])))?$")

MONTHS_OF_CYCLE = {"year": 12, "semester": 6, "quarter": 3, "month": 1}


class Period(Struct, frozen=True):
    label: str
    starts: date
    ends: date
    cycle: str

    def holds(self, day: date) -> bool:
        return self.starts <= day <= self.ends


def parse(label: str) -> Period:
    """Raises ValueError, saying which labels there are."""
    found = _LABEL.match(label)
    if not found:
        raise ValueError(f"no period '{label}': write 2025, 2025-S1, 2025-Q3 or 2025-07")
    year, semester, quarter, month = (int(part) if part else 0 for part in found.groups())
    if semester:
        return _span(label, year, (semester - 1) * 6 + 1, "semester")
    if quarter:
        return _span(label, year, (quarter - 1) * 3 + 1, "quarter")
    if month:
        return _span(label, year, month, "month")
    return _span(label, year, 1, "year")


def of_year(year: int, cycle: str) -> list[Period]:
    """All periods of a year in a policy's cycle (`year`, `semester`, `quarter`, `month`)."""
    labels = {
        "year": [f"{year}"],
        "semester": [f"{year}-S{n}" for n in (1, 2)],
        "quarter": [f"{year}-Q{n}" for n in (1, 2, 3, 4)],
        "month": [f"{year}-{n:02}" for n in range(1, 13)],
    }[cycle]
    return [parse(label) for label in labels]


def containing(day: date, cycle: str) -> Period:
    """The period of a cycle that a day lies in."""
    return next(period for period in of_year(day.year, cycle) if period.holds(day))


def following(period: Period) -> Period:
    """The next of the same cycle."""
    return containing(period.ends + timedelta(days=1), period.cycle)


def _span(label: str, year: int, first: int, cycle: str) -> Period:
    last = first + MONTHS_OF_CYCLE[cycle] - 1
    return Period(label, date(year, first, 1), date(year, last, monthrange(year, last)[1]), cycle)
