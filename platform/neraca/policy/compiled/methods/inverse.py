"""`inverse`: less is better, such as minutes per service. Linear loses what ratio gains; reciprocal is T / A."""

from msgspec import Struct

from neraca.domain.case import MICRO, Case, Micro
from neraca.policy.compiled.methods.number import Number, fact, facts, no_target, number, shown_input, taken
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.result import Block, Trace, Value, lacking
from neraca.policy.compiled.step import Source
from neraca.policy.model import Inverse
from neraca.policy.numbers import Divide


def linear(actual: Micro, target: Micro, divide: Divide) -> Micro:
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


def compile_inverse(measure: Inverse, scope: Scope) -> InverseStep:
    best = None if scope.cap is None else scope.cap.high
    return InverseStep(
        scope.path, measure.form == "linear", measure.actual, number(measure.target), best, scope.divide, scope.source
    )
