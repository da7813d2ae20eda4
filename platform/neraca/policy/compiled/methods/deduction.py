"""`deduction`: a start, less points for each counted event."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from neraca.domain.case import MICRO, Case, Micro
from neraca.policy.blocks import Cap, Id, PolicyParts, Strict
from neraca.policy.compiled.methods.method import Declaration, FactRead, Tunable
from neraca.policy.compiled.methods.number import fact, facts
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.synthetic_inputs import Person
from neraca.policy.compiled.result import Input, Trace, Value, lacking
from neraca.policy.compiled.step import Source, shown
from neraca.policy.findings import plain
from neraca.policy.interval import Interval
from neraca.policy.localised_text import LocalisedText, listed
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


class CountedEvent(Strict, frozen=True):
    """What is deducted for.

    fact: the fact that counts it
    points: points off for each
    """

    fact: str
    points: Decimal


class Deduction(Declaration, frozen=True, tag="deduction"):
    """A start, less points for each event that was counted.

    start: what there is without any event
    events: what is deducted for
    """

    start: Decimal
    events: dict[Id, CountedEvent]

    def compile(self, scope: Scope) -> DeductionStep:
        events = tuple((event.fact, micro(event.points)) for event in self.events.values())
        return DeductionStep(scope.path, micro(self.start), events, scope.divide, scope.source)

    def facts(self) -> Iterator[FactRead]:
        for name, event in self.events.items():
            yield FactRead(f"events/{name}/fact", event.fact, least=0)

    def interval(self, parts: PolicyParts) -> Interval:
        return Interval(None, micro(self.start))

    def sentence(self, parts: PolicyParts) -> LocalisedText:
        lost = [(plain(event.points), event.fact) for event in self.events.values()]
        return LocalisedText(
            f"Mulai dari {plain(self.start)}, dikurangi {listed(f'{p} untuk tiap `{fact}`' for p, fact in lost)}.",
            f"Starts from {plain(self.start)}, less {listed(f'{p} for each `{fact}`' for p, fact in lost)}.",
        )

    def invent(self, person: Person, indicator: str, cap: Cap) -> None:
        for event in self.events.values():
            count = person.pick([0, MICRO, 0, 2 * MICRO, 3 * MICRO, 0, 40 * MICRO])
            person.facts.setdefault(event.fact, count)

    def tunables(self) -> Iterator[Tunable]:
        yield Tunable(("start",), self.start)
        for name, event in self.events.items():
            yield Tunable(("events", name, "points"), event.points)
