"""Read, decide, append."""

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import count
from random import uniform
from secrets import token_bytes
from threading import Lock
from time import monotonic, sleep
from typing import Any, TypeAlias
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
from eventsourcing.persistence import StoredEvent
from msgspec import Struct, field, structs

from neraca.domain import admission, deciding, deputy, policy_book, roster, streams, text
from neraca.domain.achievement import PublishAchievement
from neraca.domain.agency import Agency
from neraca.domain.appraisal import commands as appraisal
from neraca.domain.appraisal import joining, parties
from neraca.domain.appraisal.events import Finalised, Joined, Opened, Reopened
from neraca.domain.appraisal.state import Appraisal, Stage, evolve
from neraca.domain.assignments import Roster, Tenure
from neraca.domain.attendance import ToAttendance
from neraca.domain.catalogue import Command
from neraca.domain.envelope import Envelope, event_id
from neraca.domain.errors import Invalid, NotAllowed, NotOneInForce, Refusal
from neraca.domain.given import Actor, Draft, Given, Measured, Part, Scored
from neraca.domain.given import Service as Serving
from neraca.domain.period import Period, meeting, parse
from neraca.domain.policy_book import (
    ApprovePolicy,
    AttachImpact,
    PolicyPublished,
    Proposal,
    ProposePolicy,
    PublishPolicy,
    SchedulePolicy,
    UnschedulePolicy,
)
from neraca.domain.policy_book.proposing import attachable
from neraca.domain.policy_book.recall import recallable
from neraca.domain.rater_privacy import Shown
from neraca.domain.rulebook import Rulebook
from neraca.domain.survey import OpenSurvey
from neraca.domain.vocabulary import PositionClass
from neraca.policy.impact import canonical, summary
from neraca.service import publishing, versions
from neraca.service.hindsight import Hindsight
from neraca.service.history import History
from neraca.service.judging import gather, joined, scored
from neraca.service.shelf import Shelf, Shelved
from neraca.service.simulating import Simulation
from neraca.service.turns import Busy, Turns
from neraca.service.unit import Done, KeyReused, KeyRunning, NoSuchAgency, Stale, Stored, Unit, Unseen
from neraca.store import errors as store
from neraca.store.ledger import Append, Idempotency, Ledger
from neraca.store.ledger import Stored as Positions
from neraca.store.log import Log
from neraca.store.mapper import EventMapper

_FIXING = tuple(str(kind.__struct_config__.tag) for kind in (Opened, Finalised, Joined, Reopened))
Measure: TypeAlias = Callable[[Shelf, str, str, str | None], Simulation]
"""What a proposal of an agency would do to people, of a period or the last that has final results."""

_SALT = 32
"""Bytes."""
_PAUSE = 0.002
"""Seconds: about what an append takes."""

_ENCODE = msgspec.json.Encoder().encode


class _Stream(Struct):
    """A stream as the unit has left it so far: its state, the version in the log, and what is to be appended.

    `shown` has the version that people know, `numbers` what it was after each of the news.
    """

    state: Any
    version: int = 0
    news: list[Any] = []
    shown: Shown = field(default_factory=Shown)
    numbers: list[int] = []

    def take(self, event: Any) -> None:
        self.shown.take(event)
        self.state = deciding.evolve(self.state, event)

    def add(self, event: Any) -> None:
        self.take(event)
        self.news.append(event)
        self.numbers.append(self.shown.version)


