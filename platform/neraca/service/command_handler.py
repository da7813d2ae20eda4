"""Read, decide, append.

What is done with a batch is written as a generator that stops where the database is asked, and says what it asks for
(command_steps). So one batch can be taken through with a question for each, and several that came at the
same moment side by side, on one thread, with one question for all.
"""

from bisect import bisect_right
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from hashlib import sha256
from itertools import count
from random import uniform
from threading import Lock
from time import monotonic, sleep
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct, structs

from neraca.domain import admission, deputy, dispatch, roster, streams, text_kinds
from neraca.domain.agency import Agency
from neraca.domain.appraisal import commands as appraisal
from neraca.domain.appraisal import parties
from neraca.domain.assignments import Roster
from neraca.domain.contexts import Actor, Context
from neraca.domain.envelope import Envelope, event_id
from neraca.domain.errors import Invalid, NotAllowed, Refusal
from neraca.domain.rater_privacy import TELLING_EVENTS, Shown
from neraca.domain.registry import Command
from neraca.service import preconditions
from neraca.service.aggregate_cache import Aggregate, AggregateCache
from neraca.service.appraiser_index import AppraiserIndex
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
from neraca.service.command_steps import Look, Steps, Warm, taken_alone, taken_together
from neraca.service.decision_context import DecisionContexts
from neraca.service.draw_context import PlaceIndex
from neraca.service.evaluation_documents import EvaluationDocuments
from neraca.service.event_reader import EventReader
from neraca.service.impact_measurement import ImpactMeasurement, Measure
from neraca.service.load_index import LoadIndex
from neraca.service.policies import PolicyRepository
from neraca.service.stream_locks import Busy, StreamLocks
from neraca.store import errors as store
from neraca.store.ledger import Append, Idempotency, Ledger, NewEvent, Unless
from neraca.store.ledger import AppendReceipt as Positions
from neraca.store.log import Log, LoggedEvent
from neraca.store.mapper import EventMapper

_PAUSE = 0.002
"""Seconds: about what an append takes."""

_MAY_HIDE = "appraisal."
"""How the tags of the streams begin in which something may be hidden."""

_ENCODE = msgspec.json.Encoder().encode


