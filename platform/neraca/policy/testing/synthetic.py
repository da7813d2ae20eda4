"""People made up from a policy's own numbers: each of its scales, bands and caps is met from both sides.

The same policy always gives the same people: what each has is picked by fixed strides, not by chance.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from neraca.domain.case import MICRO, Case, Fact, Item, Micro, SurveyElement
from neraca.domain.survey import HIGHEST, LOWEST
from neraca.policy.check.facts import WORDS, conditions
from neraca.policy.model import (
    Banded,
    Condition,
    Deduction,
    Index,
    Indicator,
    Inverse,
    Items,
    Policy,
    Rated,
    Ratio,
    Scale,
    SurveyIndex,
    Table,
)
from neraca.policy.numbers import micro

PEOPLE = 240
STRIDES = (1, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61)
SHARES = tuple(
    MICRO * x for x in (100, 88, 107, 95, 113, 76, 102, 91, 84, 121, 98, 110, 69, 104, 135, 93, 80, 55, 30, 0)
)
"""Percentages of a target: most people are about 100, a few far off."""


def people(policy: Policy) -> Iterator[Case]:
    for number in range(PEOPLE):
        yield _Person(policy, number).case()


class _Person:
    def __init__(self, policy: Policy, number: int) -> None:
        self.policy = policy
        self.number = number
        self.turn = 0
        self.facts: dict[str, Fact] = {}
        self.complete = number % 3 != 2

    def pick(self, several: Sequence[Fact]) -> Fact:
        """The next choice of this person: neighbours differ, and no two choices go in step."""
        self.turn += 1
        stride = STRIDES[self.turn % len(STRIDES)]
        return several[(self.number * stride + self.number // 5 + self.turn) % len(several)]

    def number_of(self, several: Sequence[Micro]) -> Micro:
        picked = self.pick(several)
        return picked if isinstance(picked, int) else 0

    def absent(self) -> bool:
        """Now and then something is missing, of those who are not complete."""
        self.turn += 1
        return not self.complete and (self.number // 3 + self.turn * 5) % 4 == 0

    def case(self) -> Case:
        ratings: dict[str, dict[str, list[Micro]]] = {}
        items: dict[str, list[Item]] = {}
        surveys: dict[str, dict[str, SurveyElement]] = {}
        for name, indicator in self.policy.indicators.items():
            if indicator.missing != "block" and self.absent():
                continue
            match indicator.measure:
                case Rated() as measure:
                    ratings[name] = self.ratings(measure)
                case Items() as measure:
                    items.setdefault(measure.source, self.items(measure))
                case SurveyIndex() as measure:
                    self.survey(measure, surveys.setdefault(measure.survey, {}))
                case _:
                    self.measure(indicator)
        for _, condition in conditions(self.policy):
            self.meet(condition)
        return Case(self.facts, ratings, items, surveys)

    def measure(self, indicator: Indicator) -> None:
        match indicator.measure:
            case Ratio(actual=actual, target=target) | Inverse(actual=actual, target=target):
                aim = self.aim(target)
                self.facts.setdefault(actual, aim * self.number_of(self.shares(indicator)) // (100 * MICRO))
            case Index(fact=fact):
                self.facts.setdefault(fact, self.number_of(self.shares(indicator)))
            case Banded(fact=fact, bands=bands):
                bounds = [micro(band.from_) for band in bands if not isinstance(band.from_, str)] or [0]
                self.facts.setdefault(fact, self.number_of(_around(bounds)))
            case Deduction(events=events):
                for counted in events.values():
                    self.facts.setdefault(
                        counted.fact, self.number_of([0, MICRO, 0, 2 * MICRO, 3 * MICRO, 0, 40 * MICRO])
                    )
            case Table(fact=fact, values=values):
                self.facts.setdefault(fact, self.pick(list(values)))
            case _:
                pass

    def aim(self, target: str | Decimal) -> Micro:
        if isinstance(target, Decimal):
            return micro(target)
        known = self.facts.setdefault(target, 100 * MICRO)
        return known if isinstance(known, int) else MICRO

    def shares(self, indicator: Indicator) -> list[Micro]:
        ends = [micro(end) for end in (indicator.cap.min, indicator.cap.max) if end is not None]
        return [*SHARES, *_around(ends)]

    def ratings(self, measure: Rated) -> dict[str, list[Micro]]:
        given: dict[str, list[Micro]] = {}
        panel = self.policy.panels[measure.panel]
        for name, group in panel.raters.items():
            scale = self.policy.scales[group.scale or measure.scale]
            most = max(group.max or group.min + 2 * panel.trim_each_end + 1, group.min)
            sizes = [group.min, most, group.min + 2 * panel.trim_each_end, group.min + 1]
            if group.missing != "block" and not self.complete:
                sizes.append(group.min - 1)
            size = min(self.number_of([size * MICRO for size in sizes]) // MICRO, most)
            given[name] = [self.number_of(_steps(scale)) for _ in range(size)]
        return given

    def items(self, measure: Items) -> list[Item]:
        few = -1 if not self.complete and self.number % 4 == 0 else 0
        return [self.item(measure, at) for at in range(max(measure.min_items + self.number % 2 + few, 0))]

    def item(self, measure: Items, at: int) -> Item:
        weight = (10 + 7 * (at + self.number) % 30) * MICRO if measure.weights == "declared" else None
        if measure.item == "level":
            levels: Sequence[Fact] = list(self.policy.scales[measure.scale or ""].levels)
            level = self.pick(levels)
            return Item(level=level if isinstance(level, str) else None, weight=weight)
        ends = [micro(end) for end in (measure.item_cap.min, measure.item_cap.max) if end is not None]
        share = self.number_of([*SHARES, *_around(ends)])
        return Item(
            target=100 * MICRO, actual=share, weight=weight, polarity="min" if (at + self.number) % 5 == 4 else "max"
        )

    def survey(self, measure: SurveyIndex, answers: dict[str, SurveyElement]) -> None:
        few = -1 if not self.complete and self.number % 2 else 0
        for element in measure.elements:
            n = measure.min_respondents + few
            low, high = int(LOWEST) * MICRO, int(HIGHEST) * MICRO
            mean = low + (high - low) * self.number_of([MICRO * x for x in (7, 9, 6, 10, 8, 5, 3)]) // (10 * MICRO)
            answers.setdefault(element, SurveyElement(mean * n, n))

    def meet(self, condition: Condition) -> None:
        """Some meet it, some don't, and of some nothing is known."""
        wanted: list[Fact | None] = []
        if condition.at_least is not None:
            wanted += _around([micro(condition.at_least)])
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


def _around(bounds: Sequence[Micro]) -> list[Micro]:
    return [bound + near for bound in bounds for near in (-MICRO, 0, MICRO, -3 * MICRO, 4 * MICRO)]


def _steps(scale: Scale) -> list[Micro]:
    """A few values of the scale, its ends among them, high ones more often."""
    low, high, step = micro(scale.min), micro(scale.max), micro(scale.step)
    count = (high - low) // step
    return [low + step * (count * part // 12) for part in (12, 8, 10, 6, 11, 9, 12, 7, 4, 0)]
