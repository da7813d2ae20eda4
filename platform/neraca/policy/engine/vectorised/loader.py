"""Cases into columns, a batch at a time, so that a city may stream through."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from neraca.domain.case import Case, Fact, Item, Micro, SurveyElement
from neraca.policy.engine.vectorised.arithmetic import MOST, Bools, Codes, Ints, most
from neraca.policy.engine.vectorised.layout import (
    ABSENT,
    FLAG,
    NUMBER,
    WORD,
    Columns,
    Element,
    Facts,
    Items,
    Numbers,
    Rated,
    Ratings,
    Small,
    summed,
)
from neraca.policy.numbers import PLACES

T = TypeVar("T")

BATCH = 4096
NONE: Mapping[str, Any] = {}


def load(cases: Iterable[Case]) -> Columns:
    """Every case a row, in order. Nothing of a case is lost but the order of the raters in a group."""
    size = 0
    facts: dict[str, _Facts] = {}
    ratings: dict[str, _Rated] = {}
    items: dict[str, _Items] = {}
    surveys: dict[str, dict[str, _Element]] = {}
    source = iter(cases)
    while batch := list(islice(source, BATCH)):
        for name in _names(case.facts for case in batch):
            _kept(facts, name, _Facts).add(size, [case.facts.get(name) for case in batch])
        for name in _names(case.ratings for case in batch):
            _kept(ratings, name, _Rated).add(size, [case.ratings.get(name) for case in batch])
        for name in _names(case.items for case in batch):
            _kept(items, name, _Items).add(size, [case.items.get(name, ()) for case in batch])
        for name in _names(case.surveys for case in batch):
            answers = [case.surveys.get(name, NONE) for case in batch]
            elements = surveys.setdefault(name, {})
            for element in _names(answers):
                _kept(elements, element, _Element).add(size, [one.get(element) for one in answers])
        size += len(batch)
    return Columns(
        size=size,
        facts={name: one.column(size) for name, one in facts.items()},
        ratings={name: one.column(size) for name, one in ratings.items()},
        items={name: one.column(size) for name, one in items.items()},
        surveys={name: {k: one.column(size) for k, one in elements.items()} for name, elements in surveys.items()},
    )


def _names(maps: Iterable[Mapping[str, Any]]) -> dict[str, None]:
    found: dict[str, None] = {}
    for one in maps:
        if not found.keys() >= one.keys():
            found.update(dict.fromkeys(one))
    return found


def _kept(known: dict[str, T], name: str, new: type[T]) -> T:
    found = known.get(name)
    if found is None:
        found = known[name] = new()
    return found


class _Numbers:
    """Gathers numbers of any size: those int64 can't hold wait in `wide` until all are known."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, Ints, Bools]] = []
        self.wide: dict[int, int] = {}

    def add(self, at: int, values: Sequence[int | None]) -> None:
        there = np.fromiter((v is not None for v in values), np.bool_, len(values))
        x = _held(values)
        if x is None:
            beyond = {i: v for i, v in enumerate(values) if v is not None and abs(v) > MOST}
            self.wide.update((at + i, v) for i, v in beyond.items())
            x = np.fromiter((0 if i in beyond else v or 0 for i, v in enumerate(values)), np.int64, len(values))
        self.parts.append((at, x, there))

    def column(self, size: int) -> Numbers:
        x: Ints = np.zeros(size, np.int64)
        there: Bools = np.zeros(size, np.bool_)
        for at, part, known in self.parts:
            x[at : at + part.size] = part
            there[at : at + part.size] = known
        unit = self.unit(x) if self.wide else 1
        if unit > 1:
            # Exact: the unit divides every one of them.
            x //= unit
            for at in [at for at, value in self.wide.items() if abs(value // unit) <= MOST]:
                x[at] = self.wide.pop(at) // unit
        return Numbers(_sealed(x), _sealed(there), unit, self.wide)

    def unit(self, x: Ints) -> int:
        """The largest power of ten that divides them all."""
        for power in range(PLACES, 0, -1):
            unit = 10**power
            if not (x % unit).any() and all(value % unit == 0 for value in self.wide.values()):
                return unit
        return 1


def _held(values: Sequence[int | None]) -> Ints | None:
    """None where one is too large."""
    try:
        x = np.fromiter((v or 0 for v in values), np.int64, len(values))
    except OverflowError:
        return None
    return x if most(x) <= MOST else None


class _Facts:
    def __init__(self) -> None:
        self.numbers = _Numbers()
        self.parts: list[tuple[int, Small, Codes]] = []
        self.words: dict[str, int] = {}

    def add(self, at: int, values: list[Fact | None]) -> None:
        self.numbers.add(at, [v if type(v) is int else None for v in values])
        kind = np.fromiter(map(_kind, values), np.int8, len(values))
        code = np.fromiter(map(self.code, values), np.int32, len(values))
        self.parts.append((at, kind, code))

    def code(self, value: Fact | None) -> int:
        if isinstance(value, str):
            return self.words.setdefault(value, len(self.words))
        return 1 if value is True else 0

    def column(self, size: int) -> Facts:
        kind: Small = np.zeros(size, np.int8)
        code: Codes = np.zeros(size, np.int32)
        for at, kinds, codes in self.parts:
            kind[at : at + kinds.size] = kinds
            code[at : at + codes.size] = codes
        return Facts(_sealed(kind), self.numbers.column(size), _sealed(code), tuple(self.words))


def _kind(value: Fact | None) -> int:
    if value is None:
        return ABSENT
    return FLAG if isinstance(value, bool) else NUMBER if isinstance(value, int) else WORD


class _Ratings:
    def __init__(self) -> None:
        self.parts: list[tuple[int, Ints, Ints]] = []
        self.wide: dict[int, list[Micro]] = {}

    def add(self, at: int, lists: list[Sequence[Micro]]) -> None:
        counts = np.fromiter(map(len, lists), np.int64, len(lists))
        values = _together(lists, counts)
        if values is None:
            beyond = {i: list(xs) for i, xs in enumerate(lists) if sum(map(abs, xs)) > MOST}
            self.wide.update((at + i, xs) for i, xs in beyond.items())
            lists = [() if i in beyond else xs for i, xs in enumerate(lists)]
            counts = np.fromiter(map(len, lists), np.int64, len(lists))
            values = np.fromiter(chain.from_iterable(lists), np.int64, int(counts.sum()))
        self.parts.append((at, counts, _sorted(values, counts)))

    def column(self, size: int) -> Ratings:
        counts: Ints = np.zeros(size, np.int64)
        for at, part, _ in self.parts:
            counts[at : at + part.size] = part
        starts = _starts(counts)
        values: Ints = np.concatenate([np.zeros(0, np.int64), *(part for _, _, part in self.parts)])
        self.parts.clear()
        sums = summed(values, counts, starts)
        distinct: Ints = np.unique(values)
        narrow: NDArray[np.integer[Any]] = values.astype(np.int32) if most(distinct) < 2**31 else values
        return Ratings(_sealed(counts), _sealed(starts), _sealed(sums), _sealed(narrow), _sealed(distinct), self.wide)


def _together(lists: list[Sequence[Micro]], counts: Ints) -> Ints | None:
    """None where one is so large that a sum of a row might be."""
    try:
        values = np.fromiter(chain.from_iterable(lists), np.int64, int(counts.sum()))
    except OverflowError:
        return None
    return values if most(values) <= MOST // max(1, most(counts)) else None


def _sorted(values: Ints, counts: Ints) -> Ints:
    """Within each row."""
    if most(counts) <= 1:
        return values
    owner: Ints = np.repeat(np.arange(counts.size, dtype=np.int64), counts)
    low = int(values.min())
    # One row's highest and the next one's lowest may come to one number, which stands for either in its own place.
    span = int(values.max()) - low
    if span * counts.size > MOST:
        return values[np.lexsort((values, owner))]
    # Row and value in one number, where that fits: one plain sort orders all rows at once.
    keys = owner * span + (values - low)
    keys.sort()
    return keys - owner * span + low


class _Rated:
    def __init__(self) -> None:
        self.given: list[tuple[int, Bools]] = []
        self.groups: dict[str, _Ratings] = {}

    def add(self, at: int, given: list[dict[str, list[Micro]] | None]) -> None:
        self.given.append((at, np.fromiter((one is not None for one in given), np.bool_, len(given))))
        named = [NONE if one is None else one for one in given]
        for group in _names(named):
            _kept(self.groups, group, _Ratings).add(at, [one.get(group, ()) for one in named])

    def column(self, size: int) -> Rated:
        given: Bools = np.zeros(size, np.bool_)
        for at, part in self.given:
            given[at : at + part.size] = part
        return Rated(_sealed(given), {name: one.column(size) for name, one in self.groups.items()})


class _Items:
    def __init__(self) -> None:
        self.counts: list[tuple[int, Ints]] = []
        self.size = 0
        self.target, self.actual, self.weight = _Numbers(), _Numbers(), _Numbers()
        self.levels = array("i")
        self.words: dict[str, int] = {}
        self.less: list[Bools] = []
        self.additional: list[Bools] = []

    def add(self, at: int, lists: list[Sequence[Item]]) -> None:
        self.counts.append((at, np.fromiter(map(len, lists), np.int64, len(lists))))
        items = list(chain.from_iterable(lists))
        self.target.add(self.size, [item.target for item in items])
        self.actual.add(self.size, [item.actual for item in items])
        self.weight.add(self.size, [item.weight for item in items])
        self.levels.extend(map(self.code, items))
        self.less.append(np.fromiter((item.polarity == "min" for item in items), np.bool_, len(items)))
        self.additional.append(np.fromiter((item.priority == "tambahan" for item in items), np.bool_, len(items)))
        self.size += len(items)

    def code(self, item: Item) -> int:
        return -1 if item.level is None else self.words.setdefault(item.level, len(self.words))

    def column(self, size: int) -> Items:
        counts: Ints = np.zeros(size, np.int64)
        for at, part in self.counts:
            counts[at : at + part.size] = part
        return Items(
            counts=_sealed(counts),
            starts=_sealed(_starts(counts)),
            target=self.target.column(self.size),
            actual=self.actual.column(self.size),
            weight=self.weight.column(self.size),
            level=_sealed(np.array(self.levels, np.int32)),
            words=tuple(self.words),
            less=_sealed(np.concatenate([np.zeros(0, np.bool_), *self.less])),
            additional=_sealed(np.concatenate([np.zeros(0, np.bool_), *self.additional])),
        )


class _Element:
    def __init__(self) -> None:
        self.sums, self.n = _Numbers(), _Numbers()

    def add(self, at: int, answers: list[SurveyElement | None]) -> None:
        self.sums.add(at, [None if one is None else one.sum for one in answers])
        self.n.add(at, [None if one is None else one.n for one in answers])

    def column(self, size: int) -> Element:
        return Element(self.sums.column(size), self.n.column(size))


def _starts(counts: Ints) -> Ints:
    starts: Ints = np.cumsum(counts) - counts
    return starts


A = TypeVar("A", bound=NDArray[Any])


def _sealed(column: A) -> A:
    """Columns are read by many evaluations; none may write."""
    column.flags.writeable = False
    return column