class _Stream(Struct):
    """A stream as the batch has left it so far, and what is to be appended after the version in the log.

    `numbers` is what the version that people know was after each of the news; `touched` tells that the aggregate is no
    longer what the log has.
    """

    aggregate: Aggregate
    news: list[Any] = []
    numbers: list[int] = []
    touched: bool = False

    @property
    def state(self) -> Any:
        return self.aggregate.state

    def add(self, event: Any) -> None:
        self.touched = True  # before it is: an event may fail half taken
        self.aggregate.take(event)
        self.news.append(event)
        self.numbers.append(self.aggregate.shown.version)


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
        self.documents = EvaluationDocuments(self.reader, self.policies, agencies)
        self._cache = AggregateCache(log, self.reader)
        self._policies = self.policies.following(self._cache.policies_moved)
        self._appraisers = AppraiserIndex(self.reader)
        self._places = PlaceIndex(self.reader)
        self._of_units = AppraiserIndex(self.reader, by="unit")
        self._loads = LoadIndex(self.reader)
        self._impact = ImpactMeasurement(measure, self.policies)
        self._locks = StreamLocks()
        self._running: set[tuple[str, str]] = set()
        self._mutex = Lock()

    def handle(self, batch: CommandBatch) -> CommandResult:
        """Does all commands or none.

        Raises `Refusal`, PreconditionFailed, Unseen, KeyReused, KeyRunning, Busy, NoSuchAgency, or the store's
        Unreachable.
        """
        return taken_alone(
            self._steps(batch, wait=True),
            look=lambda: self._cache.catch_up(batch.agency),
            append=lambda append: self._ledger.append(batch.agency, append),
        )

    def handle_together(self, agency: str, batches: Sequence[CommandBatch]) -> list[CommandResult | Exception]:
        """What `handle` returns or raises for each, with one look at the log, one read and one append for all of them.

        Busy is the outcome of one that must wait for another: `handle` it by itself.
        """
        return taken_together(
            [self._steps(batch, wait=False) for batch in batches],
            look=lambda: self._cache.catch_up(agency),
            warm=lambda streams: self._cache.warm(agency, streams),
            append=lambda appends: self._ledger.append_together(agency, appends),
        )

    def rehearse(self, batch: CommandBatch) -> list[Refusal]:
        """What would be refused of each command were all the others done, in their order; nothing is stored.

        Raises what `handle` raises besides, but for what a key or a version is refused for.
        """
        agency = self._known(batch.agency)
        refused: list[Refusal] = []
        good: list[tuple[int, Command]] = []
        for at, command in enumerate(batch.commands):
            with _collected(refused, at):
                dispatch.admit(command, batch.actor, batch.agency)
                good += [(at, one) for one in admission.admitted([command])]
        if not good:
            return refused
        sent = structs.replace(batch, commands=tuple(command for _, command in good))
        where = _where(sent)
        self._cache.catch_up(batch.agency)
        with self._locks.take(where), self._loaded(sent) as loaded:
            contexts = self._contexts(agency, sent, loaded)
            last: dict[UUID, tuple[int, Context]] = {}
            for (at, command), stream in zip(good, where, strict=True):
                with _collected(refused, at):
                    dispatch.permit(command, loaded[stream].state, contexts.actor, contexts.roster)
                    context = contexts.of(command, loaded[stream])
                    for event in dispatch.decide(command, loaded[stream].state, context):
                        loaded[stream].add(event)
                    last[stream] = at, context
            for stream, (at, context) in last.items():
                with _collected(refused, at):
                    dispatch.settle(loaded[stream].state, loaded[stream].news, context)
        return refused

    def _known(self, id_: str) -> Agency:
        agency = self._agencies.get(id_)
        if agency is None:
            raise NoSuchAgency(f"no agency {text_kinds.shown(id_)}; there are {', '.join(sorted(self._agencies))}")
        return agency

    def _steps(self, batch: CommandBatch, *, wait: bool) -> Steps:
        agency = self._known(batch.agency)
        for at, command in enumerate(batch.commands):
            with _refused_at(at):
                dispatch.admit(command, batch.actor, batch.agency)
        # The key stands for what was sent; a number gets its one form only afterwards, and 1.0 is another body than 1.
        sent, batch = batch, _admitted(batch)
        if batch.on_behalf_of is not None:
            for at, command in enumerate(batch.commands):
                with _refused_at(at):
                    deputy.may_be_handed_on(command, batch.on_behalf_of)
        key = None if batch.key is None else Idempotency(batch.key, _body_hash(sent))
        if batch.key is None:
            return (yield from self._done(agency, batch, None, wait=wait))
        # Within this process; between processes the ledger keeps a key for whoever stores first.
        with self._mutex:
            if (batch.agency, batch.key) in self._running:
                raise KeyRunning(f"a request with the key '{batch.key}' is being worked on; ask again in a moment")
            self._running.add((batch.agency, batch.key))
        try:
            return (yield from self._done(agency, batch, key, wait=wait))
        finally:
            with self._mutex:
                self._running.discard((batch.agency, batch.key))

    def agency(self, id_: str) -> Agency:
        """Raises KeyError."""
        return self._agencies[id_]

    def keys(self, agency: str, prefix: str) -> frozenset[str]:
        """The idempotency keys under which something was stored, of those that begin so."""
        return self._log.keys(agency, prefix)

    def _done(self, agency: Agency, batch: CommandBatch, key: Idempotency | None, *, wait: bool) -> Steps:
        try:
            where = _where(batch)
            yield Look()
            with self._locks.take(where, wait=wait) as deadline:
                return (yield from self._in_turn(agency, batch, key, deadline))
        except (Refusal, PreconditionFailed, Unseen):
            # What was done under this key before is refused the second time: answer as the first time.
            before = self._before(batch, key)
            if before is None:
                raise
            return self._answer(batch.agency, before)

    def _in_turn(self, agency: Agency, batch: CommandBatch, key: Idempotency | None, deadline: float) -> Steps:
        for attempt in count(1):
            yield Warm({stream: roster.State() for stream in _beside(batch)} | _initial(batch))
            with self._loaded(batch) as loaded:
                unless = self._decide(agency, batch, loaded)
                try:
                    positions = yield Append(self._stored(batch, loaded), key, unless)
                except store.KeyReused as reused:
                    raise KeyReused(str(reused)) from None
                except store.VersionConflict:
                    positions = None
                else:
                    assert positions is not None  # noqa: S101 -- an Append is answered with a receipt
                    if positions.replayed:
                        return self._answer(batch.agency, positions)
                    self._cache.stored(batch.agency, positions.last)
                    self._keep(batch.agency, loaded)
                    return self._answer(batch.agency, positions, loaded)
            # Another process was first. Decided again on what is there now; who said what they saw is then told where
            # each stream is.
            if monotonic() > deadline:
                raise Busy from None
            # At random, or those who met would meet again.
            sleep(uniform(0, min(attempt, 10)) * _PAUSE)  # noqa: S311 -- no secret hangs on it
            yield Look()
        raise AssertionError

    def _before(self, batch: CommandBatch, key: Idempotency | None) -> Positions | None:
        found = self._log.requested(batch.agency, key.key) if key else None
        if found is None or key is None:
            return None
        if found[0].body_hash != key.body_hash:
            raise KeyReused(f"the key '{key.key}' was used for another body; send a new key")
        return found[1]

    def _decide(self, agency: Agency, batch: CommandBatch, loaded: Mapping[UUID, _Stream]) -> Unless | None:
        """Role, then relation, then version, then lookups: no refusal costs more than it must, or tells more. What is
        returned must not be in the log by the time the news are.
        """
        where = _where(batch)
        contexts = self._contexts(agency, batch, loaded)
        _permit(batch, where, loaded, contexts)
        shown = [
            dispatch.shows_version(command, loaded[stream].state, contexts.actor, contexts.roster)
            for command, stream in zip(batch.commands, where, strict=True)
        ]
        unmet = preconditions.unmet(
            batch, where, {stream: own.aggregate.shown.version for stream, own in loaded.items()}, shown
        )
        try:
            self._decide_each(batch, where, loaded, contexts)
        # Who may not is told so first; any other refusal may come of what the sender has not seen yet, so a version
        # that moved on is told in its place.
        except NotAllowed:
            raise
        except Refusal:
            if unmet is None:
                raise
        if unmet is not None:
            raise unmet
        return contexts.unless

    def _contexts(self, agency: Agency, batch: CommandBatch, loaded: Mapping[UUID, _Stream]) -> DecisionContexts:
        return DecisionContexts(
            self.reader,
            self._policies,
            self.documents,
            self._cache.employee,
            self._impact.of,
            self._appraisers,
            self._places,
            self._of_units,
            self._loads,
            agency,
            batch,
            loaded,
        )

    def _decide_each(
        self, batch: CommandBatch, where: Sequence[UUID], loaded: Mapping[UUID, _Stream], contexts: DecisionContexts
    ) -> None:
        last: dict[UUID, tuple[int, Context]] = {}
        for at, command in enumerate(batch.commands):
            stream = loaded[where[at]]
            with _refused_at(at):
                context = contexts.of(command, stream)
                for event in dispatch.decide(command, stream.state, context):
                    stream.add(event)
            last[where[at]] = at, context
        for id_, (at, context) in last.items():
            with _refused_at(at):
                dispatch.settle(loaded[id_].state, loaded[id_].news, context)

    @contextmanager
    def _loaded(self, batch: CommandBatch) -> Generator[dict[UUID, _Stream]]:
        """The streams of the batch. What it changes of them and is not told to keep is given up."""
        aggregates = self._cache.load(batch.agency, _initial(batch), _beside(batch))
        loaded = {stream: _Stream(aggregate) for stream, aggregate in aggregates.items()}
        try:
            yield loaded
        finally:
            for stream, own in loaded.items():
                if own.touched:
                    self._cache.give_up(batch.agency, stream)

    def _keep(self, agency: str, loaded: Mapping[UUID, _Stream]) -> None:
        for stream, own in loaded.items():
            if own.touched:
                own.aggregate.version += len(own.news)
                self._cache.keep(agency, stream, own.aggregate)
                own.touched = False

    def _stored(self, batch: CommandBatch, loaded: Mapping[UUID, _Stream]) -> list[NewEvent]:
        correlation = batch.correlation or str(uuid4())
        stored: list[NewEvent] = []
        for stream, own in loaded.items():
            for version, event in enumerate(own.news, own.aggregate.version + 1):
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
                stored.append(NewEvent(stream, version, tag, data))
        return stored

    def _answer(self, agency: str, at: Positions, appended: Mapping[UUID, _Stream] | None = None) -> CommandResult:
        if appended is None:
            # From the log: it may have been stored by another process, or before this one started.
            logged = self.reader.between(agency, at.first, at.last) if at.positions else []
            shown = self._shown(agency, logged)
            events = tuple(
                EventReference(one.id, one.type, one.stream, shown[one.position], one.position) for one in logged
            )
            return CommandResult(at.last, events, replayed=True)
        return CommandResult(at.last, tuple(_numbered(agency, appended, at.first)))

    def _shown(self, agency: str, logged: Sequence[LoggedEvent]) -> dict[int, int]:
        """The version that people know after each of these events, by its position: the log's, less what is hidden.

        Only what may be hidden is read, however long the streams are.
        """
        following = {one.stream: Shown() for one in logged if one.type.startswith(_MAY_HIDE)}
        hidden: dict[UUID, list[int]] = {one.stream: [] for one in logged}
        if following:
            for past in self.reader.streams_types(agency, following, TELLING_EVENTS, logged[-1].position):
                if not following[past.stream].take(past.event):
                    hidden[past.stream].append(past.version)
        return {one.position: one.version - bisect_right(hidden[one.stream], one.version) for one in logged}


