"""In which rhythm progress is documented: daily, weekly, monthly, quarterly, half-yearly or yearly, as agency and
policy pick (PermenPANRB 6/2022 ps 16). By the day each working day wants an entry; every other rhythm is of stretches
of days, each of which wants a report of progress up to a day in it.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct

from neraca.domain.period import containing

Cadence: TypeAlias = Literal["daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly"]


_CYCLES: Mapping[Literal["monthly", "quarterly", "half-yearly", "yearly"], str] = {
    "monthly": "month",
    "quarterly": "quarter",
    "half-yearly": "semester",
    "yearly": "year",
}


class Stretch(Struct, frozen=True):
    """Of which a report is due: its first and last day."""

    since: date
    last: date


def stretches(cadence: Cadence, first: date, last: date, works: Callable[[date], bool]) -> list[Stretch]:
    """Those that end from `first` to `last` and have a day of work, each of them no earlier than `first`.

    A week ends with its Sunday, or is cut with the last day: what is left of it is of the days that follow. By the day
    there is none.
    """
    found: list[Stretch] = []
    since = first
    while cadence != "daily" and since <= last:
        ends = _end(cadence, since)
        if cadence == "weekly":
            # It is the one stretch that may begin in one period and end in another that does not hold it.
            ends = min(ends, last)
        if ends <= last and any(works(since + timedelta(days=n)) for n in range((ends - since).days + 1)):
            found.append(Stretch(since, ends))
        since = ends + timedelta(days=1)
    return found


def began(cadence: Cadence, day: date) -> date:
    """The first day on which the stretch that a day lies in may have begun."""
    match cadence:
        case "daily":
            return day
        case "weekly":
            return day - timedelta(days=day.weekday())
        case "monthly" | "quarterly" | "half-yearly" | "yearly":
            return containing(day, _CYCLES[cadence]).starts
        case _:
            assert_never(cadence)


def _end(cadence: Cadence, day: date) -> date:
    match cadence:
        case "daily":
            return day
        case "weekly":
            return day + timedelta(days=6 - day.weekday())
        case "monthly" | "quarterly" | "half-yearly" | "yearly":
            return containing(day, _CYCLES[cadence]).ends
        case _:
            assert_never(cadence)
