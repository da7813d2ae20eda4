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

Days: TypeAlias = NDArray[np.int32]
"""A day for each appraisal, counted from the first of 2000 as the database sends it."""

Places: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Span: TypeAlias = tuple[date, date]

Limit: TypeAlias = Callable[[date, date], int]
"""The highest number in time, of a day and of the last day of its stretch."""

BETWEEN = "\x1f"
"""Stands between the values of a column that are one text."""

_DAYS_OF_YEAR = 366
_EPOCH = date(2000, 1, 1).toordinal()


class Arrivals(Struct, frozen=True, eq=False):
    """Numbers of each appraisal one after the other: those of the nth are from `begins[nth]` to `begins[nth + 1]`."""

    numbers: Numbers
    begins: Places

    def sizes(self, places: Places) -> Places:
        return self.begins[places + 1] - self.begins[places]


class Appraisals(Struct, frozen=True, eq=False):
    """Those of a statement, a column each, with '' for what is not there; without names and appraisers where none were
    asked for. Whoever one is of serves `since` and `until` a day within it, except the days of `exemptions` and
    `breaks`. When `entries` came is a line of the days that were asked about and are of the appraisal, where there is
    any; when `progress` came are pairs (report_arrivals). Of each month there are the days that were `required`
    (required_days).
    """

    employees: list[str]
    names: list[str]
    units: list[str]
    appraisers: list[str]
    periods: list[str]
    policies: list[str]
    exemptions: list[str]
    breaks: list[str]
    starts: Days
    ends: Days
    since: Days
    until: Days
    entries: Arrivals
    progress: Arrivals
    required: Numbers


class Group(Struct, frozen=True, eq=False):
    """Appraisals at some `places` that are of the same days and in the same rhythm."""

    starts: date
    ends: date
    cadence: Cadence
    places: Places


def read(rows: Sequence[Sequence[Any]]) -> Appraisals:
    """From the one row of a statement."""
    [row] = rows
    employees, names, units, appraisers, periods, policies, exemptions, breaks = map(_apart, row[:8])
    starts, ends, since, until, of_entries, of_progress = (np.frombuffer(one or b"", ">i4") for one in row[8:14])
    entries, progress, required = (one or b"" for one in row[14:])
    return Appraisals(
        employees=employees,
        names=names,
        units=_shared(units),
        appraisers=_shared(appraisers),
        periods=_shared(periods),
        policies=_shared(policies),
        exemptions=exemptions,
        breaks=breaks,
        starts=starts,
        ends=ends,
        since=since,
        until=until,
        entries=_arrivals(entries, of_entries),
        progress=_arrivals(progress, of_progress),
        required=np.frombuffer(required, np.uint8).astype(np.uint16).reshape(-1, len(required_days.NOTHING_KNOWN)),
    )


def _apart(values: str | None) -> list[str]:
    return [] if values is None else values.split(BETWEEN)


def _shared(values: list[str]) -> list[str]:
    """The same with one text for all that are alike: few are sooner reached than twenty thousand."""
    known: dict[str, str] = {}
    return [*map(known.setdefault, values, values)]


