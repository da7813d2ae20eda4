"""`table`: the number that stands for a word, such as a predicate's percentage or the coefficient of a career level."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from neraca.domain.case import Case, Fact, Micro
from neraca.domain.facts import UNWRITTEN
from neraca.policy.blocks import Cap, Id, PolicyParts
from neraca.policy.compiled.classification import spoken
from neraca.policy.compiled.methods.method import Declaration, FactRead, Tunable
from neraca.policy.compiled.methods.number import facts
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.synthetic_inputs import Person
from neraca.policy.compiled.result import Block, Input, Trace, Value
from neraca.policy.compiled.step import Source
from neraca.policy.findings import plain
from neraca.policy.interval import Interval, hull
from neraca.policy.localised_text import LocalisedText, listed
from neraca.policy.numbers import micro


class TableStep(Struct, frozen=True):
    """A word the table has not is missing, as an absent one is, save where the ledger has a word for the absence itself
    (`unwritten`); a number or a flag where a word belongs blocks.
    """

    path: str
    fact: str
    values: Mapping[str, Micro]
    source: Source
    unwritten: str | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        return facts(self.fact)

    def measure(self, case: Case, trace: Trace | None) -> Value:
        word = case.facts.get(self.fact, self.unwritten)
        value = self.judged(word)
        if trace is not None:
            unsaid = (
                None if self.fact in case.facts or self.unwritten is None else f"nothing recorded: {self.unwritten}"
            )
            said = word if isinstance(word, str) and unsaid is None else None
            given = Input(self.fact, said, f"facts/{self.fact}", note=unsaid)
            step = self.source.valued("measure", self.path, "table: the number of the word", (given,), value)
            if isinstance(word, str) and value is None:
                step = replace(step, note=f"missing: no word {word!r}; there are {', '.join(self.values)}")
            trace.append(step)
        return value

    def judged(self, word: Fact | None) -> Value:
        if word is None or isinstance(word, str):
            return None if word is None else self.values.get(word)
        return Block(f"facts/{self.fact}", f"facts/{self.fact}: {spoken(word)} is not a word")


class Table(Declaration, frozen=True, tag="table"):
    """A word looked up: a predicate's percentage, the coefficient of a career level.

    fact: the fact that holds the word
    values: the number of each word
    """

    fact: str
    values: dict[Id, Decimal]

    def compile(self, scope: Scope) -> TableStep:
        values = {word: micro(number) for word, number in self.values.items()}
        return TableStep(scope.path, self.fact, values, scope.source, UNWRITTEN.get(self.fact))

    def facts(self) -> Iterator[FactRead]:
        yield FactRead("fact", self.fact, "a word", words=tuple(self.values))

    def interval(self, parts: PolicyParts) -> Interval:
        return hull(micro(number) for number in self.values.values())

    def sentence(self, parts: PolicyParts) -> LocalisedText:
        words = listed(f"`{word}` {plain(number)}" for word, number in self.values.items())
        return LocalisedText(
            f"Kata pada fakta `{self.fact}` bernilai: {words}; kata lain dianggap kosong.",
            f"The word in the fact `{self.fact}` stands for: {words}; another word counts as missing.",
        )

    def invent(self, person: Person, indicator: str, cap: Cap) -> None:
        person.facts.setdefault(self.fact, person.pick(list(self.values)))

    def tunables(self) -> Iterator[Tunable]:
        for word, number in self.values.items():
            yield Tunable(("values", word), number)
