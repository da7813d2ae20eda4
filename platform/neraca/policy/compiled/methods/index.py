"""`index`: a number taken as it is given."""

from msgspec import Struct

from neraca.domain.case import Case
from neraca.policy.compiled.methods.number import fact, facts, shown_input
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.result import Trace, Value
from neraca.policy.compiled.step import Source
from neraca.policy.model import Index


class IndexStep(Struct, frozen=True):
    path: str
    fact: str
    source: Source

    @property
    def reads(self) -> tuple[str, ...]:
        return facts(self.fact)

    def measure(self, case: Case, trace: Trace | None) -> Value:
        value = fact(case, self.fact)
        if trace is not None:
            inputs = (shown_input(case, self.fact, self.fact),)
            trace.append(self.source.valued("measure", self.path, "index: as given", inputs, value))
        return value


def compile_index(measure: Index, scope: Scope) -> IndexStep:
    return IndexStep(scope.path, measure.fact, scope.source)
