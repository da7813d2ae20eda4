"""An appraisal period by its label: `2025`, `2025-S1`, `2025-Q3`, `2025-07` or `2025-01..05`."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from itertools import combinations_with_replacement

from msgspec import Struct

from neraca.domain.text_kinds import shown

# Labels in the log may have been let in with a line end or other digits, and are read for ever; what comes in is held
# to more (values.period).
_LABEL = re.compile(r"^(\d{4})(?:-(?:S([12])|Q([1-4])|(0[1-9]|1[0-2])(?:\.\.(0[1-9]|1[0-2]))?))?$")

MONTHS_OF_CYCLE = {"year": 12, "semester": 6, "quarter": 3, "month": 1}


PART = "part"
"""What `2025-01..05` is instead of a cycle: some months of a year, in which a longer period is appraised."""


class Period(Struct, frozen=True):
    label: str
    starts: date
    ends: date
    cycle: str

    def holds(self, day: date) -> bool:
        return self.starts <= day <= self.ends

    def meets(self, other: "Period") -> bool:
        return self.starts <= other.ends and other.starts <= self.ends

    @property
    def months(self) -> int:
        """Whole months, all in one year."""
        return self.ends.month - self.starts.month + 1


# The same few labels come with every event and every row, and a Period is not changed.
@lru_cache(1024)
def parse(label: str) -> Period:
    """Raises ValueError, saying which labels there are."""
    found = _LABEL.match(label)
    if not found or not int(found[1]):
        raise ValueError(f"no period {shown(label)}: write 2025, 2025-S1, 2025-Q3, 2025-07 or 2025-01..05")
    year, semester, quarter, month, last = (int(part) if part else 0 for part in found.groups())
    if semester:
        return _span(label, year, (semester - 1) * 6 + 1, "semester")
    if quarter:
        return _span(label, year, (quarter - 1) * 3 + 1, "quarter")
    if last:
        return _part(label, year, month, last)
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


@lru_cache(1024)
def of_months(year: int, first: int, last: int) -> Period:
    """Under its one name: January to June are `2025-S1`, not `2025-01..06`, so that a period has one stream."""
    for cycle, months in MONTHS_OF_CYCLE.items():
        if last - first + 1 == months and (first - 1) % months == 0:
            return of_year(year, cycle)[(first - 1) // months]
    return _starting(f"{year:04}-{first:02}..{last:02}", year, first, last, PART)


def preceding(period: Period) -> Period | None:
    """The one before of the same cycle; none of a part."""
    return None if period.cycle == PART else containing(period.starts - timedelta(days=1), period.cycle)


def meeting(period: Period) -> list[Period]:
    """All periods that share a day with this one, itself too."""
    year = period.starts.year
    every = [of_months(year, *months) for months in combinations_with_replacement(range(1, 13), 2)]
    return [one for one in every if one.meets(period)]


def cut(period: Period, firsts: Iterable[date]) -> list[Period]:
    """Its parts, if a new one begins on each of these firsts of a month."""
    begin = sorted({period.starts.month, *(first.month for first in firsts)})
    ends = [*(month - 1 for month in begin[1:]), period.ends.month]
    return [of_months(period.starts.year, first, last) for first, last in zip(begin, ends, strict=True)]


def _part(label: str, year: int, first: int, last: int) -> Period:
    if last < first:
        raise ValueError(f"no period '{label}': it ends before it begins")
    named = of_months(year, first, last)
    if named.label != label:
        raise ValueError(f"no period '{label}': those months are called {named.label}")
    return named


def _span(label: str, year: int, first: int, cycle: str) -> Period:
    return _starting(label, year, first, first + MONTHS_OF_CYCLE[cycle] - 1, cycle)


def _starting(label: str, year: int, first: int, last: int, cycle: str) -> Period:
    return Period(label, date(year, first, 1), date(year, last, monthrange(year, last)[1]), cycle)
