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

from neraca.domain import admission, deputy, dispatch, policy_register, roster, streams, text_kinds
from neraca.domain.achievement import PublishAchievement
from neraca.domain.agency import Agency
from neraca.domain.appraisal import commands as appraisal
from neraca.domain.appraisal import consolidation, parties
from neraca.domain.appraisal.events import Finalised, Joined, Opened, Reopened
from neraca.domain.appraisal.state import Appraisal, Stage, evolve
from neraca.domain.assignments import Roster, Tenure
from neraca.domain.attendance import ToAttendance
from neraca.domain.command_rules import Rulebook
from neraca.domain.envelope import Envelope, event_id
from neraca.domain.errors import Invalid, NotAllowed, NotOneInForce, Refusal
from neraca.domain.given import Actor, Draft, Given, Measured, Part, ScoringResult
from neraca.domain.given import Service as Serving
from neraca.domain.period import Period, meeting, parse
from neraca.domain.policy_register import (
    ApprovePolicy,
    AttachImpact,
    PolicyPublished,
    Proposal,
    ProposePolicy,
    PublishPolicy,
    SchedulePolicy,
    UnschedulePolicy,
)
from neraca.domain.policy_register.proposal import attachable
from neraca.domain.policy_register.recall import recallable
from neraca.domain.rater_privacy import Shown
from neraca.domain.registry import Command
from neraca.domain.survey import OpenSurvey
from neraca.domain.vocabulary import PositionClass
from neraca.policy.impact.report import canonical, summary
from neraca.service import drafts, preconditions
from neraca.service.as_of import AsOfReader
from neraca.service.command_batch import (
    CommandBatch,
    CommandResult,
    EventReference,
    KeyReused,
    KeyRunning,
    NoSuchAgency,
    PreconditionFailed,
    Unseen,
)
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository, PublishedPolicy
from neraca.service.scoring import gather, joined, scored
from neraca.service.simulation import Simulation
from neraca.service.stream_locks import Busy, StreamLocks
from neraca.store import errors as store
from neraca.store.ledger import Append, Idempotency, Ledger
from neraca.store.ledger import AppendReceipt as Positions
from neraca.store.log import Log
from neraca.store.mapper import EventMapper

_FIXING = tuple(str(kind.__struct_config__.tag) for kind in (Opened, Finalised, Joined, Reopened))
Measure: TypeAlias = Callable[[PolicyRepository, str, str, str | None], Simulation]
"""What a proposal of an agency would do to people, of a period or the last that has final results."""

_SALT = 32
"""Bytes."""
_PAUSE = 0.002
"""Seconds: about what an append takes."""

_ENCODE = msgspec.json.Encoder().encode


class _Stream(Struct):
    """A stream as the batch has left it so far: its state, the version in the log, and what is to be appended.

    `shown` has the version that people know, `numbers` what it was after each of the news.
    """

    state: Any
    version: int = 0
    news: list[Any] = []
    shown: Shown = field(default_factory=Shown)
    numbers: list[int] = []

    def take(self, event: Any) -> None:
        self.shown.take(event)
        self.state = dispatch.evolve(self.state, event)

    def add(self, event: Any) -> None:
        self.take(event)
        self.news.append(event)
        self.numbers.append(self.shown.version)


