"""How cases lie in columns, whatever policy will read them: numbers, words and lists by row, and back to a case."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from neraca.domain.case import Case, Fact, Item, Micro, SurveyElement
from neraca.policy.compiled.panel import Range
from neraca.policy.engine.vectorised.arithmetic import Bools, Codes, Ints

Small: TypeAlias = NDArray[np.int8]

ABSENT, NUMBER, FLAG, WORD = 0, 1, 2, 3


class Numbers(Struct, frozen=True, eq=False):
    """Micro values divided by `unit`: a power of ten above 1 only where the column would not fit int64 otherwise.

    `wide` holds, by place, the few that don't fit even so; there `x` is 0 and `there` is true.
    """

    x: Ints
    there: Bools
    unit: int
    wide: Mapping[int, Micro]

    def at(self, i: int) -> Micro | None:
        return self.wide.get(i, int(self.x[i]) * self.unit) if self.there[i] else None


class Facts(Struct, frozen=True, eq=False):
    """One fact of every case. `code` is 0 or 1 for a flag and the place in `words` for a word."""

    kind: Small
    numbers: Numbers
    code: Codes
    words: tuple[str, ...]

    def at(self, i: int) -> Fact | None:
        match int(self.kind[i]):
            case 1:
                return self.numbers.at(i)
            case 2:
                return bool(self.code[i])
            case 3:
                return self.words[int(self.code[i])]
            case 0:
                return None
            case kind:
                raise ValueError(f"no fact is of kind {kind}")


class Ratings(Struct, frozen=True, eq=False):
    """Of one rater group: row i has `counts[i]` values from `starts[i]`, sorted; `distinct` are the values there are.

    A row in `wide` has ratings whose sum int64 can't hold; its count here is 0.
    """

    counts: Ints
    starts: Ints
    sums: Ints
    values: NDArray[np.integer[Any]]
    distinct: Ints
    wide: Mapping[int, list[Micro]]

    def at(self, i: int) -> list[Micro]:
        start = int(self.starts[i])
        return self.wide.get(i) or [int(x) for x in self.values[start : start + int(self.counts[i])]]

    def off(self, scale: Range) -> Bools | None:
        """Rows with a rating that is not on the scale; None where there is none."""
        wrong = np.array([x for x in self.distinct.tolist() if not scale.allows(x)], np.int64)
        if not wrong.size:
            return None
        return some(np.isin(self.values, wrong), self.counts, self.starts)


class Rated(Struct, frozen=True, eq=False):
    """`given` is where the case names this indicator, be it with no rating at all."""

    given: Bools
    groups: Mapping[str, Ratings]


class Items(Struct, frozen=True, eq=False):
    """Row i has `counts[i]` items from `starts[i]`. A level is its place in `words`, -1 for none."""

    counts: Ints
    starts: Ints
    target: Numbers
    actual: Numbers
    weight: Numbers
    level: Codes
    words: tuple[str, ...]
    less: Bools
    """Polarity min."""
    additional: Bools
    """Priority tambahan."""

    def at(self, i: int) -> list[Item]:
        start = int(self.starts[i])
        return [self.item(at) for at in range(start, start + int(self.counts[i]))]

    def item(self, at: int) -> Item:
        level = int(self.level[at])
        return Item(
            target=self.target.at(at),
            actual=self.actual.at(at),
            level=None if level < 0 else self.words[level],
            weight=self.weight.at(at),
            polarity="min" if self.less[at] else "max",
            priority="tambahan" if self.additional[at] else "utama",
        )


class Element(Struct, frozen=True, eq=False):
    """One element of a survey: `sums.there` is where it was asked."""

    sums: Numbers
    n: Numbers


class Columns(Struct, frozen=True, eq=False):
    """Cases by column, independent of any plan: keep them, and evaluate as many plans on them as you like."""

    size: int
    facts: Mapping[str, Facts]
    ratings: Mapping[str, Rated]
    items: Mapping[str, Items]
    surveys: Mapping[str, Mapping[str, Element]]

    def case(self, i: int) -> Case:
        """The case of a row again; its ratings come sorted, and lists and surveys that hold nothing are left out."""
        facts = {name: fact for name, column in self.facts.items() if (fact := column.at(i)) is not None}
        ratings = {
            name: {group: found for group, column in rated.groups.items() if (found := column.at(i))}
            for name, rated in self.ratings.items()
            if rated.given[i]
        }
        items = {name: found for name, column in self.items.items() if (found := column.at(i))}
        surveys = {
            name: {element: SurveyElement(column.sums.at(i) or 0, column.n.at(i) or 0)
                   for element, column in elements.items() if column.sums.there[i]}
            for name, elements in self.surveys.items()
        }  # fmt: skip
        return Case(facts, ratings, items, {name: found for name, found in surveys.items() if found})


def some(flags: Bools, counts: Ints, starts: Ints) -> Bools:
    """By row, whether one of its values has the flag."""
    found: Bools = np.zeros(counts.size, np.bool_)
    rows = np.flatnonzero(counts)
    found[rows] = np.logical_or.reduceat(flags, starts[rows])
    return found


def summed(values: Ints, counts: Ints, starts: Ints) -> Ints:
    """By row, the sum of its values."""
    found: Ints = np.zeros(counts.size, np.int64)
    rows = np.flatnonzero(counts)
    found[rows] = np.add.reduceat(values, starts[rows])
    return found
