"""People made up from a policy's own numbers: each of its scales, bands and caps is met from both sides.

The same policy always gives the same people: what each has is picked by fixed strides, not by chance.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from neraca.domain.case import Case, Fact, Item, Micro, SurveyElement
from neraca.policy.blocks import PolicyParts
from neraca.policy.check.facts import WORDS, conditions
from neraca.policy.compiled.methods.synthetic_inputs import around
from neraca.policy.model import Condition, Policy
from neraca.policy.numbers import micro

T = TypeVar("T")

PEOPLE = 240
STRIDES = (1, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61)


def people(policy: Policy) -> Iterator[Case]:
    for number in range(PEOPLE):
        yield _Person(policy, number).case()


class _Person:
    def __init__(self, policy: Policy, number: int) -> None:
        self.policy = policy
        self.parts: PolicyParts = policy
        self.number = number
        self.turn = 0
        self.facts: dict[str, Fact] = {}
        self.ratings: dict[str, dict[str, list[Micro]]] = {}
        self.items: dict[str, list[Item]] = {}
        self.surveys: dict[str, dict[str, SurveyElement]] = {}
        self.complete = number % 3 != 2

    def pick(self, several: Sequence[T]) -> T:
        """The next choice of this person: neighbours differ, and no two choices go in step."""
        self.turn += 1
        stride = STRIDES[self.turn % len(STRIDES)]
        return several[(self.number * stride + self.number // 5 + self.turn) % len(several)]

    def absent(self) -> bool:
        """Now and then something is missing, of those who are not complete."""
        self.turn += 1
        return not self.complete and (self.number // 3 + self.turn * 5) % 4 == 0

    def case(self) -> Case:
        for name, indicator in self.policy.indicators.items():
            if indicator.missing != "block" and self.absent():
                continue
            indicator.measure.invent(self, name, indicator.cap)
        for _, condition in conditions(self.policy):
            self.meet(condition)
        return Case(self.facts, self.ratings, self.items, self.surveys)

    def meet(self, condition: Condition) -> None:
        """Some meet it, some don't, and of some nothing is known."""
        wanted: list[Fact | None] = []
        if condition.at_least is not None:
            wanted += around([micro(condition.at_least)])
        if condition.in_ is not None:
            wanted += [*condition.in_, *WORDS.get(condition.fact, ())]
        if isinstance(condition.equals, bool):
            wanted += [True, False]
        elif condition.equals is not None:
            wanted += [condition.equals if isinstance(condition.equals, str) else micro(condition.equals)]
        self.turn += 1
        value = [*wanted, None][(self.number * STRIDES[self.turn % 7] + self.turn) % (len(wanted) + 1)]
        if value is not None:
            self.facts.setdefault(condition.fact, value)
