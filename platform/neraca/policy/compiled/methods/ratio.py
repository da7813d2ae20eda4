"""`ratio`: what was done against what was planned, in percent."""

from msgspec import Struct

from neraca.domain.case import MICRO, Case, Micro
from neraca.policy.compiled.methods.number import Number, fact, facts, no_target, number, shown_input, taken
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.result import Trace, Value, lacking
from neraca.policy.compiled.step import Source
from neraca.policy.model import Ratio
from neraca.policy.numbers import Divide


def ratio(actual: Micro, target: Micro, divide: Divide) -> Micro:
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


def compile_ratio(measure: Ratio, scope: Scope) -> RatioStep:
    return RatioStep(scope.path, measure.actual, number(measure.target), scope.divide, scope.source)