def _arrivals(numbers: bytes, sizes: NDArray[Any]) -> Arrivals:
    width = report_arrivals.WIDTH
    return Arrivals(np.frombuffer(numbers, f">u{width}"), np.append(0, np.cumsum(sizes // width)))


def wants_entries(agency: Agency, rules: Iterable[ReportingRule]) -> bool:
    """Whether anybody whom one of the agency's policies appraises, or none, is to report by the day."""
    return any(cadence_of(rule, agency) == "daily" for rule in (ReportingRule(), *rules))


def params(first: date, last: date, *, entries: bool) -> dict[str, Any]:
    """The parameters of what the statements share, of whose `entries` those from the first day to the last are read:
    where nobody owes any, to read them would take a third of all.
    """
    return {
        "entries": entries,
        "first": first,
        "last": last,
        "blank": bytes(_DAYS_OF_YEAR * report_arrivals.WIDTH),
        "nothing_known": required_days.NOTHING_KNOWN,
    }


def day_of(days: Days, place: int) -> date:
    return date.fromordinal(int(days[place]) + _EPOCH)


def grouped(found: Appraisals, agency: Agency, reporting: Callable[[str], ReportingRule]) -> list[Group]:
    rules = {hash_: reporting(hash_) if hash_ else ReportingRule() for hash_ in set(found.policies)}
    cadences: dict[str, Cadence] = {hash_: cadence_of(rule, agency) for hash_, rule in rules.items()}
    firsts, which = _alike(found.starts, found.ends, _numbered(map(cadences.__getitem__, found.policies)))
    return [
        Group(
            day_of(found.starts, first),
            day_of(found.ends, first),
            cadences[found.policies[first]],
            np.flatnonzero(which == nth),
        )
        for nth, first in enumerate(firsts.tolist())
    ]


def cadence_of(rule: ReportingRule, agency: Agency) -> Cadence:
    """The rhythm that counts for somebody: the policy's that appraises them, or else their agency's."""
    reporting = in_rhythm(agency, rule).reporting
    return "daily" if reporting.daily else reporting.cadence


def _numbered(values: Iterable[str]) -> Places:
    """The same number for the same value."""
    every = [*values]
    numbers = {value: nth for nth, value in enumerate(dict.fromkeys(every))}
    return np.array([*map(numbers.__getitem__, every)], np.int64)


def _alike(*columns: NDArray[Any]) -> tuple[Places, Places]:
    """Where what differs in some column is met first, and which of these each is like."""
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns if len(key) else ():
        key = key * (int(np.ptp(column)) + 1) + (column - column.min())
    _, firsts, which = np.unique(key, return_index=True, return_inverse=True)
    return firsts, which


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
    of: Places

    def reckon(self, places: Places, of_spans: Callable[[Sequence[Span]], Sequence[int]]) -> NDArray[np.int64]:
        """A line for each of what comes of their spans: of most people the same."""
        which, lines = np.unique(self.of[places], return_inverse=True)
        return np.array([of_spans(self.spans[int(nth)]) for nth in which], np.int64)[lines]


def served(found: Appraisals) -> Served:
    """Without the days that are taken out of service."""
    firsts, which = _alike(found.since, found.until, _numbered(found.exemptions), _numbered(found.breaks))
    return Served([list(_spans(found, first)) for first in firsts.tolist()], which)


def _spans(found: Appraisals, place: int) -> Iterable[Span]:
    taken = [*_DAYS.decode(found.exemptions[place] or "[]"), *_DAYS.decode(found.breaks[place] or "[]")]
    since, until = day_of(found.since, place), day_of(found.until, place)
    return _left(since, until, ((first, last or date.max) for first, last in taken))


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


def entered(entries: Arrivals, places: Places, days: int) -> Numbers:
    """A line of numbers for each place, of as many days as are of the appraisals there and were asked about."""
    there = entries.sizes(places) > 0
    lines = np.zeros((len(places), days), np.uint16)
    lines[there] = entries.numbers[entries.begins[places[there], None] + np.arange(days)]
    return lines


def came(progress: Arrivals, places: Places, stretches: Sequence[Stretch], limit: Limit | None = None) -> Flags:
    """Whether a report of each stretch came, in time where there is a limit; a line for each place."""
    nths, limits = np.full(_DAYS_OF_YEAR, -1), np.full(_DAYS_OF_YEAR, report_arrivals.MOST)
    for nth, one in enumerate(stretches):
        for day in (one.since + timedelta(days=n) for n in range((one.last - one.since).days + 1)):
            nths[report_arrivals.nth(day)] = nth
            if limit is not None:
                limits[report_arrivals.nth(day)] = limit(day, one.last)
    lines, days, numbers = _pairs(progress, places)
    there = (nths[days] >= 0) & (numbers <= limits[days])
    flags = np.zeros((len(places), len(stretches)), np.bool_)
    flags[lines[there], nths[days[there]]] = True
    return flags


def _pairs(progress: Arrivals, places: Places) -> tuple[Places, Numbers, Numbers]:
    """Of which line each pair at the places is, its day of the year, and its number."""
    sizes = progress.sizes(places) // 2
    lines = np.repeat(np.arange(len(places)), sizes)
    at = np.arange(len(lines)) + np.repeat(progress.begins[places] // 2 - np.cumsum(sizes) + sizes, sizes)
    pairs = progress.numbers.reshape(-1, 2)[at]
    return lines, pairs[:, 0], pairs[:, 1]
