"""`index`: a number taken as it is given."""

from collections.abc import Iterator

from msgspec import Struct

from neraca.domain.case import Case
from neraca.policy.blocks import Cap, PolicyParts
from neraca.policy.compiled.methods.method import Declaration, FactRead, Tunable
from neraca.policy.compiled.methods.number import fact, facts, shown_input
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.synthetic_inputs import Person, shares
from neraca.policy.compiled.result import Trace, Value
from neraca.policy.compiled.step import Source
from neraca.policy.interval import ANYWHERE, Interval
from neraca.policy.localised_text import LocalisedText


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


class Index(Declaration, frozen=True, tag="index"):
    """A number taken as it is given.

    fact: the fact that holds it
    """

    fact: str

    def compile(self, scope: Scope) -> IndexStep:
        return IndexStep(scope.path, self.fact, scope.source)

    def facts(self) -> Iterator[FactRead]:
        yield FactRead("fact", self.fact)

    def interval(self, parts: PolicyParts) -> Interval:
        return ANYWHERE

    def sentence(self, parts: PolicyParts) -> LocalisedText:
        return LocalisedText(f"Fakta `{self.fact}` dipakai apa adanya.", f"The fact `{self.fact}` is taken as it is.")

    def invent(self, person: Person, indicator: str, cap: Cap) -> None:
        person.facts.setdefault(self.fact, person.pick(shares(cap)))

    def tunables(self) -> Iterator[Tunable]:
        yield from ()
