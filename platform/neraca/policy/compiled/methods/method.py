"""What every way to measure an indicator answers: its shape in a policy file, and all that the platform asks of it.

A method is a module beside this one and a member of `Measure`; a question that it does not answer is an error of the
type checker wherever that question is asked, and of tests/policy/test_measure_methods.py.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from neraca.policy.blocks import Cap, PolicyParts
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.synthetic_inputs import Person
from neraca.policy.compiled.step import Measuring
from neraca.policy.interval import Interval
from neraca.policy.localised_text import LocalisedText

Kind: TypeAlias = Literal["a number", "true or false", "a word"]
"""What a fact is taken for."""


class FactRead(Struct, frozen=True):
    """A fact that is read, and where in the measure (`events/late/fact`) its name is written.

    `least` and `above` bound the numbers it may be, `words` are those that it is looked up by.
    """

    at: str
    fact: str
    kind: Kind = "a number"
    least: int | None = None
    above: int | None = None
    words: tuple[str, ...] = ()


class Tunable(Struct, frozen=True):
    """A number of a measure that may move a result; `step` is the least that anybody would change it by."""

    path: tuple[str | int, ...]
    value: Decimal
    step: Decimal = Decimal(1)


class MeasureMethod(Protocol):
    """The questions. `Declaration` is the shape that carries the answers."""

    def compile(self, scope: Scope) -> Measuring:
        """The step that judges a case."""
        ...

    def facts(self) -> Iterator[FactRead]:
        """The facts it reads."""
        ...

    def interval(self, parts: PolicyParts) -> Interval:
        """How far its value can go before the cap; never narrower than what can happen."""
        ...

    def sentence(self, parts: PolicyParts) -> LocalisedText:
        """What it does, for people."""
        ...

    def invent(self, person: Person, indicator: str, cap: Cap) -> None:
        """Gives a made-up person inputs that meet its numbers from both sides."""
        ...

    def tunables(self) -> Iterator[Tunable]:
        """Its numbers, each of which must matter."""
        ...


class Declaration(Struct, frozen=True, kw_only=True, tag_field="method"):
    """The block under `measure` in a policy file: the fields are its keys, the tag is the word after `method`."""


def tunable_cap(at: str, cap: Cap) -> Iterator[Tunable]:
    """The bounds that are there."""
    for key, value in (("min", cap.min), ("max", cap.max)):
        if value is not None:
            yield Tunable((at, key), value)


def facts_against(actual: str, target: str | Decimal) -> Iterator[FactRead]:
    """Those of a measure that holds an actual against a target."""
    yield FactRead("actual", actual, least=0)
    if isinstance(target, str):
        yield FactRead("target", target, above=0)


def tunable_target(target: str | Decimal) -> Iterator[Tunable]:
    """The target, where the policy itself writes it."""
    if isinstance(target, Decimal):
        yield Tunable(("target",), target, max(Decimal(1), target / 100))
