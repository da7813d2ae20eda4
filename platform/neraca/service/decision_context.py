"""What a decision may know besides the state of its own stream: looked up in the log and among the policies."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from secrets import token_bytes
from typing import Any, Protocol, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import structs

from neraca.domain import deputy, policy_register, roster, streams
from neraca.domain.achievement import PublishAchievement
from neraca.domain.agency import Agency
from neraca.domain.appraisal import commands as appraisal
from neraca.domain.appraisal import consolidation
from neraca.domain.appraisal.events import Finalised, Joined, Opened, Reopened
from neraca.domain.appraisal.state import Appraisal, Stage, evolve
from neraca.domain.assignments import Roster, Tenure
from neraca.domain.attendance import ToAttendance
from neraca.domain.command_rules import Rulebook
from neraca.domain.errors import Invalid, NotOneInForce
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
from neraca.domain.policy_register.recall import recallable
from neraca.domain.registry import Command
from neraca.domain.survey import OpenSurvey
from neraca.domain.vocabulary import PositionClass
from neraca.service import drafts
from neraca.service.command_batch import CommandBatch
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository, PublishedPolicy
from neraca.service.scoring import gather, joined, scored

Measuring: TypeAlias = Callable[[str, AttachImpact, policy_register.State], Measured | None]
"""The report that an attachment is of; None where none can be computed."""

_FIXING = tuple(str(kind.__struct_config__.tag) for kind in (Opened, Finalised, Joined, Reopened))
_SALT = 32
"""Bytes."""


class StreamSoFar(Protocol):
    """A stream as the commands before have left it, and what they added."""

    @property
    def state(self) -> Any: ...

    @property
    def news(self) -> Sequence[Any]: ...


class DecisionContexts:
    """What the commands of one batch may know; each thing is looked up once, when a command needs it."""

    def __init__(
        self,
        reader: EventReader,
        policies: PolicyRepository,
        measure: Measuring,
        agency: Agency,
        batch: CommandBatch,
        loaded: Mapping[UUID, StreamSoFar],
    ) -> None:
        self._loaded = loaded
        self._reader = reader
        self._policies = policies
        self._measure = measure
        self._agency = agency
        self._batch = batch
        self._today = batch.now.astimezone(ZoneInfo(agency.time_zone)).date()
        self._ruling: dict[tuple[str, PositionClass | None], PublishedPolicy] = {}
        self._employees: dict[str, roster.State] = {}
        self.roster = Roster(self._tenure, self._today)

    @cached_property
    def actor(self) -> Actor:
        """Whoever sends the batch, or in whose place they do. Raises NotAllowed."""
        sender, whom = self._batch.actor, self._batch.on_behalf_of
        if whom is None:
            return sender
        return deputy.acting(sender, whom, self._employee(whom).delegations, self.roster)

    def given(self, command: Command, own: StreamSoFar) -> Given:
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
                impact = self._measure(self._batch.agency, command, own.state)
            case UnschedulePolicy():
                recallable(command, policy_register.published(command, own.state), own.state)
                resting = _resting(self._reader, self._batch.agency, command.id, command.version)
            case ProposePolicy() | ApprovePolicy():
                draft = self._draft(command, own)
            case SchedulePolicy():
                draft = self._scheduled(command, own)
            case OpenSurvey() | PublishAchievement():
                judging = self._policies.judging(self._batch.agency, _period(command.period))
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

    def _position_class(self, command: appraisal.ToAppraisal, own: StreamSoFar) -> PositionClass | None:
        """As the appraisal was opened with; a later move doesn't change by which policy a period is judged."""
        if isinstance(command, appraisal.OpenAppraisal):
            return self._employee(command.employee).position_class
        return own.state.position_class

    def _policy(self, label: str, position_class: PositionClass | None) -> PublishedPolicy:
        """The one in force at the period's policy date, which the policy itself sets at its start or end.

        Raises NotOneInForce.
        """
        key = (label, position_class)
        if key not in self._ruling:
            self._ruling[key] = self._policies.ruling(self._batch.agency, _period(label), position_class)
        return self._ruling[key]

    def _rules(
        self, command: appraisal.ToAppraisal, own: StreamSoFar, position_class: PositionClass | None
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
            return self._policies.by_hash(self._batch.agency, fixed.policy.hash).rules

    def _cut(self, label: str, position_class: PositionClass | None) -> bool:
        try:
            return self._policies.cut(self._batch.agency, _period(label), position_class)
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
        for past in self._reader.streams(agency, ids)[1]:
            one = found[past.stream]
            position = past.position if isinstance(past.event, Finalised) else one.position
            found[past.stream] = Part(one.period, evolve(one.state, past.event), position)
        return [
            structs.replace(found[id_], state=self._loaded[id_].state) if id_ in self._loaded else found[id_]
            for id_ in ids
        ]

    def _join(
        self, command: appraisal.JoinParts, own: StreamSoFar, parts: tuple[Part, ...]
    ) -> tuple[Rulebook | None, ScoringResult | None]:
        """By the rule of the last part, where all of them are final."""
        agency = self._batch.agency
        finals = [part.state.finalised for part in parts]
        policies = [self._policies.by_hash(agency, one.policy.hash) for one in finals if one is not None]
        if finals[-1] is None:
            try:
                return self._policy(parts[-1].period, parts[-1].state.position_class).rules, None
            except NotOneInForce:
                return None, None
        if own.news or len(policies) < len(parts):
            return policies[-1].rules, None
        recorded = [consolidation.recorded(part) for part in parts]
        outcome = joined(self._reader, agency, command.employee, command.period, recorded, policies, None)
        return policies[-1].rules, outcome

    def _draft(self, command: ProposePolicy | ApprovePolicy, own: StreamSoFar) -> Draft | None:
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
        draft = drafts.checked(
            file, texts, self._policies.cycles(agency, day_before), self._policies.joining(agency, day_before)
        )
        before = self._policies.latest(agency, draft.policy.id)
        return structs.replace(draft, tests_before=len(before.resolved.policy.tests) if before else 0)

    def _scheduled(self, command: SchedulePolicy, own: StreamSoFar) -> Draft | None:
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

    def _published(self, hash_: str, own: StreamSoFar) -> PublishedPolicy:
        for event in own.news:
            if isinstance(event, PolicyPublished) and event.policy.hash == hash_:
                return drafts.read(event.file, event.texts)
        return self._policies.by_hash(self._batch.agency, hash_)

    def _score(
        self, command: appraisal.Finalise, own: StreamSoFar, position_class: PositionClass | None
    ) -> ScoringResult | None:
        policy = self._policy(command.period, position_class)
        if own.state.stage is Stage.UNOPENED:
            return None
        if own.news:
            raise Invalid(
                "finalise judges what is in the log: send it in a batch of its own, after the others are done"
            )
        surveys = tuple(policy.rules.surveys)
        agency = self._batch.agency
        gathered = gather(self._reader, agency, command.employee, command.period, surveys, None)
        before = own.state.closed_by
        closing = None if before is None else self._policies.by_hash(agency, before.hash)
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
            for past in self._reader.stream(agency, streams.employee(agency, nip)):
                state = roster.evolve(state, past.event)
            self._employees[nip] = state
        return self._employees[nip]


def _resting(reader: EventReader, agency: str, id_: str, version: int) -> tuple[str, ...]:
    """The final results, as employee/period, that were fixed by a version of a policy and still stand."""
    fixed: dict[UUID, tuple[str, int]] = {}
    whose: dict[UUID, str] = {}
    for past in reader.of_types(agency, _FIXING):
        match past.event:
            case Opened():
                whose[past.stream] = f"{past.event.employee}/{past.event.period}"
            case Finalised() | Joined():
                fixed[past.stream] = (past.event.policy.id, past.event.policy.version)
            case _:
                fixed.pop(past.stream, None)
    return tuple(sorted(whose[stream] for stream, by in fixed.items() if by == (id_, version)))


def _period(label: str) -> Period:
    try:
        return parse(label)
    except ValueError as unknown:
        raise Invalid(str(unknown), field="/period") from None
