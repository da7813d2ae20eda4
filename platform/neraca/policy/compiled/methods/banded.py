"""`banded`: a count or measurement looked up in bands, from the top."""

from msgspec import Struct

from neraca.domain.case import Case, Micro
from neraca.policy.compiled.methods.number import fact, facts, shown_input
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.result import Block, Trace, Value
from neraca.policy.compiled.step import Source
from neraca.policy.model import Banded
from neraca.policy.numbers import micro


class BandedStep(Struct, frozen=True):
    """`bands` are (from, score) as written; a `from` of None takes all the rest."""

    path: str
    fact: str
    bands: tuple[tuple[Micro | None, Micro], ...]
    source: Source

    @property
    def reads(self) -> tuple[str, ...]:
        return facts(self.fact)

    def measure(self, case: Case, trace: Trace | None) -> Value:
        value = fact(case, self.fact)
        if isinstance(value, int):
            value = self.score(value)
        if trace is not None:
            inputs = (shown_input(case, self.fact, self.fact),)
            trace.append(self.source.valued("measure", self.path, "banded: first band reached", inputs, value))
        return value

    def score(self, value: Micro) -> Value:
        for low, score in self.bands:
            if low is None or value >= low:
                return score
        return Block(self.path, f"{self.path}: no band reaches down to facts/{self.fact}")


def compile_banded(measure: Banded, scope: Scope) -> BandedStep:
    bands = tuple((None if b.from_ == "min" else micro(b.from_), micro(b.score)) for b in measure.bands)
    return BandedStep(scope.path, measure.fact, bands, scope.source)
