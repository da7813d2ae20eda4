"""What a decision on the register of policies may know: the text as checked, and what rests on it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeAlias, assert_never, get_args
from uuid import UUID

from msgspec import structs

from neraca.domain import policy_register
from neraca.domain.appraisal.events import Finalised, Joined, Opened, Reopened
from neraca.domain.contexts import (
    Context,
    Draft,
    DraftContext,
    ImpactContext,
    Measured,
    PublicationContext,
    RecallContext,
)
from neraca.domain.policy_register import (
    ApprovePolicy,
    AttachImpact,
    EndShadow,
    NameShadow,
    PolicyPublished,
    ProposePolicy,
    PublishPolicy,
    SchedulePolicy,
    UnschedulePolicy,
    WithdrawPolicy,
)
from neraca.domain.policy_register.approval import approvable
from neraca.domain.policy_register.decide import schedulable
from neraca.domain.policy_register.recall import recallable
from neraca.policy.published import PublishedPolicy
from neraca.service import drafts
from neraca.service.batch_state import BatchState, StreamSoFar
from neraca.service.event_reader import EventReader

Measuring: TypeAlias = Callable[[str, AttachImpact, policy_register.State], Measured]
"""Gives the report that an attachment is of. Raises Conflict where none can be computed."""

_Fixing: TypeAlias = Opened | Finalised | Joined | Reopened
_FIXING = tuple(str(kind.__struct_config__.tag) for kind in get_args(_Fixing))


class PolicyContexts:
    """A text is checked again whenever it is asked for: what the checks are may have changed since."""

    def __init__(self, batch: BatchState, measure: Measuring) -> None:
        self._batch = batch
        self._measure = measure

    def of(self, command: policy_register.PolicyCommand, stream: StreamSoFar) -> Context:
        state: policy_register.State = stream.state
        match command:
            case PublishPolicy():
                policy = drafts.fit(command.file, command.texts)
                decides = policy.resolved.policy.decides
                return PublicationContext(**self._batch.common, policy=policy.ref, purpose=decides)
            case AttachImpact():
                return ImpactContext(**self._batch.common, impact=self._measure(self._batch.agency.id, command, state))
            case UnschedulePolicy():
                recallable(command, policy_register.published(command, state), state)
                resting = _resting(self._batch.reader, self._batch.agency.id, command.id, command.version)
                return RecallContext(**self._batch.common, resting=resting)
            case ProposePolicy():
                draft = self._draft(command.file, command.texts, command.since)
                return DraftContext(**self._batch.common, draft=draft)
            case ApprovePolicy():
                proposed = approvable(command, state, self._batch.context)[0].proposed
                draft = self._draft(proposed.file, proposed.texts, proposed.since)
                return DraftContext(**self._batch.common, draft=draft)
            case SchedulePolicy():
                return DraftContext(**self._batch.common, draft=self._scheduled(command, stream))
            case WithdrawPolicy() | NameShadow() | EndShadow():
                return self._batch.context
            case _:
                assert_never(command)

    def _draft(self, file: str, texts: Mapping[str, str], since: date) -> Draft:
        """The text as proposed; checked again on the day of its approval by what the checks are then."""
        agency, day_before = self._batch.agency.id, since - timedelta(days=1)
        policies = self._batch.policies
        cycles, prorating = policies.cycles(agency, day_before), policies.joining(agency, day_before)
        draft = drafts.checked(file, texts, cycles, prorating)
        before = policies.latest(agency, draft.policy.id)
        return structs.replace(draft, tests_before=len(before.resolved.policy.tests) if before else 0)

    def _scheduled(self, command: SchedulePolicy, stream: StreamSoFar) -> Draft:
        """What decides whether it may begin then, by the register as the batch has left it so far."""
        state: policy_register.State = stream.state
        version = schedulable(command, state, self._batch.context)
        day_before = command.since - timedelta(days=1)
        holding = {span.hash for spans in state.spans.values() for span in spans if span.holds(day_before)}
        before = {hash_: self._published(hash_, stream).rules for hash_ in holding}
        cycles = {hash_: rules.cycle for hash_, rules in before.items()}
        prorating = frozenset(hash_ for hash_, rules in before.items() if rules.segments)
        return drafts.drafted(self._published(version.policy.hash, stream), cycles, prorating)

    def _published(self, hash_: str, stream: StreamSoFar) -> PublishedPolicy:
        for event in stream.news:
            if isinstance(event, PolicyPublished) and event.policy.hash == hash_:
                return drafts.read(event.file, event.texts)
        return self._batch.policies.by_hash(self._batch.agency.id, hash_)


def _resting(reader: EventReader, agency: str, id_: str, version: int) -> tuple[str, ...]:
    """The final results, as employee/period, that were fixed by a version of a policy and still stand."""
    fixed: dict[UUID, tuple[str, int]] = {}
    whose: dict[UUID, str] = {}
    for past in reader.of_types(agency, _FIXING):
        event: _Fixing = past.event
        match event:
            case Opened():
                whose[past.stream] = f"{event.employee}/{event.period}"
            case Finalised() | Joined():
                fixed[past.stream] = (event.policy.id, event.policy.version)
            case Reopened():
                fixed.pop(past.stream, None)
            case _:
                assert_never(event)
    return tuple(sorted(whose[stream] for stream, by in fixed.items() if by == (id_, version)))
