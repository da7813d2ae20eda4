"""`banded`: a count or measurement looked up in bands, from the top."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from neraca.domain.case import Case, Micro
from neraca.policy.blocks import Cap, PolicyParts, Strict
from neraca.policy.compiled.methods.method import Declaration, FactRead, Tunable
from neraca.policy.compiled.methods.number import fact, facts, shown_input
from neraca.policy.compiled.methods.scope import Scope
from neraca.policy.compiled.methods.synthetic_inputs import Person, around
from neraca.policy.compiled.result import Block, Trace, Value
from neraca.policy.compiled.step import Source
from neraca.policy.findings import plain
from neraca.policy.interval import Interval, hull
from neraca.policy.localised_text import LocalisedText, listed
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


class ScoreBand(Strict, frozen=True):
    """From this number up, this score.

    from: the lowest number of the band; min for the last one
    score: what it is worth
    """

    from_: Decimal | Literal["min"] = field(name="from")
    score: Decimal


class Banded(Declaration, frozen=True, tag="banded"):
    """The score of the first band, from the top, that a fact reaches.

    fact: the fact that is looked up
    bands: from the highest down; the last is 'from: min'
    """

    fact: str
    bands: list[ScoreBand]

    def compile(self, scope: Scope) -> BandedStep:
        bands = tuple((None if b.from_ == "min" else micro(b.from_), micro(b.score)) for b in self.bands)
        return BandedStep(scope.path, self.fact, bands, scope.source)

    def facts(self) -> Iterator[FactRead]:
        yield FactRead("fact", self.fact)

    def interval(self, parts: PolicyParts) -> Interval:
        return hull(micro(band.score) for band in self.bands)

    def sentence(self, parts: PolicyParts) -> LocalisedText:
        bands = [(band.from_, plain(band.score)) for band in self.bands]
        return LocalisedText(
            f"Fakta `{self.fact}` dibaca dari atas: "
            + listed(f"di bawah itu {s}" if low == "min" else f"mulai {plain(low)} bernilai {s}" for low, s in bands)
            + ".",
            f"The fact `{self.fact}` is read from the top: "
            + listed(f"below that {s}" if low == "min" else f"from {plain(low)} it is worth {s}" for low, s in bands)
            + ".",
        )

    def invent(self, person: Person, indicator: str, cap: Cap) -> None:
        bounds = [micro(band.from_) for band in self.bands if not isinstance(band.from_, str)] or [0]
        person.facts.setdefault(self.fact, person.pick(around(bounds)))

    def tunables(self) -> Iterator[Tunable]:
        for index, band in enumerate(self.bands):
            if not isinstance(band.from_, str):
                yield Tunable(("bands", index, "from_"), band.from_)
            yield Tunable(("bands", index, "score"), band.score)
