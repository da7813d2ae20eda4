"""How many people have which outcome, for readers who may not know it of a single one: never fewer than the floor.

A small count alone is soon found again as the difference of two others. So people are first put together until each
count of a unit and an outcome is large enough, and whatever is then asked is counted from these.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

from neraca.domain.group_privacy import FLOOR, left_out

KeyT = TypeVar("KeyT")

Cell: TypeAlias = tuple[str | None, str | None]
"""Unit and outcome; None is all those that are too few to be told apart."""


def pooled(people: Mapping[Cell, int]) -> dict[Cell, int]:
    """By unit and outcome, with units and outcomes of too few put together; nothing where all are too few."""
    if sum(people.values()) < FLOOR:
        return {}
    outcomes = _sums((outcome, count) for (_, outcome), count in people.items())
    few = {outcome for outcome, count in outcomes.items() if count < FLOOR}
    for outcome in sorted(outcomes, key=lambda one: (outcomes[one], str(one))):
        # Too few even together: the next smallest joins them, or they could be told as what is missing from the whole.
        if few and sum(outcomes[one] for one in few) < FLOOR:
            few.add(outcome)
    cells = _sums(((unit, None if outcome in few else outcome), count) for (unit, outcome), count in people.items())
    sizes = _sums((unit, count) for (unit, _), count in cells.items())
    together = {unit for (unit, _), count in cells.items() if count < FLOOR}
    for unit in sorted(sizes, key=lambda one: (sizes[one], str(one))):
        if together and min(_of(cells, together).values()) < FLOOR:
            together.add(unit)
    return dict(
        _sums(((None if unit in together else unit, outcome), count) for (unit, outcome), count in cells.items())
    )


class Counted(Protocol):
    @property
    def people(self) -> int: ...


CountedT = TypeVar("CountedT", bound=Counted)


def large(groups: Sequence[CountedT]) -> list[CountedT]:
    """Those of enough people, in their order. What is left out of a total is of enough people too, or nothing."""
    out = left_out([one.people for one in groups], FLOOR)
    return [one for at, one in enumerate(groups) if at not in out]


def _of(cells: Mapping[Cell, int], units: Iterable[str | None]) -> Counter[str | None]:
    among = set(units)
    return _sums((outcome, count) for (unit, outcome), count in cells.items() if unit in among)


def _sums(counts: Iterable[tuple[KeyT, int]]) -> Counter[KeyT]:
    found: Counter[KeyT] = Counter()
    for key, count in counts:
        found[key] += count
    return found