class Service:
    """Safe to share between threads; appends of concurrent calls to an agency are committed together."""

    def __init__(
        self,
        ledger: Ledger,
        log: Log,
        mapper: EventMapper,
        agencies: Mapping[str, Agency],
        measure: Measure | None = None,
    ) -> None:
        self._ledger = ledger
        self._log = log
        self._mapper = mapper
        self._agencies = agencies
        self.history = History(log, mapper)
        self.shelf = Shelf(self.history)
        self.hindsight = Hindsight(log, self.history, self.shelf)
        self._measure = measure
        self._measuring = Lock()
        self._turns = Turns()
        self._running: set[tuple[str, str]] = set()
        self._mutex = Lock()

    def handle(self, unit: Unit) -> Done:
        """Does all commands or none.

        Raises `Refusal` and its kinds, Stale, Unseen, KeyReused, KeyRunning, Busy, NoSuchAgency, or the store's
        Unreachable.
        """
        agency = self._agencies.get(unit.agency)
        if agency is None:
            raise NoSuchAgency(f"no agency {text.shown(unit.agency)}; there are {', '.join(sorted(self._agencies))}")
        for at, command in enumerate(unit.commands):
            with _refused_at(at):
                deciding.admit(command, unit.actor, unit.agency)
        sent, unit = unit, _admitted(unit)
        for at, command in enumerate(unit.commands if unit.on_behalf_of else ()):
            with _refused_at(at):
                deputy.may_be_handed_on(command)
        key = None if unit.key is None else Idempotency(unit.key, _body_hash(sent))
        if unit.key is None:
            return self._done(agency, unit, None)
        with self._mutex:
            if (unit.agency, unit.key) in self._running:
                raise KeyRunning(f"a request with the key '{unit.key}' is being worked on; ask again in a moment")
            self._running.add((unit.agency, unit.key))
        try:
            return self._done(agency, unit, key)
        finally:
            with self._mutex:
                self._running.discard((unit.agency, unit.key))

    def measured(self, agency: str, command: AttachImpact, book: policy_book.State) -> Measured | None:
        """The report that an attachment is of; None where none can be computed. One at a time: each judges a city."""
        attachable(command, book)
        if self._measure is None:
            return None
        with self._measuring:
            found = self._measure(self.shelf, agency, command.proposal, command.period)
        text, words = canonical(found.impact).decode(), summary(found.impact)
        return Measured(found.hash, text, found.impact.period, words, found.position)

    def resting(self, agency: str, id_: str, version: int) -> tuple[str, ...]:
        """The final results, as employee/period, that were fixed by a version of a policy and still stand."""
        fixed: dict[UUID, tuple[str, int]] = {}
        whose: dict[UUID, str] = {}
        for past in self.history.of_types(agency, _FIXING):
            match past.event:
                case Opened():
                    whose[past.stream] = f"{past.event.employee}/{past.event.period}"
                case Finalised() | Joined():
                    fixed[past.stream] = (past.event.policy.id, past.event.policy.version)
                case _:
                    fixed.pop(past.stream, None)
        return tuple(sorted(whose[stream] for stream, by in fixed.items() if by == (id_, version)))

    def keys(self, agency: str, prefix: str) -> frozenset[str]:
        """The idempotency keys under which something was stored, of those that begin so."""
        return self._log.keys(agency, prefix)

    def _done(self, agency: Agency, unit: Unit, key: Idempotency | None) -> Done:
        try:
            where = _where(unit)
            with self._turns.take(where) as deadline:
                return self._in_turn(agency, unit, key, deadline)
        except (Refusal, Stale, Unseen):
            # What was done under this key before is refused the second time: answer as the first time.
            before = self._before(unit, key)
            if before is None:
                raise
            return self._answer(unit.agency, before)

    def _in_turn(self, agency: Agency, unit: Unit, key: Idempotency | None, deadline: float) -> Done:
        for attempt in count(1):
            appended = self._decide(agency, unit)
            try:
                positions = self._ledger.append(unit.agency, Append(self._stored(unit, appended), key))
            except store.KeyReused as reused:
                raise KeyReused(str(reused)) from None
            except store.VersionConflict:
                # Another process was first. Decided again on what is there now; who said what they saw is then told
                # where each stream is.
                if monotonic() > deadline:
                    raise Busy from None
                sleep(uniform(0, min(attempt, 10)) * _PAUSE)  # noqa: S311 -- no secret hangs on it
            else:
                return self._answer(unit.agency, positions, None if positions.replayed else appended)
        raise AssertionError

    def _before(self, unit: Unit, key: Idempotency | None) -> Positions | None:
        found = self._log.requested(unit.agency, key.key) if key else None
        if found is None or key is None:
            return None
        if found[0].body_hash != key.body_hash:
            raise KeyReused(f"the key '{key.key}' was used for another body; send a new key")
        return found[1]

    def _decide(self, agency: Agency, unit: Unit) -> dict[UUID, _Stream]:
        """Role, then relation, then version, then lookups: no refusal costs more than it must, or tells more."""
        where = _where(unit)
        loaded = self._load(unit, list(dict.fromkeys(where)))
        lookups = _Lookups(self, agency, unit, loaded)
        _permit(unit, where, loaded, lookups)
        shown = [
            deciding.shows_version(command, loaded[stream].state, lookups.actor, lookups.roster)
            for command, stream in zip(unit.commands, where, strict=True)
        ]
        unmet = versions.unmet(unit, where, {stream: own.shown.version for stream, own in loaded.items()}, shown)
        try:
            self._decide_each(unit, where, loaded, lookups)
        except NotAllowed:
            raise
        except Refusal:
            if unmet is None:
                raise
        if unmet is not None:
            raise unmet
        return loaded

    def _decide_each(
        self, unit: Unit, where: Sequence[UUID], loaded: Mapping[UUID, _Stream], lookups: "_Lookups"
    ) -> None:
        last: dict[UUID, tuple[int, Given]] = {}
        for at, command in enumerate(unit.commands):
            stream = loaded[where[at]]
            with _refused_at(at):
                given = lookups.given(command, stream)
                for event in deciding.decide(command, stream.state, given):
                    stream.add(event)
            last[where[at]] = at, given
        for id_, (at, given) in last.items():
            with _refused_at(at):
                deciding.settle(loaded[id_].state, loaded[id_].news, given)

    def _load(self, unit: Unit, touched: list[UUID]) -> dict[UUID, _Stream]:
        first: dict[UUID, Command] = {}
        for command in unit.commands:
            first.setdefault(streams.stream_of(unit.agency, command), command)
        loaded = {stream: _Stream(deciding.initial(command)) for stream, command in first.items()}
        _, past = self.history.streams(unit.agency, touched)
        for one in past:
            stream = loaded[one.stream]
            stream.take(one.event)
            stream.version = one.version
        return loaded

    def _stored(self, unit: Unit, loaded: Mapping[UUID, _Stream]) -> list[StoredEvent]:
        correlation = unit.correlation or str(uuid4())
        stored: list[StoredEvent] = []
        for stream, own in loaded.items():
            for version, event in enumerate(own.news, own.version + 1):
                envelope = Envelope(
                    at=unit.now.astimezone(UTC),
                    by=unit.actor.id,
                    on_behalf_of=unit.on_behalf_of,
                    correlation=correlation,
                    causation=unit.causation,
                    effective=unit.effective,
                    body=event,
                )
                tag, data = self._mapper.encode(envelope)
                stored.append(StoredEvent(stream, version, tag, data))
        return stored

    def _answer(self, agency: str, at: Positions, appended: Mapping[UUID, _Stream] | None = None) -> Done:
        if appended is None:
            logged = self.history.between(agency, at.first, at.last) if at.positions else []
            shown = self._shown(agency, {one.stream for one in logged})
            events = tuple(Stored(one.id, one.type, one.stream, shown[one.position], one.position) for one in logged)
            return Done(at.last, events, replayed=True)
        return Done(at.last, tuple(_numbered(agency, appended, at.first)))

    def _shown(self, agency: str, ids: Collection[UUID]) -> dict[int, int]:
        """The version that people know after each event of the streams, by its position."""
        following = {stream: Shown() for stream in ids}
        found: dict[int, int] = {}
        for past in self.history.streams(agency, ids)[1]:
            following[past.stream].take(past.event)
            found[past.position] = following[past.stream].version
        return found


