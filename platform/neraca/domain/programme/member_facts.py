"""What a concluded period says of one member, and which appraisals it counts in."""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct, field

from neraca.domain.case import Case, Micro, Sources, micro
from neraca.domain.measured_facts import Measured
from neraca.domain.period import parse
from neraca.domain.programme import apportionment
from neraca.domain.programme.events import ConcludedIndicator, Counting, PeriodConcluded, PeriodCorrected, Stretch


class MemberFact(Struct, frozen=True):
    """A fact of a policy as a programme tells it, by the reports at log positions `at`."""

    fact: str
    counting: Counting
    value: Micro
    at: list[int]


class MemberFacts(Struct, frozen=True, tag="programme.member-facts"):
    """What a programme says of a member's period: nothing, where they have no stretch in it."""

    programme: str
    period: str
    stretches: list[Stretch]
    facts: list[MemberFact]
    divisible: bool = False

    def counts_in(self, starts: date, ends: date) -> bool:
        """Whether it counts in an appraisal of these days."""
        return counts_in(self.period, starts, ends, divisible=self.divisible)


class Told(Struct, frozen=True):
    """The same, as it was told at a log position."""

    position: int
    said: MemberFacts


class Programmes(Struct):
    """What programmes last `said` of each of their periods, and which facts are `shown` of that, with what was told of
    those beside. Changes in place.
    """

    said: dict[str, Told] = field(default_factory=dict[str, Told])
    shown: Measured = field(default_factory=Measured)

    def hearing(self, event: MemberFacts, position: int) -> "Programmes":
        """The same, with what a programme says now in the place of what it said of the period before."""
        self.said[f"{event.programme}/{event.period}"] = Told(position, event)
        return self

    def show(self, starts: date, ends: date, case: Case, sources: Sources) -> list[str]:
        """Puts what they come to in an appraisal of these days before all else, and returns the paths that moved."""
        now = summed(list(self.said.values()), starts, ends)
        return [self.shown.take(name, now[name].value, now[name].at, case, sources) for name in sorted(now)]

    def hide(self, case: Case, sources: Sources) -> list[str]:
        """Puts back what was there beside, and returns the paths that moved."""
        moved, self.shown = self.shown.leave(case, sources), Measured()
        return moved


def of_members(event: PeriodConcluded | PeriodCorrected) -> dict[str, MemberFacts]:
    """What the event says of each whom it names."""
    return {
        employee: MemberFacts(
            event.programme,
            event.period,
            stretches,
            [fact for one in event.indicators for fact in _facts(one, employee)] if stretches else [],
            event.divisible,
        )
        for employee, stretches in event.members.items()
    }


def _facts(one: ConcludedIndicator, employee: str) -> Iterable[MemberFact]:
    if one.feeds is None:
        return
    shared = one.counting is Counting.SHARED
    actual = one.actuals[employee] if shared else one.actual
    yield MemberFact(one.feeds.actual, one.counting, micro(actual), one.at)
    if one.feeds.target is not None:
        target = one.targets[employee] if shared else one.target
        yield MemberFact(one.feeds.target, one.counting, micro(target), one.at)


def counts_in(period: str, starts: date, ends: date, *, divisible: bool) -> bool:
    """Whether what is concluded of a period counts in an appraisal of these days: of the same, or of a part of it where
    what is shorter is a part. A quarter is none of a year where people are appraised by the quarter.
    """
    named = parse(period)
    if (named.starts, named.ends) == (starts, ends):
        return True
    return divisible and named.starts <= starts and ends <= named.ends


def counting_in(told: Iterable[Told], starts: date, ends: date) -> list[Told]:
    """Of each programme what counts in an appraisal of these days: of several periods that hold them the shortest."""
    best: dict[str, Told] = {}
    for one in told:
        if not one.said.counts_in(starts, ends):
            continue
        before = best.get(one.said.programme)
        if before is None or parse(one.said.period).months < parse(before.said.period).months:
            best[one.said.programme] = one
    return [best[name] for name in sorted(best)]


class FactOfProgrammes(Struct, frozen=True):
    """What one or several programmes come to in a fact, by the events at log positions `at`."""

    value: Micro
    at: list[int]


def summed(told: Sequence[Told], starts: date, ends: date) -> dict[str, FactOfProgrammes]:
    """Fact -> what it comes to in an appraisal of these days: quantities add up, rates weigh as much as each programme
    had of the member. Nothing, where no day of theirs lies in it.
    """
    rates: dict[str, list[tuple[Micro, int]]] = {}
    amounts: dict[str, Micro] = {}
    at: dict[str, set[int]] = {}
    for one in counting_in(told, starts, ends):
        weight = apportionment.weight_within(one.said.stretches, starts, ends)
        if not weight:
            continue
        for fact in one.said.facts:
            at.setdefault(fact.fact, set()).update((one.position, *fact.at))
            if fact.counting is Counting.COMMON:
                rates.setdefault(fact.fact, []).append((fact.value, weight))
            else:
                part = apportionment.part_within(fact.value, one.said.stretches, starts, ends)
                amounts[fact.fact] = amounts.get(fact.fact, 0) + part
    found = {name: apportionment.mean(given) for name, given in rates.items()} | amounts
    return {name: FactOfProgrammes(value, sorted(at[name])) for name, value in found.items()}