class CommandHandler:
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
        self.reader = EventReader(log, mapper)
        self.policies = PolicyRepository(self.reader)
        self.as_of_reader = AsOfReader(log, self.reader, self.policies)
        self._measure = measure
        self._measuring = Lock()
        self._locks = StreamLocks()
        self._running: set[tuple[str, str]] = set()
        self._mutex = Lock()

    def handle(self, batch: CommandBatch) -> CommandResult:
        """Does all commands or none.

        Raises `Refusal`, PreconditionFailed, Unseen, KeyReused, KeyRunning, Busy, NoSuchAgency, or the store's
        Unreachable.
        """
        agency = self._agencies.get(batch.agency)
        if agency is None:
            raise NoSuchAgency(
                f"no agency {text_kinds.shown(batch.agency)}; there are {', '.join(sorted(self._agencies))}"
            )
        for at, command in enumerate(batch.commands):
            with _refused_at(at):
                dispatch.admit(command, batch.actor, batch.agency)
        sent, batch = batch, _admitted(batch)
        for at, command in enumerate(batch.commands if batch.on_behalf_of else ()):
            with _refused_at(at):
                deputy.may_be_handed_on(command)
        key = None if batch.key is None else Idempotency(batch.key, _body_hash(sent))
        if batch.key is None:
            return self._done(agency, batch, None)
        with self._mutex:
            if (batch.agency, batch.key) in self._running:
                raise KeyRunning(f"a request with the key '{batch.key}' is being worked on; ask again in a moment")
            self._running.add((batch.agency, batch.key))
        try:
            return self._done(agency, batch, key)
        finally:
            with self._mutex:
                self._running.discard((batch.agency, batch.key))

    def measured(self, agency: str, command: AttachImpact, book: policy_register.State) -> Measured | None:
        """The report that an attachment is of; None where none can be computed. One at a time: each judges a city."""
        attachable(command, book)
        if self._measure is None:
            return None
        with self._measuring:
            found = self._measure(self.policies, agency, command.proposal, command.period)
        text, words = canonical(found.impact).decode(), summary(found.impact)
        return Measured(found.hash, text, found.impact.period, words, found.position)

    def resting(self, agency: str, id_: str, version: int) -> tuple[str, ...]:
        """The final results, as employee/period, that were fixed by a version of a policy and still stand."""
        fixed: dict[UUID, tuple[str, int]] = {}
        whose: dict[UUID, str] = {}
        for past in self.reader.of_types(agency, _FIXING):
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

    def _done(self, agency: Agency, batch: CommandBatch, key: Idempotency | None) -> CommandResult:
        try:
            where = _where(batch)
            with self._locks.take(where) as deadline:
                return self._in_turn(agency, batch, key, deadline)
        except (Refusal, PreconditionFailed, Unseen):
            # What was done under this key before is refused the second time: answer as the first time.
            before = self._before(batch, key)
            if before is None:
                raise
            return self._answer(batch.agency, before)

    def _in_turn(self, agency: Agency, batch: CommandBatch, key: Idempotency | None, deadline: float) -> CommandResult:
        for attempt in count(1):
            appended = self._decide(agency, batch)
            try:
                positions = self._ledger.append(batch.agency, Append(self._stored(batch, appended), key))
            except store.KeyReused as reused:
                raise KeyReused(str(reused)) from None
            except store.VersionConflict:
                # Another process was first. Decided again on what is there now; who said what they saw is then told
                # where each stream is.
                if monotonic() > deadline:
                    raise Busy from None
                sleep(uniform(0, min(attempt, 10)) * _PAUSE)  # noqa: S311 -- no secret hangs on it
            else:
                return self._answer(batch.agency, positions, None if positions.replayed else appended)
        raise AssertionError

    def _before(self, batch: CommandBatch, key: Idempotency | None) -> Positions | None:
        found = self._log.requested(batch.agency, key.key) if key else None
        if found is None or key is None:
            return None
        if found[0].body_hash != key.body_hash:
            raise KeyReused(f"the key '{key.key}' was used for another body; send a new key")
        return found[1]

    def _decide(self, agency: Agency, batch: CommandBatch) -> dict[UUID, _Stream]:
        """Role, then relation, then version, then lookups: no refusal costs more than it must, or tells more."""
        where = _where(batch)
        loaded = self._load(batch, list(dict.fromkeys(where)))
        lookups = _Lookups(self, agency, batch, loaded)
        _permit(batch, where, loaded, lookups)
        shown = [
            dispatch.shows_version(command, loaded[stream].state, lookups.actor, lookups.roster)
            for command, stream in zip(batch.commands, where, strict=True)
        ]
        unmet = preconditions.unmet(batch, where, {stream: own.shown.version for stream, own in loaded.items()}, shown)
        try:
            self._decide_each(batch, where, loaded, lookups)
        except NotAllowed:
            raise
        except Refusal:
            if unmet is None:
                raise
        if unmet is not None:
            raise unmet
        return loaded

    def _decide_each(
        self, batch: CommandBatch, where: Sequence[UUID], loaded: Mapping[UUID, _Stream], lookups: "_Lookups"
    ) -> None:
        last: dict[UUID, tuple[int, Given]] = {}
        for at, command in enumerate(batch.commands):
            stream = loaded[where[at]]
            with _refused_at(at):
                given = lookups.given(command, stream)
                for event in dispatch.decide(command, stream.state, given):
                    stream.add(event)
            last[where[at]] = at, given
        for id_, (at, given) in last.items():
            with _refused_at(at):
                dispatch.settle(loaded[id_].state, loaded[id_].news, given)

    def _load(self, batch: CommandBatch, touched: list[UUID]) -> dict[UUID, _Stream]:
        first: dict[UUID, Command] = {}
        for command in batch.commands:
            first.setdefault(streams.stream_of(batch.agency, command), command)
        loaded = {stream: _Stream(dispatch.initial(command)) for stream, command in first.items()}
        _, past = self.reader.streams(batch.agency, touched)
        for one in past:
            stream = loaded[one.stream]
            stream.take(one.event)
            stream.version = one.version
        return loaded

    def _stored(self, batch: CommandBatch, loaded: Mapping[UUID, _Stream]) -> list[StoredEvent]:
        correlation = batch.correlation or str(uuid4())
        stored: list[StoredEvent] = []
        for stream, own in loaded.items():
            for version, event in enumerate(own.news, own.version + 1):
                envelope = Envelope(
                    at=batch.now.astimezone(UTC),
                    by=batch.actor.id,
                    on_behalf_of=batch.on_behalf_of,
                    correlation=correlation,
                    causation=batch.causation,
                    effective=batch.effective,
                    body=event,
                )
                tag, data = self._mapper.encode(envelope)
                stored.append(StoredEvent(stream, version, tag, data))
        return stored

    def _answer(self, agency: str, at: Positions, appended: Mapping[UUID, _Stream] | None = None) -> CommandResult:
        if appended is None:
            logged = self.reader.between(agency, at.first, at.last) if at.positions else []
            shown = self._shown(agency, {one.stream for one in logged})
            events = tuple(
                EventReference(one.id, one.type, one.stream, shown[one.position], one.position) for one in logged
            )
            return CommandResult(at.last, events, replayed=True)
        return CommandResult(at.last, tuple(_numbered(agency, appended, at.first)))

    def _shown(self, agency: str, ids: Collection[UUID]) -> dict[int, int]:
        """The version that people know after each event of the streams, by its position."""
        following = {stream: Shown() for stream in ids}
        found: dict[int, int] = {}
        for past in self.reader.streams(agency, ids)[1]:
            following[past.stream].take(past.event)
            found[past.position] = following[past.stream].version
        return found


