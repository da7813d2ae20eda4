"""Which reports are owed in appraisals and when they came: of everybody at once, as most people owe the same.

Nobody owes a report of days on which the agency does not work, on which they did not serve, or which an exemption takes
out of their service.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct
from msgspec.json import Decoder
from numpy.typing import NDArray

from neraca.domain import report_arrivals, required_days
from neraca.domain.agency import Agency, in_rhythm, is_working_day
from neraca.domain.command_rules import ReportingRule
from neraca.domain.reporting_rhythms import Cadence, Stretch

Numbers: TypeAlias = NDArray[np.uint16]
"""A line for each appraisal, a column for each day or month."""

Flags: TypeAlias = NDArray[np.bool_]
Span: TypeAlias = tuple[date, date]

_DAYS_OF_YEAR = 366


class Appraisals(Struct, frozen=True, eq=False):
    """Those of a statement, a column each. Whoever one is of serves `since` and `until` a day within it, except the
    days of `exemptions` and `breaks`. When `entries` and `progress` came (report_arrivals) are a line for each, of as
    many days as were asked for, and so are the days of each month that were `required` (required_days).
    """

    employees: list[str]
    names: list[str]
    units: list[str]
    appraisers: list[str]
    periods: list[str]
    starts: list[date]
    ends: list[date]
    policies: list[str | None]
    since: list[date]
    until: list[date]
    exemptions: list[str | None]
    breaks: list[str | None]
    entries: Numbers
    progress: Numbers
    required: Numbers


class Group(Struct, frozen=True, eq=False):
    """Appraisals at some `places` that are of the same days and in the same rhythm."""

    starts: date
    ends: date
    cadence: Cadence
    places: list[int]


def read(rows: Sequence[Sequence[Any]]) -> Appraisals:
    """From the one row of a statement."""
    [(*columns, entries, progress, required)] = rows
    people = len(columns[0] or ())
    return Appraisals(
        *(list[Any](column or ()) for column in columns),
        entries=_lines(entries, people, report_arrivals.WIDTH),
        progress=_lines(progress, people, report_arrivals.WIDTH),
        required=_lines(required, people, 1),
    )


def _lines(lines: bytes | None, people: int, width: int) -> Numbers:
    every = np.frombuffer(lines or b"", f">u{width}")
    return every.reshape(people, len(every) // people if people else 0)


def params(first: date, last: date) -> dict[str, Any]:
    """The parameters of what the statements share: entries from the first day to the last, progress since new year."""
    return {
        "from": report_arrivals.nth(first),
        "days": days_between(first, last),
        "through": days_between(first.replace(month=1, day=1), last),
        "blank": bytes(_DAYS_OF_YEAR * report_arrivals.WIDTH),
        "nothing_known": required_days.NOTHING_KNOWN,
    }


def days_between(first: date, last: date) -> int:
    """Both included; 0 if the last comes before."""
    return max((last - first).days + 1, 0)


def grouped(found: Appraisals, agency: Agency, reporting: Callable[[str], ReportingRule]) -> list[Group]:
    rules = {hash_: ReportingRule() if hash_ is None else reporting(hash_) for hash_ in set(found.policies)}
    cadences: dict[str | None, Cadence] = {hash_: cadence_of(rule, agency) for hash_, rule in rules.items()}
    places: dict[tuple[date, date, Cadence], list[int]] = {}
    for at, (starts, ends, policy) in enumerate(zip(found.starts, found.ends, found.policies, strict=True)):
        places.setdefault((starts, ends, cadences[policy]), []).append(at)
    return [Group(*key, several) for key, several in places.items()]


def cadence_of(rule: ReportingRule, agency: Agency) -> Cadence:
    """The rhythm that counts for somebody: the policy's that appraises them, or else their agency's."""
    reporting = in_rhythm(agency, rule).reporting
    return "daily" if reporting.daily else reporting.cadence


class WorkingDays:
    """How many days of a year an agency works, from one day to another."""

    def __init__(self, agency: Agency, year: int) -> None:
        self._until = [0]
        for n in range((date(year, 12, 31) - date(year, 1, 1)).days + 1):
            works = is_working_day(agency, date(year, 1, 1) + timedelta(days=n))
            self._until.append(self._until[-1] + works)

    def between(self, first: date, last: date) -> int:
        return (
            0 if last < first else self._until[report_arrivals.nth(last) + 1] - self._until[report_arrivals.nth(first)]
        )

    def in_service(self, spans: Iterable[Span], first: date, last: date) -> int:
        return sum(self.between(max(since, first), min(until, last)) for since, until in spans)


class Served(Struct, frozen=True, eq=False):
    """In which spans of days each serves: `spans` that differ, and which of them are whose."""

    spans: list[list[Span]]
    of: NDArray[np.int64]

    def reckon(self, places: Sequence[int], of_spans: Callable[[Sequence[Span]], Sequence[int]]) -> NDArray[np.int64]:
        """A line for each of what comes of their spans: of most people the same."""
        which, lines = np.unique(self.of[places], return_inverse=True)
        return np.array([of_spans(self.spans[int(nth)]) for nth in which], np.int64)[lines]


def served(found: Appraisals) -> Served:
    """Without the days that are taken out of service."""
    nth: dict[tuple[date, date, str | None, str | None], int] = {}
    keys = zip(found.since, found.until, found.exemptions, found.breaks, strict=True)
    of = np.array([nth.setdefault(key, len(nth)) for key in keys], np.int64)
    return Served([_spans(*key) for key in nth], of)


def _spans(since: date, until: date, exemptions: str | None, breaks: str | None) -> list[Span]:
    taken = [*_DAYS.decode(exemptions or "[]"), *_DAYS.decode(breaks or "[]")]
    return list(_left(since, until, ((first, last or date.max) for first, last in taken)))


_DAYS = Decoder(list[tuple[date, date | None]])


def _left(day: date, last: date, taken: Iterable[Span]) -> Iterable[Span]:
    for first, until in sorted(taken):
        if first > last or until < day:
            continue
        if first > day:
            yield day, first - timedelta(days=1)
        if until >= last:
            return
        day = until + timedelta(days=1)
    if day <= last:
        yield day, last


def came(numbers: Numbers, places: Sequence[int], stretches: Sequence[Stretch], since: date) -> Flags:
    """Whether a report of each stretch came at all, a line for each place; the first column is of the day `since`."""
    flags = np.zeros((len(places), len(stretches)), np.bool_)
    for at, one in enumerate(stretches):
        flags[:, at] = (_block(numbers, places, one, since) > 0).any(axis=1)
    return flags


def came_in_time(
    numbers: Numbers,
    places: Sequence[int],
    stretches: Sequence[Stretch],
    since: date,
    limit: Callable[[date, date], int],
) -> Flags:
    """Whether one came in time: no number is higher than the `limit` of its day and of the last day of its stretch."""
    flags = np.zeros((len(places), len(stretches)), np.bool_)
    for at, one in enumerate(stretches):
        days = (one.since + timedelta(days=n) for n in range((one.last - one.since).days + 1))
        limits = np.array([limit(day, one.last) for day in days], np.uint16)
        block = _block(numbers, places, one, since)
        flags[:, at] = ((block > 0) & (block <= limits)).any(axis=1)
    return flags


def _block(numbers: Numbers, places: Sequence[int], stretch: Stretch, since: date) -> Numbers:
    return numbers[:, (stretch.since - since).days : (stretch.last - since).days + 1][places]
