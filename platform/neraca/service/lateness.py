"""Who reported of each day or stretch of the rhythm that their policy or else their agency picks, in time, late or not.

Of what may still come in time nothing is said. Nobody owes a report of days on which the agency does not work, on which
they did not serve, or which an exemption takes out; what leave takes out of a month's daily entries is told beside.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from neraca.domain import report_arrivals, required_days
from neraca.domain.agency import Agency, is_working_day
from neraca.domain.command_rules import ReportingRule
from neraca.domain.period import Period, containing, following
from neraca.domain.reporting_rhythms import Cadence, stretches
from neraca.service import owed_reports
from neraca.service.owed_reports import (
    Appraisals,
    Group,
    WorkingDays,
    came,
    entered,
    grouped,
    read,
    served,
    wants_entries,
)
from neraca.service.report_source import ReportSource

STATEMENT = "lateness"

Standing: TypeAlias = Literal["in_time", "late", "missing", "nothing_due"]
"""Of a person: all in time; some late, and none missing; some missing; nothing owed yet."""

STANDINGS: tuple[Standing, ...] = ("in_time", "late", "missing", "nothing_due")

Days: TypeAlias = tuple[int, int]
"""The first and the last."""

Counts: TypeAlias = NDArray[np.int64]
"""Three columns: how many are owed, came in time and came late."""


class Lateness(Struct, frozen=True, gc=False):
    """Of one person: how many reports are `owed`, and of these came in time, came late and did not come."""

    employee: str
    name: str
    unit: str
    appraiser: str
    period: str
    cadence: Cadence
    owed: int
    in_time: int
    late: int
    missing: int

    @property
    def standing(self) -> Standing:
        if not self.owed:
            return "nothing_due"
        return "missing" if self.missing else "late" if self.late else "in_time"


class UnitLateness(Struct, frozen=True):
    """How many people of a unit stand so, and how many reports came so."""

    unit: str
    people: int
    all_in_time: int
    some_late: int
    some_missing: int
    nothing_due: int
    owed: int
    in_time: int
    late: int
    missing: int

    @property
    def standings(self) -> dict[Standing, int]:
        return {
            "in_time": self.all_in_time,
            "late": self.some_late,
            "missing": self.some_missing,
            "nothing_due": self.nothing_due,
        }


class Found(Struct, frozen=True, eq=False):
    """Appraisals, a line of counts for each, and in what rhythm they are; those at the places `alone` are told of."""

    appraisals: Appraisals
    counts: Counts
    groups: list[Group]
    alone: list[int]


def latenesses(source: ReportSource, period: Period, unit: str | None) -> list[Lateness]:
    """Of everybody, or of a unit; by unit and employee number."""
    return by_name(_found(source, period, unit, named=True))


def unit_latenesses(source: ReportSource, period: Period, unit: str | None) -> list[UnitLateness]:
    """The same counted for each unit, by its id."""
    return by_unit(_found(source, period, unit, named=False))


def _found(source: ReportSource, period: Period, unit: str | None, *, named: bool) -> Found:
    entries = wants_entries(source.agency, source.policies.reporting_rules(source.agency.id))
    known = params(source.agency, period, source.today, unit, named=named, entries=entries)
    rows = source.rows(STATEMENT, known | {"reader": None, "below": [], "headed": []})
    return told(read(rows), source.agency, period, source.today, lambda hash_: _reporting(source, hash_))


def _reporting(source: ReportSource, policy_hash: str) -> ReportingRule:
    return source.policies.by_hash(source.agency.id, policy_hash).rules.reporting


def params(
    agency: Agency, period: Period, today: date, unit: str | None, *, named: bool, entries: bool
) -> dict[str, Any]:
    """The parameters of the statement, beside those of who reads; `named` where it is told of people by name."""
    known = {"new_year": date(period.starts.year, 1, 1), "unit": unit, "person": None, "named": named}
    return known | owed_reports.params(period.starts, _last(agency, period, today), entries=entries)


def _last(agency: Agency, period: Period, today: date) -> date:
    """The last day of which a report can be missed by now: what may still come in time is not looked at."""
    return min(period.ends, today - timedelta(days=1 + (agency.reporting.in_time_days or 0)))


def told(
    appraisals: Appraisals,
    agency: Agency,
    period: Period,
    today: date,
    reporting: Callable[[str], ReportingRule],
) -> Found:
    """What the appraisals come to. Of a year that has appraisals within it, those alone count."""
    counter = _Counter(agency, period.starts, _last(agency, period, today), appraisals)
    counts = np.zeros((len(appraisals.employees), 3), np.int64)
    groups = grouped(appraisals, agency, reporting)
    for group in groups:
        counts[group.places] = counter.daily(group) if group.cadence == "daily" else counter.by_stretch(group)
    return Found(appraisals, counts, groups, _alone(appraisals))


def _alone(found: Appraisals) -> list[int]:
    if len(set(found.employees)) == len(found.employees):
        return [*range(len(found.employees))]
    spans: dict[str, list[Days]] = {}
    of_each = [*zip(found.employees, zip(found.starts.tolist(), found.ends.tolist(), strict=True), strict=True)]
    for employee, span in of_each:
        spans.setdefault(employee, []).append(span)
    return [at for at, (who, span) in enumerate(of_each) if not any(_within(one, span) for one in spans[who])]


def _within(one: Days, whole: Days) -> bool:
    return one != whole and whole[0] <= one[0] and one[1] <= whole[1]


class _Counter:
    """Counts the reports of the days that are looked at."""

    def __init__(self, agency: Agency, first: date, last: date, found: Appraisals) -> None:
        self._agency, self._first, self._last, self._found = agency, first, last, found
        self._served = served(found)
        self._working = WorkingDays(agency, first.year)
        self._limit = cache(self._limit_of)

    def _limit_of(self, day: date, last: date) -> int:
        """The highest number of a report of a day that is in time for a stretch that ends on `last`."""
        within = self._agency.reporting.in_time_days
        if within is None:
            return report_arrivals.MOST
        return report_arrivals.last_in_time(day, last + timedelta(days=within), ZoneInfo(self._agency.time_zone))

    def daily(self, group: Group) -> Counts:
        """Of a month whose attendance is known no more are owed than the days on which work was required, for the
        others were leave.
        """
        first, last = max(self._first, group.starts), min(self._last, group.ends)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        working = [is_working_day(self._agency, day) for day in days]
        numbers = entered(self._found.entries, group.places, len(days))[:, working]
        limits = np.array([self._limit(day, day) for day in days], np.uint16)[working]
        owed = self._owed_by_day(group)
        reported = np.minimum((numbers > 0).sum(axis=1), owed)
        late = np.minimum((numbers > limits).sum(axis=1), reported)
        return np.stack([owed, reported - late, late], axis=1)

    def _owed_by_day(self, group: Group) -> Counts:
        months = list(self._months())
        if not months:
            return np.zeros(len(group.places), np.int64)
        owed = self._served.reckon(
            group.places,
            lambda spans: [
                self._working.in_service(spans, max(self._first, one.starts), min(self._last, one.ends))
                for one in months
            ],
        )
        required = self._found.required[group.places]
        for at, month in enumerate(months):
            # What is not over yet is not cut: on which of its days the leave was is not known.
            if month.ends <= self._last and group.starts <= month.starts <= group.ends:
                known = required[:, month.starts.month - 1]
                owed[:, at] = np.where(known == required_days.UNKNOWN, owed[:, at], np.minimum(known, owed[:, at]))
        return owed.sum(axis=1)

    def _months(self) -> Iterable[Period]:
        month = containing(self._first, "month")
        while month.starts <= self._last:
            yield month
            month = following(month)

    def by_stretch(self, group: Group) -> Counts:
        """A report of progress up to a day in it is owed of each stretch that ends in the days looked at, and has a
        day of work in service.
        """
        every = stretches(group.cadence, group.starts, group.ends, lambda _: True)
        ended = [one for one in every if self._first <= one.last <= self._last]
        days = [(one.since, one.last) for one in ended]
        owed = (
            self._served.reckon(group.places, lambda spans: [self._working.in_service(spans, *of) for of in days]) > 0
        )
        there = owed & came(self._found.progress, group.places, ended)
        in_time = owed & came(self._found.progress, group.places, ended, self._limit)
        return np.stack([owed.sum(axis=1), in_time.sum(axis=1), (there & ~in_time).sum(axis=1)], axis=1)


def by_name(found: Found) -> list[Lateness]:
    """A row for each appraisal; by unit and employee number."""
    of, counts = found.appraisals, found.counts
    cadences: dict[int, Cadence] = {at: group.cadence for group in found.groups for at in group.places.tolist()}
    # Each sorting keeps the order of the one before, and of a unit many are in it.
    when = [*zip(of.starts.tolist(), of.periods, strict=True)]
    places = sorted(found.alone, key=when.__getitem__) if len({*of.periods}) > 1 else found.alone
    of_unit: dict[str, list[int]] = {}
    for at in sorted(places, key=of.employees.__getitem__):
        of_unit.setdefault(of.units[at], []).append(at)
    places = [at for _, some in sorted(of_unit.items()) for at in some]
    counts = counts[places]
    numbers = (*counts.T, counts[:, 0] - counts[:, 1] - counts[:, 2])
    words = (of.employees, of.names, of.units, of.appraisers, of.periods, cadences)
    # A column at a time: to take a row at a time took as long as to count them.
    return [*map(Lateness, *(_at(column, places) for column in words), *(column.tolist() for column in numbers))]


def _at(column: Mapping[int, Any] | Sequence[Any], places: Sequence[int]) -> Iterable[Any]:
    return map(column.__getitem__, places)


def by_unit(found: Found) -> list[UnitLateness]:
    """The same counted for each unit, by its id."""
    units = [found.appraisals.units[at] for at in found.alone]
    owed, in_time, late = found.counts[found.alone].T
    missing = owed - in_time - late
    all_came = (owed > 0) & (missing == 0)
    standing = [np.ones_like(owed), all_came & (late == 0), all_came & (late > 0), missing > 0, owed == 0]
    nth = {unit: at for at, unit in enumerate(sorted(set(units)))}
    sums = np.zeros((len(nth), len(standing) + 4), np.int64)
    np.add.at(sums, [nth[unit] for unit in units], np.stack([*standing, owed, in_time, late, missing], axis=1))
    return [UnitLateness(unit, *counted) for unit, counted in zip(nth, sums.tolist(), strict=True)]