def _where(batch: CommandBatch) -> list[UUID]:
    """The stream of each command."""
    where: list[UUID] = []
    for at, command in enumerate(batch.commands):
        with _refused_at(at):
            where.append(streams.stream_of(batch.agency, command))
    return where


class _Lookups:
    """What the commands of one batch may know; each thing is looked up once, when a command needs it."""

    def __init__(
        self, service: CommandHandler, agency: Agency, batch: CommandBatch, loaded: Mapping[UUID, _Stream]
    ) -> None:
        self._loaded = loaded
        self._service = service
        self._agency = agency
        self._batch = batch
        self._today = batch.now.astimezone(ZoneInfo(agency.time_zone)).date()
        self._policies: dict[tuple[str, PositionClass | None], PublishedPolicy] = {}
        self._employees: dict[str, roster.State] = {}
        self.roster = Roster(self._tenure, self._today)

    @cached_property
    def actor(self) -> Actor:
        """Whoever sends the batch, or in whose place they do. Raises NotAllowed."""
        sender, whom = self._batch.actor, self._batch.on_behalf_of
        if whom is None:
            return sender
        return deputy.acting(sender, whom, self._employee(whom).delegations, self.roster)

    def given(self, command: Command, own: _Stream) -> Given:
        rules: Rulebook | None = None
        unruled: str | None = None
        position_class: PositionClass | None = None
        outcome: ScoringResult | None = None
        policy: PublishedPolicy | None = None
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
                policy = drafts.fit(command.file, command.texts)
            case AttachImpact():
                impact = self._service.measured(self._batch.agency, command, own.state)
            case UnschedulePolicy():
                recallable(command, policy_register.published(command, own.state), own.state)
                resting = self._service.resting(self._batch.agency, command.id, command.version)
            case ProposePolicy() | ApprovePolicy():
                draft = self._draft(command, own)
            case SchedulePolicy():
                draft = self._scheduled(command, own)
            case OpenSurvey() | PublishAchievement():
                judging = self._service.policies.judging(self._batch.agency, _period(command.period))
            case ToAttendance():
                serving = roster.service(self._employee(command.employee))
            case _:
                pass
        return Given(
            now=self._batch.now,
            today=self._today,
            actor=self.actor,
            agency=self._agency,
            people=self._tenure,
            deputy=None if self._batch.on_behalf_of is None else self._batch.actor.id,
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

    def _policy(self, label: str, position_class: PositionClass | None) -> PublishedPolicy:
        """The one in force at the period's policy date, which the policy itself sets at its start or end.

        Raises NotOneInForce.
        """
        key = (label, position_class)
        if key not in self._policies:
            self._policies[key] = self._service.policies.ruling(self._batch.agency, _period(label), position_class)
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
            return self._service.policies.by_hash(self._batch.agency, fixed.policy.hash).rules

    def _cut(self, label: str, position_class: PositionClass | None) -> bool:
        try:
            return self._service.policies.cut(self._batch.agency, _period(label), position_class)
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
        consolidation.in_order(command.parts, _period(command.period))
        parts = self._appraisals(command.employee, command.parts)
        if any(self._unsaved(command.employee, label) for label in command.parts):
            raise Invalid(
                "join-parts takes what is in the log: send it in a batch of its own, after the parts are done"
            )
        return tuple(parts)

    def _unsaved(self, employee: str, label: str) -> bool:
        own = self._loaded.get(streams.appraisal(self._batch.agency, employee, label))
        return own is not None and bool(own.news)

    def _appraisals(self, employee: str, labels: Sequence[str]) -> list[Part]:
        """As the log has them, or as the batch has left them so far."""
        agency = self._batch.agency
        ids = [streams.appraisal(agency, employee, label) for label in labels]
        found = {id_: Part(label, Appraisal(), 0) for id_, label in zip(ids, labels, strict=True)}
        for past in self._service.reader.streams(agency, ids)[1]:
            one = found[past.stream]
            position = past.position if isinstance(past.event, Finalised) else one.position
            found[past.stream] = Part(one.period, evolve(one.state, past.event), position)
        return [
            structs.replace(found[id_], state=self._loaded[id_].state) if id_ in self._loaded else found[id_]
            for id_ in ids
        ]

    def _join(
        self, command: appraisal.JoinParts, own: _Stream, parts: tuple[Part, ...]
    ) -> tuple[Rulebook | None, ScoringResult | None]:
        """By the rule of the last part, where all of them are final."""
        agency, service = self._batch.agency, self._service
        finals = [part.state.finalised for part in parts]
        policies = [service.policies.by_hash(agency, one.policy.hash) for one in finals if one is not None]
        if finals[-1] is None:
            try:
                return self._policy(parts[-1].period, parts[-1].state.position_class).rules, None
            except NotOneInForce:
                return None, None
        if own.news or len(policies) < len(parts):
            return policies[-1].rules, None
        recorded = [consolidation.recorded(part) for part in parts]
        outcome = joined(service.reader, agency, command.employee, command.period, recorded, policies, None)
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
        agency, day_before = self._batch.agency, since - timedelta(days=1)
        policies = self._service.policies
        draft = drafts.checked(file, texts, policies.cycles(agency, day_before), policies.joining(agency, day_before))
        before = policies.latest(agency, draft.policy.id)
        return structs.replace(draft, tests_before=len(before.resolved.policy.tests) if before else 0)

    def _scheduled(self, command: SchedulePolicy, own: _Stream) -> Draft | None:
        """What decides whether it may begin then, by the book as the batch has left it so far."""
        found = own.state.versions.get((command.id, command.version))
        if found is None:
            return None
        day_before = command.since - timedelta(days=1)
        holding = {span.hash for spans in own.state.spans.values() for span in spans if span.holds(day_before)}
        before = {hash_: self._published(hash_, own).rules for hash_ in holding}
        cycles = {hash_: rules.cycle for hash_, rules in before.items()}
        joining = frozenset(hash_ for hash_, rules in before.items() if rules.segments)
        return drafts.drafted(self._published(found.policy.hash, own), cycles, joining)

    def _published(self, hash_: str, own: _Stream) -> PublishedPolicy:
        for event in own.news:
            if isinstance(event, PolicyPublished) and event.policy.hash == hash_:
                return drafts.read(event.file, event.texts)
        return self._service.policies.by_hash(self._batch.agency, hash_)

    def _score(
        self, command: appraisal.Finalise, own: _Stream, position_class: PositionClass | None
    ) -> ScoringResult | None:
        policy = self._policy(command.period, position_class)
        if own.state.stage is Stage.UNOPENED:
            return None
        if own.news:
            raise Invalid(
                "finalise judges what is in the log: send it in a batch of its own, after the others are done"
            )
        surveys = tuple(policy.rules.surveys)
        agency, service = self._batch.agency, self._service
        gathered = gather(service.reader, agency, command.employee, command.period, surveys, None)
        before = own.state.closed_by
        closing = None if before is None else service.policies.by_hash(agency, before.hash)
        return scored(gathered, policy, token_bytes(_SALT).hex(), closing)

    def _tenure(self, nip: str) -> Tenure | None:
        """As the log has it, or as the batch has left it so far."""
        tenure = self._employee(nip)
        return None if tenure.since is None else tenure

    def _employee(self, nip: str) -> roster.State:
        """As the batch has left them so far, or as the log has them."""
        own = self._loaded.get(streams.employee(self._batch.agency, nip))
        if own is not None:
            return own.state
        if nip not in self._employees:
            state = roster.State()
            agency = self._batch.agency
            for past in self._service.reader.stream(agency, streams.employee(agency, nip)):
                state = roster.evolve(state, past.event)
            self._employees[nip] = state
        return self._employees[nip]


def _admitted(batch: CommandBatch) -> CommandBatch:
    """Nothing is looked up, hashed into an id or stored that is not of its kind."""
    said = {
        "actor": batch.actor.id,
        "key": batch.key,
        "on_behalf_of": batch.on_behalf_of,
        "correlation": batch.correlation,
        "causation": batch.causation,
    }
    for name, value in said.items():
        if value is not None and (wrong := text_kinds.fault(text_kinds.TOKEN, value)) is not None:
            raise Invalid(f"{name}: {wrong}")
    return structs.replace(batch, commands=admission.admitted(batch.commands))


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


def _permit(batch: CommandBatch, where: Sequence[UUID], loaded: Mapping[UUID, _Stream], lookups: _Lookups) -> None:
    """Of streams that an earlier command of the batch begins or hands on, the decision tells."""
    moved: set[UUID] = set()
    for at, (command, stream) in enumerate(zip(batch.commands, where, strict=True)):
        if stream not in moved:
            with _refused_at(at):
                dispatch.permit(command, loaded[stream].state, lookups.actor, lookups.roster)
                if batch.on_behalf_of is not None and isinstance(command, appraisal.ToAppraisal):
                    parties.apart(command, loaded[stream].state, batch.actor, lookups.roster)
        if isinstance(command, appraisal.OpenAppraisal | appraisal.ReassignAppraisal):
            moved.add(stream)


def _body_hash(batch: CommandBatch) -> bytes:
    return bytes.fromhex(batch.body_hash) if batch.body_hash else sha256(_ENCODE(batch.commands)).digest()


def _numbered(agency: str, appended: Mapping[UUID, _Stream], first: int) -> Iterable[EventReference]:
    position = first
    for stream, own in appended.items():
        for version, event in zip(own.numbers, own.news, strict=True):
            yield EventReference(event_id(agency, position), event.__struct_config__.tag, stream, version, position)
            position += 1