def _where(unit: Unit) -> list[UUID]:
    """The stream of each command."""
    where: list[UUID] = []
    for at, command in enumerate(unit.commands):
        with _refused_at(at):
            where.append(streams.stream_of(unit.agency, command))
    return where


class _Lookups:
    """What the commands of one unit may know; each thing is looked up once, when a command needs it."""

    def __init__(self, service: Service, agency: Agency, unit: Unit, loaded: Mapping[UUID, _Stream]) -> None:
        self._loaded = loaded
        self._service = service
        self._agency = agency
        self._unit = unit
        self._today = unit.now.astimezone(ZoneInfo(agency.time_zone)).date()
        self._policies: dict[tuple[str, PositionClass | None], Shelved] = {}
        self._employees: dict[str, roster.State] = {}
        self.roster = Roster(self._tenure, self._today)

    @cached_property
    def actor(self) -> Actor:
        """Whoever sends the unit, or in whose place they do. Raises NotAllowed."""
        sender, whom = self._unit.actor, self._unit.on_behalf_of
        if whom is None:
            return sender
        return deputy.acting(sender, whom, self._employee(whom).delegations, self.roster)

    def given(self, command: Command, own: _Stream) -> Given:
        rules: Rulebook | None = None
        unruled: str | None = None
        position_class: PositionClass | None = None
        outcome: Scored | None = None
        policy: Shelved | None = None
        draft: Draft | None = None
        overlapping: tuple[str, ...] = ()
        parts: tuple[Part, ...] = ()
        impact: Measured | None = None
        resting: tuple[str, ...] = ()
        cut = False
        serving: Serving | None = None
        judging: tuple[Rulebook, ...] = ()
        if isinstance(command, appraisal.ToAppraisal):
            position_class = self._position_class(command, own)
            try:
                rules = self._rules(command, own, position_class)
            except NotOneInForce as none:
                unruled = none.message
        match command:
            case appraisal.OpenAppraisal():
                overlapping = self._overlapping(command) if rules is not None and rules.segments else ()
            case appraisal.JoinParts():
                parts = self._parts(command)
                rules, outcome = self._join(command, own, parts)
                cut = self._cut(command.period, parts[-1].state.position_class)
            case appraisal.Finalise() if rules is not None and own.state.stage is not Stage.FINAL:
                outcome = self._score(command, own, position_class)
            case PublishPolicy():
                policy = publishing.fit(command.file, command.texts)
            case AttachImpact():
                impact = self._service.measured(self._unit.agency, command, own.state)
            case UnschedulePolicy():
                recallable(command, policy_book.published(command, own.state), own.state)
                resting = self._service.resting(self._unit.agency, command.id, command.version)
            case ProposePolicy() | ApprovePolicy():
                draft = self._draft(command, own)
            case SchedulePolicy():
                draft = self._scheduled(command, own)
            case OpenSurvey() | PublishAchievement():
                judging = self._service.shelf.judging(self._unit.agency, _period(command.period))
            case ToAttendance():
                serving = roster.service(self._employee(command.employee))
            case _:
                pass
        return Given(
            now=self._unit.now,
            today=self._today,
            actor=self.actor,
            agency=self._agency,
            people=self._tenure,
            deputy=None if self._unit.on_behalf_of is None else self._unit.actor.id,
            rules=rules,
            unruled=unruled,
            position_class=position_class,
            overlapping=overlapping,
            scored=outcome,
            parts=parts,
            cut=cut,
            policy=policy.ref if policy else None,
            purpose=policy.resolved.policy.purpose if policy else "predicate",
            draft=draft,
            service=serving,
            impact=impact,
            judging=judging,
            resting=resting,
        )

    def _position_class(self, command: appraisal.ToAppraisal, own: _Stream) -> PositionClass | None:
        """As the appraisal was opened with; a later move doesn't change by which policy a period is judged."""
        if isinstance(command, appraisal.OpenAppraisal):
            return self._employee(command.employee).position_class
        return own.state.position_class

    def _policy(self, label: str, position_class: PositionClass | None) -> Shelved:
        """The one in force at the period's policy date, which the policy itself sets at its start or end.

        Raises NotOneInForce.
        """
        key = (label, position_class)
        if key not in self._policies:
            self._policies[key] = self._service.shelf.ruling(self._unit.agency, _period(label), position_class)
        return self._policies[key]

    def _rules(
        self, command: appraisal.ToAppraisal, own: _Stream, position_class: PositionClass | None
    ) -> Rulebook | None:
        """A result that is fixed keeps the rules it was fixed by where another rule has come to cut its period."""
        if isinstance(command, appraisal.JoinParts):
            return None
        try:
            return self._policy(command.period, position_class).rules
        except NotOneInForce:
            state: Appraisal = own.state
            fixed = state.finalised or state.joined
            if fixed is None or not self._cut(command.period, position_class):
                raise
            return self._service.shelf.by_hash(self._unit.agency, fixed.policy.hash).rules

    def _cut(self, label: str, position_class: PositionClass | None) -> bool:
        try:
            return self._service.shelf.cut(self._unit.agency, _period(label), position_class)
        except NotOneInForce:
            return False

    def _overlapping(self, command: appraisal.OpenAppraisal) -> tuple[str, ...]:
        """Labels of the employee's appraisals that have days of this one; but not one that can't be finalised any more
        because another rule has come to cut its period.
        """
        wanted = [one.label for one in meeting(_period(command.period)) if one.label != command.period]
        found: list[str] = []
        for label, state in zip(wanted, self._appraisals(command.employee, wanted), strict=True):
            if state.state.stage is Stage.UNOPENED:
                continue
            if state.state.stage is Stage.FINAL or not self._cut(label, state.state.position_class):
                found.append(label)
        return tuple(found)

    def _parts(self, command: appraisal.JoinParts) -> tuple[Part, ...]:
        joining.in_order(command.parts, _period(command.period))
        parts = self._appraisals(command.employee, command.parts)
        if any(self._unsaved(command.employee, label) for label in command.parts):
            raise Invalid("join-parts takes what is in the log: send it in a unit of its own, after the parts are done")
        return tuple(parts)

    def _unsaved(self, employee: str, label: str) -> bool:
        own = self._loaded.get(streams.appraisal(self._unit.agency, employee, label))
        return own is not None and bool(own.news)

    def _appraisals(self, employee: str, labels: Sequence[str]) -> list[Part]:
        """As the log has them, or as the unit has left them so far."""
        agency = self._unit.agency
        ids = [streams.appraisal(agency, employee, label) for label in labels]
        found = {id_: Part(label, Appraisal(), 0) for id_, label in zip(ids, labels, strict=True)}
        for past in self._service.history.streams(agency, ids)[1]:
            one = found[past.stream]
            position = past.position if isinstance(past.event, Finalised) else one.position
            found[past.stream] = Part(one.period, evolve(one.state, past.event), position)
        return [
            structs.replace(found[id_], state=self._loaded[id_].state) if id_ in self._loaded else found[id_]
            for id_ in ids
        ]

    def _join(
        self, command: appraisal.JoinParts, own: _Stream, parts: tuple[Part, ...]
    ) -> tuple[Rulebook | None, Scored | None]:
        """By the rule of the last part, where all of them are final."""
        agency, service = self._unit.agency, self._service
        finals = [part.state.finalised for part in parts]
        policies = [service.shelf.by_hash(agency, one.policy.hash) for one in finals if one is not None]
        if finals[-1] is None:
            try:
                return self._policy(parts[-1].period, parts[-1].state.position_class).rules, None
            except NotOneInForce:
                return None, None
        if own.news or len(policies) < len(parts):
            return policies[-1].rules, None
        recorded = [joining.recorded(part) for part in parts]
        outcome = joined(service.history, agency, command.employee, command.period, recorded, policies, None)
        return policies[-1].rules, outcome

    def _draft(self, command: ProposePolicy | ApprovePolicy, own: _Stream) -> Draft | None:
        """The text as proposed, checked again on the day of its approval by what the checks are then."""
        if isinstance(command, ProposePolicy):
            file, texts, since = command.file, command.texts, command.since
        else:
            proposal: Proposal | None = own.state.proposals.get(command.proposal)
            if proposal is None or proposal.fate != "open":
                return None
            proposed = proposal.proposed
            file, texts, since = proposed.file, proposed.texts, proposed.since
        agency, eve = self._unit.agency, since - timedelta(days=1)
        shelf = self._service.shelf
        draft = publishing.checked(file, texts, shelf.cycles(agency, eve), shelf.joining(agency, eve))
        before = shelf.latest(agency, draft.policy.id)
        return structs.replace(draft, tests_before=len(before.resolved.policy.tests) if before else 0)

    def _scheduled(self, command: SchedulePolicy, own: _Stream) -> Draft | None:
        """What decides whether it may begin then, by the book as the unit has left it so far."""
        found = own.state.versions.get((command.id, command.version))
        if found is None:
            return None
        eve = command.since - timedelta(days=1)
        holding = {span.hash for spans in own.state.spans.values() for span in spans if span.holds(eve)}
        before = {hash_: self._published(hash_, own).rules for hash_ in holding}
        cycles = {hash_: rules.cycle for hash_, rules in before.items()}
        joining = frozenset(hash_ for hash_, rules in before.items() if rules.segments)
        return publishing.drafted(self._published(found.policy.hash, own), cycles, joining)

    def _published(self, hash_: str, own: _Stream) -> Shelved:
        for event in own.news:
            if isinstance(event, PolicyPublished) and event.policy.hash == hash_:
                return publishing.read(event.file, event.texts)
        return self._service.shelf.by_hash(self._unit.agency, hash_)

    def _score(self, command: appraisal.Finalise, own: _Stream, position_class: PositionClass | None) -> Scored | None:
        policy = self._policy(command.period, position_class)
        if own.state.stage is Stage.UNOPENED:
            return None
        if own.news:
            raise Invalid("finalise judges what is in the log: send it in a unit of its own, after the others are done")
        surveys = tuple(policy.rules.surveys)
        agency, service = self._unit.agency, self._service
        gathered = gather(service.history, agency, command.employee, command.period, surveys, None)
        before = own.state.closed_by
        closing = None if before is None else service.shelf.by_hash(agency, before.hash)
        return scored(gathered, policy, token_bytes(_SALT).hex(), closing)

    def _tenure(self, nip: str) -> Tenure | None:
        """As the log has it, or as the unit has left it so far."""
        tenure = self._employee(nip)
        return None if tenure.since is None else tenure

    def _employee(self, nip: str) -> roster.State:
        """As the unit has left them so far, or as the log has them."""
        own = self._loaded.get(streams.employee(self._unit.agency, nip))
        if own is not None:
            return own.state
        if nip not in self._employees:
            state = roster.State()
            agency = self._unit.agency
            for past in self._service.history.stream(agency, streams.employee(agency, nip)):
                state = roster.evolve(state, past.event)
            self._employees[nip] = state
        return self._employees[nip]


