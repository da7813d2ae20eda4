"""`inverse`: less is better, such as minutes per service. Linear loses what ratio gains; reciprocal is T / A."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from neraca.domain.case import MICRO, Case, Micro
from neraca.policy.blocks import Cap, PolicyParts
from neraca.policy.compiled.methods.method import Declaration, FactRead, Tunable, facts_against, tunable_target
from neraca.policy.compiled.methods.number import Number, fact, facts, no_target, number, shown_input, taken
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.synthetic_inputs import Person, achieve
from neraca.policy.compiled.result import Block, Trace, Value, lacking
from neraca.policy.compiled.step import Source
from neraca.policy.interval import ANYWHERE, Interval
from neraca.policy.localised_text import LocalisedText, given
from neraca.policy.numbers import Divide


def linear(actual: Micro, target: Micro, divide: Divide) -> Micro:
    # Twice the standard comes to 0, and what is worse still comes to no less.
    return divide(max(2 * target - actual, 0) * 100 * MICRO, target)


class InverseStep(Struct, frozen=True):
    """`best` is the cap's max: what a reciprocal gives for an actual of 0."""

    path: str
    linear: bool
    actual: str
    target: Number
    best: Micro | None
    divide: Divide
    source: Source

    @property
    def reads(self) -> tuple[str, ...]:
        return facts(self.actual, self.target)

    def measure(self, case: Case, trace: Trace | None) -> Value:
        value = self.judged(fact(case, self.actual), taken(case, self.target))
        if trace is not None:
            inputs = (shown_input(case, "actual", self.actual), shown_input(case, "target", self.target))
            formula = (
                "inverse: 100 x (2 x target - actual) / target" if self.linear else "inverse: 100 x target / actual"
            )
            trace.append(self.source.valued("measure", self.path, formula, inputs, value))
        return value

    def judged(self, actual: Value, target: Value) -> Value:
        if not isinstance(actual, int) or not isinstance(target, int):
            return lacking(actual, target)
        if target == 0:
            return no_target(self.path, str(self.target))
        if self.linear:
            return linear(actual, target, self.divide)
        if actual:
            return self.divide(100 * target * MICRO, actual)
        if self.best is None:
            return Block(self.path, f"{self.path}: facts/{self.actual} is 0 and no cap/max says what that is worth")
        return self.best


class Inverse(Declaration, frozen=True, tag="inverse"):
    """Less is better. linear: (2 x target - actual) / target x 100; reciprocal: target / actual x 100.

    form: linear loses what a ratio would gain; reciprocal never falls to 0 and needs cap.max
    actual: the fact that holds what was needed or spent
    target: the fact that holds the standard, or the number itself
    """

    form: Literal["linear", "reciprocal"]
    actual: str
    target: str | Decimal

    def compile(self, scope: Scope) -> InverseStep:
        best = None if scope.cap is None else scope.cap.high
        linear = self.form == "linear"
        return InverseStep(scope.path, linear, self.actual, number(self.target), best, scope.divide, scope.source)

    def facts(self) -> Iterator[FactRead]:
        return facts_against(self.actual, self.target)

    def interval(self, parts: PolicyParts) -> Interval:
        return Interval(0, None) if self.form == "linear" and not isinstance(self.target, str) else ANYWHERE

    def sentence(self, parts: PolicyParts) -> LocalisedText:
        linear, actual, target = self.form == "linear", given(self.actual), given(self.target)
        return LocalisedText(
            "Makin kecil makin baik: "
            + ("(2 x target - realisasi) / target x 100" if linear else "target / realisasi x 100")
            + f", dengan realisasi {actual.id} dan target {target.id}.",
            "Less is better: "
            + ("(2 x target - actual) / target x 100" if linear else "target / actual x 100")
            + f", where the actual is {actual.en} and the target {target.en}.",
        )

    def invent(self, person: Person, indicator: str, cap: Cap) -> None:
        achieve(person, self.actual, self.target, cap)

    def tunables(self) -> Iterator[Tunable]:
        return tunable_target(self.target)
