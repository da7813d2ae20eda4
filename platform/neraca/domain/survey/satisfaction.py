"""The index of public satisfaction (IKM): what the answers to a survey come to, and what may be told of it.

PermenPANRB 14/2017 weighs every element alike, 0.111 of nine, and multiplies by 25. Its text was not read: weights,
limits and categories are those that public sources name (secondary).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import lcm
from typing import Protocol, TypeAlias, TypeVar

from msgspec import Struct

from neraca.domain.group_privacy import left_out
from neraca.domain.vocabulary import FEWEST_CITIZENS, Burst, ServiceCategory

FACTOR = 25
"""Brings answers of 1 to 4 to 25 to 100."""

_WEIGHT, _INDEX, _MEAN = 3, 2, 3
"""Places behind the point."""

_FROM: Sequence[tuple[Decimal, ServiceCategory]] = (
    (Decimal("88.31"), ServiceCategory.A),
    (Decimal("76.61"), ServiceCategory.B),
    (Decimal("65.00"), ServiceCategory.C),
)

Key = TypeVar("Key")

Sheet: TypeAlias = Mapping[str, Decimal]
"""Element -> what one person answered."""


class Answered(Struct, frozen=True):
    """What was answered of one thing: element -> sum, and how many answers."""

    sums: Mapping[str, Decimal]
    counts: Mapping[str, int]

    def less(self, other: "Answered") -> "Answered":
        return Answered(
            {name: total - other.sums.get(name, Decimal(0)) for name, total in self.sums.items()},
            {name: n - other.counts.get(name, 0) for name, n in self.counts.items()},
        )


class ElementMean(Struct, frozen=True):
    element: str
    mean: Decimal
    answers: int


class Satisfaction(Struct, frozen=True):
    """`elements` are those that may be told; without all of them there is no `index`, and so no `category`."""

    index: Decimal | None
    category: ServiceCategory | None
    elements: tuple[ElementMean, ...]


NOTHING = Satisfaction(None, None, ())


def weight(elements: int) -> Decimal:
    """That of each: 0.111 of nine."""
    return _rounded(1, elements, _WEIGHT)


def index(answered: Answered) -> Decimal | None:
    """None where an element has no answer."""
    if not answered.counts or not all(answered.counts.values()):
        return None
    means = [_mean(answered.sums[name], n) for name, n in answered.counts.items()]
    by = lcm(*(each for _, each in means))
    total = sum(number * (by // each) for number, each in means)
    share, of = weight(len(means)).as_integer_ratio()
    return _rounded(total * share * FACTOR, by * of, _INDEX)


def category(index: Decimal) -> ServiceCategory:
    return next((one for least, one in _FROM if index >= least), ServiceCategory.D)


def enough(counts: Mapping[str, int]) -> bool:
    """Whether so many answered every element that what they said may be told."""
    return bool(counts) and all(n >= FEWEST_CITIZENS for n in counts.values())


class Sums(Protocol):
    """What was answered of a unit or a service point, as a closing has it and as it is kept to be told."""

    @property
    def sums(self) -> Mapping[str, Decimal]: ...
    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def unverified_sums(self) -> Mapping[str, Decimal]: ...
    @property
    def unverified_counts(self) -> Mapping[str, int]: ...


def few_in_any(before: Mapping[str, Sums], now: Mapping[str, Sums]) -> bool:
    """Whether what a few said would show between two closings, by service point and with the unit under the empty name:
    as a difference, or because a service point that too few answered at first, and which the others hid, is one of
    enough now.
    """
    was_told = "" in before and enough(before[""].counts)
    for point, was in before.items():
        hidden = was_told and any(0 < n < FEWEST_CITIZENS for n in was.counts.values())
        if _few(was, now[point]) or (hidden and was.counts != now[point].counts):
            return True
    return False


def _few(before: Sums, now: Sums) -> bool:
    apart = [(before.counts, before.sums, now.counts, now.sums)]
    apart.append((before.unverified_counts, before.unverified_sums, now.unverified_counts, now.unverified_sums))
    for counts, sums, counts_now, sums_now in apart:
        for element in {**counts, **counts_now}:
            more = abs(counts_now.get(element, 0) - counts.get(element, 0))
            moved = counts_now.get(element, 0) != counts.get(element, 0) or (
                sums_now.get(element, Decimal(0)) != sums.get(element, Decimal(0))
            )
            if moved and more < FEWEST_CITIZENS:
                return True
    return False


def few_changed(before: Mapping[str, Sheet], now: Mapping[str, Sheet]) -> bool:
    """Whether what was recorded `afresh` says otherwise what a few had answered, to any element: respondent -> answers.

    Whose answers are all there again is the same person, however they are called now; others are by their token.
    """
    gone, come = _others(before, now), _others(now, before)
    again = gone.keys() & come.keys()
    for element in {element for sheet in (*gone.values(), *come.values()) for element in sheet}:
        changed = sum(gone[one].get(element) != come[one].get(element) for one in again)
        left, new = (sum(element in of[one] for one in of.keys() - again) for of in (gone, come))
        if 0 < changed + max(left, new) < FEWEST_CITIZENS:
            return True
    return False


def _others(these: Mapping[str, Sheet], those: Mapping[str, Sheet]) -> dict[str, Sheet]:
    """Those of `these` that stand nowhere among `those`, each of which stands for one."""
    rest = {who: sheet for who, sheet in these.items() if those.get(who) != sheet}
    found = Counter(_key(sheet) for who, sheet in those.items() if these.get(who) != sheet)
    others: dict[str, Sheet] = {}
    for who, sheet in rest.items():
        if found[_key(sheet)]:
            found[_key(sheet)] -= 1
        else:
            others[who] = sheet
    return others


def _key(sheet: Sheet) -> frozenset[tuple[str, Decimal]]:
    return frozenset(sheet.items())


def told(parts: Mapping[Key, Answered], rest: Answered | None = None) -> dict[Key, Satisfaction]:
    """Of parts whose whole is told as well, what may be told of each.

    Fewer citizens than the floor are told of nowhere, nor are others next to whom they could be reckoned out; `rest` is
    what the whole has beside the parts, and is told of by none.
    """
    names = [*parts]
    groups = [*parts.values(), *(() if rest is None else (rest,))]
    hidden: dict[str, set[int]] = {}
    out: dict[tuple[int, ...], set[int]] = {}
    for element in dict.fromkeys(element for group in groups for element in group.counts):
        # Nearly always as many answered each element.
        sizes = tuple(group.counts.get(element, 0) for group in groups)
        if sizes not in out:
            out[sizes] = left_out(sizes, FEWEST_CITIZENS)
        hidden[element] = out[sizes]
    return {
        name: _told(groups[at], [one for one in hidden if at not in hidden[one] and one in groups[at].counts])
        for at, name in enumerate(names)
    }


def bursts(flagged: Mapping[str, int]) -> dict[str, int]:
    """What may be told of what was noticed of a service point, by its kind (`Burst`), to those who run surveys.

    Whether an answer is the same as those before it tells what it was to whoever gave those: of that only full tens.
    """
    alike = flagged.get(Burst.SAME_IN_A_ROW, 0)
    found = {**flagged, Burst.SAME_IN_A_ROW.value: alike - alike % FEWEST_CITIZENS}
    return {kind: n for kind, n in found.items() if n}


def _told(answered: Answered, elements: Sequence[str]) -> Satisfaction:
    means = tuple(
        ElementMean(one, _rounded(*_mean(answered.sums[one], answered.counts[one]), _MEAN), answered.counts[one])
        for one in elements
    )
    found = index(answered) if len(means) == len(answered.counts) else None
    return Satisfaction(found, None if found is None else category(found), means)


def _mean(total: Decimal, answers: int) -> tuple[int, int]:
    """As a number and what it is divided by: a Fraction would be reduced, which takes longer than all else here."""
    number, by = total.as_integer_ratio()
    return number, by * answers


def _rounded(number: int, by: int, places: int) -> Decimal:
    """The quotient half up, exactly; `by` is above nothing."""
    return Decimal((2 * number * 10**places + by) // (2 * by)).scaleb(-places)