def _initial(batch: CommandBatch) -> dict[UUID, Any]:
    """The empty state of each stream that is changed."""
    first: dict[UUID, Command] = {}
    for command in batch.commands:
        first.setdefault(streams.stream_of(batch.agency, command), command)
    return {stream: dispatch.initial(command) for stream, command in first.items()}


def _beside(batch: CommandBatch) -> set[UUID]:
    """Whom the first command will ask for."""
    named = {batch.actor.id, batch.on_behalf_of, getattr(batch.commands[0], "employee", None)}
    return {streams.employee(batch.agency, nip) for nip in named if nip is not None}


def _where(batch: CommandBatch) -> list[UUID]:
    """The stream of each command."""
    where: list[UUID] = []
    for at, command in enumerate(batch.commands):
        with _refused_at(at):
            where.append(streams.stream_of(batch.agency, command))
    return where


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


@contextmanager
def _refused_at(at: int) -> Generator[None]:
    try:
        yield
    except Refusal as refused:
        refused.came_of(at)
        raise


@contextmanager
def _collected(refused: list[Refusal], at: int) -> Generator[None]:
    try:
        with _refused_at(at):
            yield
    except Refusal as one:
        refused.append(one)


def _permit(
    batch: CommandBatch, where: Sequence[UUID], loaded: Mapping[UUID, _Stream], contexts: DecisionContexts
) -> None:
    """Of streams that an earlier command of the batch begins or hands on, the decision tells."""
    moved: set[UUID] = set()
    for at, (command, stream) in enumerate(zip(batch.commands, where, strict=True)):
        if stream not in moved:
            with _refused_at(at):
                dispatch.permit(command, loaded[stream].state, contexts.actor, contexts.roster)
                if batch.on_behalf_of is not None:
                    _hold_apart(command, loaded[stream].state, batch.actor, contexts.roster)
        if isinstance(command, appraisal.OpenAppraisal | appraisal.ReassignAppraisal):
            # Who has a part in it is told by an event that is only about to be decided.
            moved.add(stream)


def _hold_apart(command: Command, state: Any, sender: Actor, roster: Roster) -> None:
    """Raises NotAllowed for who acts for another where they have a part of their own."""
    if isinstance(command, appraisal.ToAppraisal):
        parties.apart(command, state, sender, roster)
    else:
        deputy.apart(command, sender.id)


def _body_hash(batch: CommandBatch) -> bytes:
    return bytes.fromhex(batch.body_hash) if batch.body_hash else sha256(_ENCODE(batch.commands)).digest()


def _numbered(agency: str, appended: Mapping[UUID, _Stream], first: int) -> Iterable[EventReference]:
    position = first
    for stream, own in appended.items():
        for version, event in zip(own.numbers, own.news, strict=True):
            yield EventReference(event_id(agency, position), event.__struct_config__.tag, stream, version, position)
            position += 1