def _admitted(unit: Unit) -> Unit:
    """Nothing is looked up, hashed into an id or stored that is not of its kind."""
    said = {
        "actor": unit.actor.id,
        "key": unit.key,
        "on_behalf_of": unit.on_behalf_of,
        "correlation": unit.correlation,
        "causation": unit.causation,
    }
    for name, value in said.items():
        if value is not None and (wrong := text.fault(text.TOKEN, value)) is not None:
            raise Invalid(f"{name}: {wrong}")
    return structs.replace(unit, commands=admission.admitted(unit.commands))


def _period(label: str) -> Period:
    try:
        return parse(label)
    except ValueError as unknown:
        raise Invalid(str(unknown), field="/period") from None


@contextmanager
def _refused_at(at: int) -> Generator[None]:
    try:
        yield
    except Refusal as refused:
        refused.at = at
        raise


def _permit(unit: Unit, where: Sequence[UUID], loaded: Mapping[UUID, _Stream], lookups: _Lookups) -> None:
    """Of streams that an earlier command of the unit begins or hands on, the decision tells."""
    moved: set[UUID] = set()
    for at, (command, stream) in enumerate(zip(unit.commands, where, strict=True)):
        if stream not in moved:
            with _refused_at(at):
                deciding.permit(command, loaded[stream].state, lookups.actor, lookups.roster)
                if unit.on_behalf_of is not None and isinstance(command, appraisal.ToAppraisal):
                    parties.apart(command, loaded[stream].state, unit.actor, lookups.roster)
        if isinstance(command, appraisal.OpenAppraisal | appraisal.ReassignAppraisal):
            moved.add(stream)


def _body_hash(unit: Unit) -> bytes:
    return bytes.fromhex(unit.body_hash) if unit.body_hash else sha256(_ENCODE(unit.commands)).digest()


def _numbered(agency: str, appended: Mapping[UUID, _Stream], first: int) -> Iterable[Stored]:
    position = first
    for stream, own in appended.items():
        for version, event in zip(own.numbers, own.news, strict=True):
            yield Stored(event_id(agency, position), event.__struct_config__.tag, stream, version, position)
            position += 1
