"""`deduction`: a start, less points for each counted event."""

from msgspec import Struct

from neraca.domain.case import MICRO, Case, Micro
from neraca.policy.compiled.methods.number import fact, facts
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.result import Input, Trace, Value, lacking
from neraca.policy.compiled.step import Source, shown
from neraca.policy.model import Deduction
from neraca.policy.numbers import Divide, micro, text


class DeductionStep(Struct, frozen=True):
    """`events` are (fact, points)."""

    path: str
    start: Micro
    events: tuple[tuple[str, Micro], ...]
    divide: Divide
    source: Source

    @property
    def reads(self) -> tuple[str, ...]:
        return facts(*(name for name, _ in self.events))

    def measure(self, case: Case, trace: Trace | None) -> Value:
        counts = [fact(case, name) for name, _ in self.events]
        value = self.judged(counts)
        if trace is not None:
            inputs = [Input("start", text(self.start))]
            for (name, points), count in zip(self.events, counts, strict=True):
                inputs.append(
                    Input(name, shown(count) if isinstance(count, int) else None, f"facts/{name}", text(points))
                )
            formula = "deduction: start - count x points"
            trace.append(self.source.valued("measure", self.path, formula, tuple(inputs), value))
        return value

    def judged(self, counts: list[Value]) -> Value:
        left = self.start
        for (_, points), count in zip(self.events, counts, strict=True):
            if not isinstance(count, int):
                return lacking(*counts)
            left -= self.divide(count * points, MICRO)
        return left


def compile_deduction(measure: Deduction, scope: Scope) -> DeductionStep:
    events = tuple((event.fact, micro(event.points)) for event in measure.events.values())
    return DeductionStep(scope.path, micro(measure.start), events, scope.divide, scope.source)
