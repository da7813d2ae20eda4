"""What a method needs to make up inputs: a person who picks by fixed strides, and numbers worth picking from."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

from neraca.domain.case import MICRO, Fact, Item, Micro, SurveyElement
from neraca.policy.blocks import Cap, PolicyParts, Scale
from neraca.policy.numbers import micro

T = TypeVar("T")

SHARES = tuple(
    MICRO * x for x in (100, 88, 107, 95, 113, 76, 102, 91, 84, 121, 98, 110, 69, 104, 135, 93, 80, 55, 30, 0)
)
"""Percentages of a target: most people are about 100, a few far off."""


class Person(Protocol):
    """Someone made up, and the inputs of theirs that methods fill. `complete` people lack nothing."""

    parts: PolicyParts
    number: int
    complete: bool
    facts: dict[str, Fact]
    ratings: dict[str, dict[str, list[Micro]]]
    items: dict[str, list[Item]]
    surveys: dict[str, dict[str, SurveyElement]]

    def pick(self, several: Sequence[T]) -> T:
        """The next choice of this person."""
        ...


def shares(cap: Cap) -> list[Micro]:
    """Percentages of a target, those about the bounds among them."""
    return [*SHARES, *around([micro(end) for end in (cap.min, cap.max) if end is not None])]


def around(bounds: Sequence[Micro]) -> list[Micro]:
    return [bound + near for bound in bounds for near in (-MICRO, 0, MICRO, -3 * MICRO, 4 * MICRO)]


def some_steps(scale: Scale) -> list[Micro]:
    """A few values of the scale, its ends among them, high ones more often."""
    low, high, step = micro(scale.min), micro(scale.max), micro(scale.step)
    count = (high - low) // step
    return [low + step * (count * part // 12) for part in (12, 8, 10, 6, 11, 9, 12, 7, 4, 0)]


def achieve(person: Person, actual: str, target: str | Decimal, cap: Cap) -> None:
    """Gives an actual as a share of its target, and the target where a fact holds it."""
    aim = micro(target) if isinstance(target, Decimal) else person.facts.setdefault(target, 100 * MICRO)
    aim = aim if isinstance(aim, int) else MICRO
    person.facts.setdefault(actual, aim * person.pick(shares(cap)) // (100 * MICRO))
