"""`ratio`: what was done against what was planned, in percent."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from neraca.domain.case import MICRO, Case, Micro
from neraca.policy.blocks import Cap, PolicyParts
from neraca.policy.compiled.methods.method import Declaration, FactRead, Tunable, facts_against, tunable_target
from neraca.policy.compiled.methods.number import Number, fact, facts, no_target, number, shown_input, taken
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.synthetic_inputs import Person, achieve
from neraca.policy.compiled.result import Trace, Value, lacking
from neraca.policy.compiled.step import Source
from neraca.policy.interval import ANYWHERE, Interval
from neraca.policy.localised_text import LocalisedText, given
from neraca.policy.numbers import Divide


def ratio(actual: Micro, target: Micro, divide: Divide) -> Micro:
    # Multiplied before it is divided, so that it is rounded once.
    return divide(100 * actual * MICRO, target)


class RatioStep(Struct, frozen=True):
    path: str
    actual: str
    target: Number
    divide: Divide
    source: Source

    @property
    def reads(self) -> tuple[str, ...]:
        return facts(self.actual, self.target)

    def measure(self, case: Case, trace: Trace | None) -> Value:
        value = self.judged(fact(case, self.actual), taken(case, self.target))
        if trace is not None:
            inputs = (shown_input(case, "actual", self.actual), shown_input(case, "target", self.target))
            trace.append(self.source.valued("measure", self.path, "ratio: 100 x actual / target", inputs, value))
        return value

    def judged(self, actual: Value, target: Value) -> Value:
        if not isinstance(actual, int) or not isinstance(target, int):
            return lacking(actual, target)
        return ratio(actual, target, self.divide) if target else no_target(self.path, str(self.target))


class Ratio(Declaration, frozen=True, tag="ratio"):
    """What was done against what was planned: actual / target x 100.

    actual: the fact that holds what was done
    target: the fact that holds what was planned, or the number itself
    """

    actual: str
    target: str | Decimal

    def compile(self, scope: Scope) -> RatioStep:
        return RatioStep(scope.path, self.actual, number(self.target), scope.divide, scope.source)

    def facts(self) -> Iterator[FactRead]:
        return facts_against(self.actual, self.target)

    def interval(self, parts: PolicyParts) -> Interval:
        return ANYWHERE

    def sentence(self, parts: PolicyParts) -> LocalisedText:
        actual, target = given(self.actual), given(self.target)
        return LocalisedText(
            f"Realisasi ({actual.id}) dibagi target ({target.id}), dikali 100.",
            f"What was done ({actual.en}) divided by the target ({target.en}), times 100.",
        )

    def invent(self, person: Person, indicator: str, cap: Cap) -> None:
        achieve(person, self.actual, self.target, cap)

    def tunables(self) -> Iterator[Tunable]:
        return tunable_target(self.target)
