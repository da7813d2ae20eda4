"""Cases inside a policy, and what it must make of them."""

from decimal import Decimal
from typing import Literal

from neraca.policy.model.kinds import Block


class TestItem(Block, frozen=True):
    """One planned result or competency of a case.

    target: what was planned
    actual: what was done
    level: or the level it reached
    weight: for weights: declared
    polarity: min where less is better
    priority: tambahan for an additional result, where the main ones (utama) decide first
    """

    target: Decimal | None = None
    actual: Decimal | None = None
    level: str | None = None
    weight: Decimal | None = None
    polarity: Literal["max", "min"] = "max"
    priority: Literal["utama", "tambahan"] = "utama"


class TestElement(Block, frozen=True):
    """The answers to one question of a survey.

    sum: of all answers
    n: how many answered
    """

    sum: Decimal
    n: int


class Expectation(Block, frozen=True):
    """What must come of a case: any of these.

    status: blocked where something needed is missing
    predicate: the outcome, after modifiers
    score: as printed
    nodes: values of nodes and indicators; null where missing
    levels: levels of classifiers, before modifiers
    """

    status: Literal["final", "blocked"] | None = None
    predicate: str | None = None
    score: Decimal | None = None
    nodes: dict[str, Decimal | None] = {}
    levels: dict[str, str] = {}


class PolicyTest(Block, frozen=True):
    """A case and what the policy must make of it.

    name: what the case shows
    expect: what must come of it
    facts: fact -> number, word, true or false
    ratings: indicator -> group -> ratings; '*' for those without their own
    items: list -> its items
    surveys: survey -> element -> sum and number of answers
    """

    name: str
    expect: Expectation
    facts: dict[str, bool | Decimal | str] = {}
    ratings: dict[str, dict[str, list[Decimal]]] = {}
    items: dict[str, list[TestItem]] = {}
    surveys: dict[str, dict[str, TestElement]] = {}
