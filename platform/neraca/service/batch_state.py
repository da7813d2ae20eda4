"""What a batch sees while it is decided: the log, with what its commands before have added."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from secrets import token_bytes
from typing import Any, Protocol, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import structs

from neraca.domain import deputy, headship, roster, streams
from neraca.domain.agency import Agency
from neraca.domain.appraisal import commands as appraisal
from neraca.domain.appraisal import consolidation
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.assignments import People, Roster, Tenure, assignment_on
from neraca.domain.cascade.links import ToLinks
from neraca.domain.command_rules import Rulebook
from neraca.domain.contexts import (
    Actor,
    Context,
    Part,
    Unruled,
)
from neraca.domain.errors import Invalid, NotOneInForce
from neraca.domain.period import Period, parse
from neraca.domain.remuneration import allowance, credit
from neraca.domain.vocabulary import PositionClass
from neraca.domain.workplan import state as workplan
from neraca.domain.workplan.state import WorkPlans
from neraca.policy.published import PublishedPolicy
from neraca.service.command_batch import CommandBatch
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository


class StreamSoFar(Protocol):
    """A stream as the commands before have left it, and what they added."""

    @property
    def state(self) -> Any: ...

    @property
    def news(self) -> Sequence[Any]: ...


class Common(TypedDict):
    """What every context has."""

    today: date
    actor: Actor
    agency: Agency
    people: People
    deputy: str | None


_SALT = 32
"""Bytes."""


class BatchState:
    """Each thing is looked up once, when a command needs it."""

    def __init__(
        self,
        reader: EventReader,
        policies: PolicyRepository,
        employee: Callable[[str, str], roster.State],
        agency: Agency,
        batch: CommandBatch,
        loaded: Mapping[UUID, StreamSoFar],
    ) -> None:
        self.reader = reader
        self.policies = policies
        self.agency = agency
        self.loaded = loaded
        self.today = batch.now.astimezone(ZoneInfo(agency.time_zone)).date()
        self._sent = batch
        self._recorded_employee = employee
        self._ruling: dict[tuple[str, PositionClass | None], PublishedPolicy] = {}
        self._employees: dict[str, roster.State] = {}
        self.roster = Roster(self.tenure, self.today)

    @cached_property
    def actor(self) -> Actor:
        """Whoever sends the batch, or in whose place they do. Raises NotAllowed."""
        sender, whom = self._sent.actor, self._sent.on_behalf_of
        if whom is None:
            return sender
        return deputy.acting(sender, whom, self.employee(whom).delegations, self.roster)

    @cached_property
    def common(self) -> Common:
        sent_by = None if self._sent.on_behalf_of is None else self._sent.actor.id
        return Common(today=self.today, actor=self.actor, agency=self.agency, people=self.tenure, deputy=sent_by)

    @cached_property
    def context(self) -> Context:
        return Context(**self.common)

    @cached_property
    def linking(self) -> frozenset[str]:
        """Whose results are linked in the batch."""
        return frozenset(one.employee for one in self._sent.commands if isinstance(one, ToLinks))

    def plans(self, command: appraisal.ToAppraisal) -> WorkPlans:
        """The work plans of the year of an appraisal, as the batch has left them so far, or as the log has them."""
        year = period_named(command.period).starts.year
        id_ = streams.workplans(self.agency.id, command.employee, year)
        if id_ in self.loaded:
            return self.loaded[id_].state
        plans = WorkPlans()
        for past in self.reader.stream(self.agency.id, id_):
            plans = workplan.evolve(plans, past.event)
        return plans

    def policy(self, label: str, position_class: PositionClass | None) -> PublishedPolicy:
        """The one in force at the period's policy date, which the policy itself sets at its start or end.

        Raises NotOneInForce.
        """
        key = (label, position_class)
        if key not in self._ruling:
            self._ruling[key] = self.policies.ruling(self.agency.id, period_named(label), position_class)
        return self._ruling[key]

    def applying(
        self, period: str, state: Appraisal, position_class: PositionClass | None = None
    ) -> Rulebook | Unruled:
        """The rules by which an appraisal is judged: of the class it was opened with, or is to be opened with; a later
        move doesn't change by which policy a period is judged.

        A result that is fixed keeps the rules it was fixed by where another rule has come to split its period.
        """
        of_class = position_class or state.position_class
        try:
            return self.policy(period, of_class).rules
        except NotOneInForce as none:
            fixed = state.finalised or state.joined
            if fixed is None or not self.is_split(period, of_class):
                return Unruled(none.message)
            return self.policies.by_hash(self.agency.id, fixed.policy.hash).rules

    def is_split(self, label: str, position_class: PositionClass | None) -> bool:
        try:
            return self.policies.cut(self.agency.id, period_named(label), position_class)
        except NotOneInForce:
            return False

    def appraisals(self, employee: str, labels: Sequence[str]) -> list[Part]:
        """As the log has them, or as the batch has left them so far."""
        agency = self.agency.id
        ids = [streams.appraisal(agency, employee, label) for label in labels]
        found = {id_: Part(label, Appraisal(), 0) for id_, label in zip(ids, labels, strict=True)}
        for past in self.reader.streams(agency, ids)[1]:
            one = found[past.stream]
            position = past.position if consolidation.is_fixing(past.event) else one.position
            found[past.stream] = Part(one.period, evolve(one.state, past.event), position)
        return [
            structs.replace(found[id_], state=self.loaded[id_].state) if id_ in self.loaded else found[id_]
            for id_ in ids
        ]

    def unsaved(self, employee: str, label: str) -> bool:
        own = self.loaded.get(streams.appraisal(self.agency.id, employee, label))
        return own is not None and bool(own.news)

    def in_the_log(self, stream: StreamSoFar) -> None:
        """What it rests on is read from the log, which has nothing yet of what the batch does."""
        if stream.news or any(own.news for own in self.loaded.values() if not _fixes(own.state)):
            raise Invalid(
                "what is paid or credited rests on what is in the log: send it in a batch of its own, after the others "
                "are done"
            )

    def leads(self, nip: str, day: date) -> bool:
        """Whether somebody is the head of the unit in which they serve on a day."""
        held = assignment_on(self.tenure(nip), day)
        if held is None:
            return False
        head = self.head(held.unit, day)
        return head is not None and head.employee == nip

    def head(self, unit: str, day: date) -> headship.Head | None:
        """As the batch has left the unit so far, or as the log has it."""
        stream = streams.organisation(self.agency.id, unit)
        own = self.loaded.get(stream)
        state = headship.State() if own is None else own.state
        if own is None:
            for past in self.reader.stream(self.agency.id, stream):
                state = headship.evolve(state, past.event)
        return headship.head_on(state, day)

    def tenure(self, nip: str) -> Tenure | None:
        """As the log has it, or as the batch has left it so far."""
        tenure = self.employee(nip)
        return None if tenure.since is None else tenure

    def employee(self, nip: str) -> roster.State:
        """As the batch has left them so far, or as the log has them."""
        own = self.loaded.get(streams.employee(self.agency.id, nip))
        if own is not None:
            return own.state
        if nip not in self._employees:
            self._employees[nip] = self._recorded_employee(self.agency.id, nip)
        return self._employees[nip]


def _fixes(state: object) -> bool:
    return isinstance(state, credit.State | allowance.State)


def period_named(label: str) -> Period:
    """Raises Invalid."""
    try:
        return parse(label)
    except ValueError as unknown:
        raise Invalid(str(unknown), field="/period") from None


def new_salt() -> str:
    """From the system's chance: whoever could guess it could try which ratings make a digest, or whom a draw takes."""
    return token_bytes(_SALT).hex()
