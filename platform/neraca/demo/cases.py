"""What befalls a few people of every agency, so that a year of any size shows it: who is chosen, and for what."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from neraca.demo.staff import Person
from neraca.domain.period import Period
from neraca.domain.vocabulary import ObjectionOutcome

Answer: TypeAlias = Literal["returned", "refused", "kept"]
"""What the employee does with the document: signs and returns it, refuses to sign it, or neither (and has it all the
same, delivered).
"""


class Fate(Struct, frozen=True):
    """`silent`: the appraiser lets the evaluation pass, and their superior does it. `objection`: what one comes to.

    `documented`: the document of the result is issued; the year's is issued for everybody. `reused`: the result of
    the period before is taken over by agreement. `certain`: nothing that the result asks for is forgotten. `relieved`:
    one more result is planned, and the leader takes it over. `unheard`: one of those who are assigned to rate stays
    silent.
    """

    silent: bool = False
    objection: ObjectionOutcome | None = None
    documented: bool = False
    answer: Answer = "returned"
    reused: bool = False
    certain: bool = False
    relieved: bool = False
    unheard: bool = False

    @property
    def spared(self) -> bool:
        """Whether the result must come about, so that its rating isn't forgotten."""
        return self.silent or self.certain or self.objection is not None


ORDINARY = Fate()
_SIGNED = Fate(documented=True)


class Fates(Struct, frozen=True):
    """By employee and period. `annual` are of the whole year, where it is joined of periods."""

    periodic: Mapping[tuple[str, str], Fate]
    annual: Mapping[str, Fate]

    def of(self, nip: str, period: Period) -> Fate:
        ordinary = _SIGNED if period.cycle == "year" else ORDINARY
        return self.periodic.get((nip, period.label), ordinary)

    def of_year(self, nip: str) -> Fate:
        return self.annual.get(nip, _SIGNED)


def fates(people: Sequence[Person], moved: Mapping[str, object], periods: Sequence[Period]) -> Fates:
    """Whoever leads nobody, has a superior of their superior, and stays where they are. Those of the last unit come
    last, as it may have answers too few for a result.
    """
    leaders = {person.supervisor for person in people}
    last_unit = max(person.unit for person in people)
    able = [
        person.nip
        for person in sorted(people[1:], key=lambda one: one.unit == last_unit)
        if person.nip not in leaders and person.supervisor != people[0].nip and person.nip not in moved
    ]
    chosen: dict[tuple[str, str], Fate] = {}
    for fate, period in (
        (Fate(silent=True, documented=True), periods[0]),
        (Fate(objection=ObjectionOutcome.AMENDED, documented=True), periods[-1]),
        (Fate(objection=ObjectionOutcome.UPHELD, documented=True, answer="refused"), periods[-1]),
        (Fate(documented=True, answer="kept"), periods[0]),
    ):
        free = next((nip for nip in able if (nip, period.label) not in chosen), None)
        if free is not None:
            chosen[free, period.label] = fate
    answers: Sequence[Answer] = ("refused", "kept")
    annual = {nip: Fate(documented=True, answer=answer) for nip, answer in zip(able, answers, strict=False)}
    return Fates(chosen, annual)
