"""What decisions about a programme, and about a fact that one tells, may know besides their own stream."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from neraca.domain import streams
from neraca.domain.agency import Agency
from neraca.domain.appraisal.events import Cancelled, Cut, FactEstablished, FactWithdrawn, Opened
from neraca.domain.command_rules import Rulebook
from neraca.domain.errors import Invalid
from neraca.domain.period import Period, meeting, parse
from neraca.domain.programme.commands import (
    ConcludePeriod,
    CorrectPeriod,
    DefineIndicator,
    JoinProgramme,
    ReviseProgrammeTarget,
)
from neraca.domain.programme.contexts import FedBy, TypedFact
from neraca.domain.programme.events import ProgrammeProgressReported, ProgrammeReportAccepted
from neraca.domain.programme.member_facts import counts_in
from neraca.domain.programme.state import Programme, evolve
from neraca.service.batch_state import StreamSoFar
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository

_TYPING = tuple(str(kind.__struct_config__.tag) for kind in (Opened, Cancelled, Cut, FactEstablished, FactWithdrawn))


class ProgrammeLookups:
    """Of one agency, at one moment: what is asked of it reads the log each time."""

    def __init__(
        self, reader: EventReader, policies: PolicyRepository, agency: Agency, loaded: Mapping[UUID, StreamSoFar]
    ) -> None:
        self._reader = reader
        self._policies = policies
        self._agency = agency
        self._loaded = loaded

    def applied(self, labels: Iterable[str]) -> Mapping[str, tuple[Rulebook, ...]]:
        """The policies that judge each period."""
        return {label: self._policies.judging(self._agency.id, parse(label)) for label in labels}

    def fed(self, programme: str) -> Mapping[str, FedBy]:
        """Fact -> another programme that tells it: the first that did."""
        found = self._reader.programmes.fed(self._agency.id, self._head())
        others = {fact: [one for one in by if one.programme != programme] for fact, by in found.items()}
        return {fact: by[0] for fact, by in others.items() if by}

    def _typed(self, people: Mapping[str, Iterable[str]], facts: Iterable[str]) -> tuple[TypedFact, ...]:
        """What officials vouched for of these facts, in the appraisals of each of the `people` for the periods named,
        as far as those are not cancelled.
        """
        wanted = frozenset(facts)
        where = {
            streams.appraisal(self._agency.id, employee, label): (employee, label)
            for employee, labels in people.items()
            for label in labels
        }
        if not wanted or not where:
            return ()
        if any(
            isinstance(event, FactEstablished | FactWithdrawn) for own in self._loaded.values() for event in own.news
        ):
            raise Invalid(
                "whether a fact was typed is read from the log: send establish-fact in a batch of its own, after this"
            )
        found: dict[UUID, dict[str, None]] = {}
        for past in self._reader.streams_types(self._agency.id, list(where), _TYPING, self._head()):
            if isinstance(past.event, FactWithdrawn):
                found.get(past.stream, {}).pop(past.event.fact, None)
            elif not isinstance(past.event, FactEstablished):
                found.pop(past.stream, None)
            elif past.event.fact in wanted:
                found.setdefault(past.stream, {})[past.event.fact] = None
        return tuple(
            TypedFact(*where[stream], fact)
            for stream in sorted(found, key=where.__getitem__)
            for fact in sorted(found[stream])
        )

    def typed_of_joining(self, command: JoinProgramme, state: Programme) -> tuple[TypedFact, ...]:
        """Of one who is taken in, in the periods that are measured from then on."""
        facts = {fact for one in state.indicators.values() for fact in one.facts}
        labels = {label for one in state.indicators.values() if one.facts for label in one.targets}
        spans = {span for label in labels for span in self._counted_in(label)}
        return self._typed({command.employee: {one.label for one in spans if one.ends >= command.since}}, facts)

    def fed_in(self, command: DefineIndicator | ReviseProgrammeTarget, state: Programme) -> dict[str, tuple[str, ...]]:
        """The periods in which the indicator newly becomes facts, and which those are."""
        if isinstance(command, DefineIndicator):
            feeds = command.feeds
            facts = () if feeds is None else tuple(one for one in (feeds.actual, feeds.target) if one is not None)
            return {label: facts for label in command.targets if facts}
        indicator = state.indicators[command.indicator]
        is_new = command.target is not None and command.period not in indicator.targets
        return {command.period: indicator.facts} if is_new and indicator.facts else {}

    def typed_of_members(
        self,
        command: DefineIndicator | ReviseProgrammeTarget,
        state: Programme,
        fed_in: Mapping[str, tuple[str, ...]],
    ) -> tuple[TypedFact, ...]:
        """Of all who are members on a day of the periods."""
        spans = [span for label in fed_in for span in self._counted_in(label)]
        people = {
            employee: [one.label for one in spans if any(state.stretches(employee, one.starts, one.ends))]
            for employee in state.stays
        }
        return self._typed(people, {fact for facts in fed_in.values() for fact in facts})

    def _counted_in(self, label: str) -> list[Period]:
        """The periods of appraisals in which a period of a programme counts: of its parts too, where it is divided."""
        whole, applied = parse(label), self._policies.judging(self._agency.id, parse(label))
        divisible = bool(applied) and all(rulebook.cycle == whole.cycle for rulebook in applied)
        return [one for one in meeting(whole) if counts_in(label, one.starts, one.ends, divisible=divisible)]

    def positions(self, command: ConcludePeriod | CorrectPeriod, own: StreamSoFar) -> Mapping[str, tuple[int, ...]]:
        """Where the log has each report and its acceptance."""
        if own.news:
            raise Invalid(
                f"{command.__struct_config__.tag} rests on what is in the log: send it in a batch of its own, after "
                "the others are done"
            )
        found: dict[str, tuple[int, ...]] = {}
        for past in self._reader.stream(self._agency.id, streams.programme(self._agency.id, command.programme)):
            if isinstance(past.event, ProgrammeProgressReported | ProgrammeReportAccepted):
                found[past.event.report] = (*found.get(past.event.report, ()), past.position)
        return found

    def telling(self, fact: str, employee: str, period: Period, cycle: str | None) -> str:
        """The programme that tells a fact of somebody in their appraisal of a period, whose policy appraises by a cycle
        (None: nobody knows which); empty where none does.
        """
        agency = self._agency.id
        head = self._head()
        if fact not in self._reader.programmes.fed(agency, head) and not self._begun():
            return ""
        names = {*self._reader.programmes.of(agency, employee, head)}
        own = {name: state for name, state in self._begun().items() if employee in state.stays}
        for name in sorted(names | own.keys()):
            state = own[name] if name in own else self._programme(name)
            if _tells(state, fact, employee, period, cycle):
                return name
        return ""

    def _begun(self) -> dict[str, Programme]:
        """Programmes as the batch has left them so far."""
        states = (own.state for own in self._loaded.values())
        return {one.started.programme: one for one in states if isinstance(one, Programme) and one.started is not None}

    def _programme(self, name: str) -> Programme:
        state = Programme()
        for past in self._reader.stream(self._agency.id, streams.programme(self._agency.id, name)):
            evolve(state, past.event)
        return state

    def _head(self) -> int:
        # Of no stream: what is asked for is how far the log is.
        return self._reader.streams(self._agency.id, [])[0]


def _tells(state: Programme, fact: str, employee: str, period: Period, cycle: str | None) -> bool:
    for indicator in state.indicators.values():
        if fact not in indicator.facts:
            continue
        for label in indicator.targets:
            divisible = parse(label).cycle == cycle
            if counts_in(label, period.starts, period.ends, divisible=divisible) and any(
                state.stretches(employee, period.starts, period.ends)
            ):
                return True
    return False


__all__ = ["ProgrammeLookups"]
