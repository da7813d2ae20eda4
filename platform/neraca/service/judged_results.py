"""The final results of a period by who judged them, as columns: of a city they are counted so, not one by one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from neraca.domain.forensics.findings import JudgedCase
from neraca.domain.forensics.tallies import Tally
from neraca.domain.forensics.thresholds import WINDOW, Thresholds

BETWEEN = "\x1f"
"""Stands between the values of a column that are one text."""

Places: TypeAlias = NDArray[np.int64]
Numbers: TypeAlias = NDArray[Any]
"""Of 64 bits, or Python's own where those are too few."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Microseconds of an instant are counted from here, as the database sends them."""

_MOST = 2**63 - 1
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1) // _MICROSECOND


class Ratios(Struct, frozen=True, eq=False):
    """Of which most are the same: the `distinct`, each a number and what divides it, and which of these each is. The
    first is none at all.
    """

    distinct: Sequence[tuple[int, int]]
    of: Places

    @property
    def there(self) -> NDArray[np.bool_]:
        return self.of > 0

    def some(self, at: slice) -> list[Fraction | None]:
        every: list[int] = self.of[at].tolist()
        return [Fraction(*self.distinct[which]) if which else None for which in every]

    def whole(self) -> tuple[Numbers, int]:
        """In parts of one denominator, and this."""
        below = lcm(*(by for _, by in self.distinct))
        parts = [number * (below // by) for number, by in self.distinct]
        # Also the sum of all must fit.
        fits = max(map(abs, parts)) * len(self.of) <= _MOST
        return np.array(parts, np.int64 if fits else object)[self.of], below


class JudgedResults(Struct, frozen=True, eq=False):
    """A place for each result, by judge and moment. Those of the nth judge are from `begins[nth]` to `begins[nth + 1]`.
    For the rest see `JudgedCase`; `marks` are hashes.
    """

    judges: list[str]
    begins: Places
    employees: list[str]
    at: Places
    positions: Places
    marks: Places
    elements: Places
    alike: Places
    means: Ratios
    shifts: Ratios
    reports: Places
    late: Places
    unread: Places


def apart(values: str | None) -> list[str]:
    """The values of a column that is one text."""
    return [] if values is None else values.split(BETWEEN)


def read(rows: Sequence[Sequence[Any]]) -> JudgedResults:
    """From the one row of the statement."""
    [row] = rows
    of_judges, of_employees, at, positions, marks, elements, alike, means, shifts, reports, late, unread = row
    known: dict[str, int] = {}
    judges = np.array([known.setdefault(judge, len(known)) for judge in apart(of_judges)], np.int64)
    moments, employees = _numbers(at, ">i8"), apart(of_employees)
    order = np.lexsort((moments, judges))
    return JudgedResults(
        judges=[*known],
        begins=np.searchsorted(judges[order], np.arange(len(known) + 1)),
        employees=[employees[place] for place in order.tolist()],
        at=moments[order],
        positions=_numbers(positions, ">i8")[order],
        marks=_numbers(marks, ">i8")[order],
        elements=_numbers(elements, ">i4")[order],
        alike=_numbers(alike, "u1")[order],
        means=_ratios(means, order),
        shifts=_ratios(shifts, order),
        reports=_numbers(reports, ">i4")[order],
        late=_numbers(late, ">i4")[order],
        unread=_numbers(unread, ">i4")[order],
    )


def _numbers(values: bytes | None, kind: str) -> Places:
    return np.frombuffer(values or b"", kind).astype(np.int64)


def _ratios(values: str | None, order: Places) -> Ratios:
    known = {"": 0}
    of = np.array([known.setdefault(value, len(known)) for value in apart(values)], np.int64)
    _, *ratios = (value.partition("/") for value in known)
    return Ratios([(0, 1), *((int(number), int(by)) for number, _, by in ratios)], of[order])


def tallies(of: JudgedResults, by: Thresholds) -> list[Tally]:
    """Of each judge."""
    if not of.judges:
        return []
    rated, reported = of.elements >= by.elements, of.reports > 0
    shifts, below = of.shifts.whole()
    opposite, with_late = _opposite(of, np.flatnonzero(reported & of.means.there))
    columns = (
        np.diff(of.begins),
        _summed(of, rated),
        _summed(of, rated & (of.alike > 0)),
        _summed(of, reported),
        _summed(of, reported & (of.unread > 0)),
        _summed(of, of.shifts.there),
        _summed(of, shifts > 0),
        _summed(of, shifts < 0),
        np.add.reduceat(shifts, of.begins[:-1]),
        np.minimum.reduceat(of.marks, of.begins[:-1]) == np.maximum.reduceat(of.marks, of.begins[:-1]),
        np.maximum.reduceat(_within(of), of.begins[:-1]),
        opposite,
        with_late,
    )
    days = len(np.unique(of.at // _DAY))
    return [
        Tally(
            judge=judge,
            cases=cases,
            rated=rated,
            alike=alike,
            reported=reported,
            unread=unread,
            compared=compared,
            above=above,
            below=under,
            shift=Fraction(shift, below),
            one_mark=one_mark and cases >= by.fewest,
            most=most,
            opposite=opposite,
            with_late=with_late,
            days=days,
        )
        for (
            judge, cases, rated, alike, reported, unread, compared, above, under, shift, one_mark, most, opposite,
            with_late,
        ) in zip(of.judges, *(column.tolist() for column in columns), strict=True)
    ]  # fmt: skip


def _judges(of: JudgedResults) -> Places:
    return np.repeat(np.arange(len(of.judges)), np.diff(of.begins))


def _summed(of: JudgedResults, flags: NDArray[Any]) -> Places:
    return np.add.reduceat(flags.astype(np.int64), of.begins[:-1])


def _within(of: JudgedResults) -> Places:
    """How many each judge had judged within the window before each, or at the same moment earlier in line."""
    since = of.at - WINDOW // _MICROSECOND
    moments = np.unique(np.concatenate([of.at, since]))
    # Judge and moment as one number, which are in order already.
    judges = _judges(of) * len(moments)
    begins = np.searchsorted(judges + np.searchsorted(moments, of.at), judges + np.searchsorted(moments, since))
    return np.arange(len(of.at)) + 1 - begins


def _opposite(of: JudgedResults, places: Places) -> tuple[Places, Places]:
    """Of each judge, pairs of people at these places whom the reports of the last days and those of the whole period
    put in opposite orders, and who were not judged alike; and those of them where judgement went with the last days.
    """
    judges, late, reports, means = _judges(of)[places], of.late[places], of.reports[places], of.means.whole()[0][places]
    opposite, with_late = np.zeros((2, len(of.judges)), np.int64)
    one, apart = np.arange(len(places)), 0
    while len(one):
        # Each with the next of the same judge, then with the one after that, and so on.
        apart += 1
        one = one[one + apart < len(places)]
        one = one[judges[one] == judges[one + apart]]
        other = one + apart
        later = late[one] - late[other]
        there = (later * (reports[one] - reports[other]) < 0) & (means[one] != means[other])
        judged_so = (means[one] > means[other]) == (later > 0)
        opposite += np.bincount(judges[one[there]], minlength=len(of.judges))
        with_late += np.bincount(judges[one[there & judged_so]], minlength=len(of.judges))
    return opposite, with_late


def cases(of: JudgedResults, judges: Collection[str], marks: Mapping[int, str]) -> list[JudgedCase]:
    """Those of some judges, one by one. `marks` are exact ones by position; others are told apart by their hashes."""
    wanted = {*judges}
    return [
        one
        for judge, (begin, end) in zip(of.judges, pairwise(of.begins.tolist()), strict=True)
        if judge in wanted
        for one in _cases(of, judge, slice(begin, end), marks)
    ]


def _cases(of: JudgedResults, judge: str, at: slice, marks: Mapping[int, str]) -> Iterator[JudgedCase]:
    columns = (of.at, of.positions, of.marks, of.elements, of.alike, of.reports, of.late, of.unread)
    ratios = zip(of.means.some(at), of.shifts.some(at), strict=True)
    rows = zip(of.employees[at], ratios, *(column[at].tolist() for column in columns), strict=True)
    for employee, (mean, shift), moment, position, mark, elements, alike, reports, late, unread in rows:
        yield JudgedCase(
            employee=employee,
            judge=judge,
            at=_EPOCH + moment * _MICROSECOND,
            position=position,
            mark=marks.get(position, str(mark)),
            elements=elements,
            alike=bool(alike),
            mean=mean,
            shift=shift,
            reports=reports,
            late=late,
            unread=unread,
        )
