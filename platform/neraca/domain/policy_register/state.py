"""What the policy register has become: proposals, versions, and who rules when."""

from datetime import date
from typing import Literal, TypeAlias, assert_never

from msgspec import Struct, field

from neraca.domain.command_rules import PolicyRef
from neraca.domain.policy_register import validity
from neraca.domain.policy_register.events import (
    Classes,
    PolicyApproved,
    PolicyEvent,
    PolicyImpactAttached,
    PolicyProposed,
    PolicyPublished,
    PolicyScheduled,
    PolicyScheduleWithdrawn,
    PolicyShadowEnded,
    PolicyShadowNamed,
    PolicySuperseded,
    PolicyWithdrawn,
)
from neraca.domain.policy_register.validity import ValidityPeriod
from neraca.domain.vocabulary import PositionClass, Purpose


class Published(Struct, frozen=True):
    policy: PolicyRef
    purpose: Purpose


class Proposal(Struct):
    """`proposed` is the text as it stands, `impact` and `approvals` are of that; `authors` are all who wrote any.

    `outdated` is the impact once the schedule that it was compared with has changed.
    """

    proposed: PolicyProposed
    authors: list[str]
    impact: PolicyImpactAttached | None = None
    approvals: list[PolicyApproved] = field(default_factory=list[PolicyApproved])
    fate: Literal["open", "published", "withdrawn"] = "open"
    outdated: bool = False


class Shadow(Struct):
    """A rule that is tried beside the one in force, and that it was `ended` before its time."""

    named: PolicyShadowNamed
    ended: PolicyShadowEnded | None = None

    @property
    def last(self) -> date:
        """The last day it is compared over."""
        return self.named.until if self.ended is None else self.ended.on


Scheduling: TypeAlias = tuple[str, date, Classes | None]
"""A schedule by the hash of its policy, its first day and the classes it is for."""


class State(Struct):
    """Versions by id and number, spans by purpose; those of one purpose never overlap for a class. Changes in place.

    `displaced` is what each schedule took days from, as that ruled before, and `yielding` the same of a schedule that
    is yet to follow; `withdrawn` is why the schedule of a version was taken back.
    """

    versions: dict[tuple[str, int], Published] = field(default_factory=dict[tuple[str, int], Published])
    spans: dict[Purpose, list[ValidityPeriod]] = field(default_factory=dict[Purpose, list[ValidityPeriod]])
    proposals: dict[str, Proposal] = field(default_factory=dict[str, Proposal])
    displaced: dict[Scheduling, list[ValidityPeriod]] = field(default_factory=dict[Scheduling, list[ValidityPeriod]])
    yielding: list[ValidityPeriod] = field(default_factory=list[ValidityPeriod])
    withdrawn: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])
    shadows: dict[str, Shadow] = field(default_factory=dict[str, Shadow])

    def of(self, purpose: Purpose) -> list[ValidityPeriod]:
        return self.spans.get(purpose, [])


def evolve(state: State, event: PolicyEvent) -> State:
    match event:
        case PolicyProposed():
            _proposed(state, event)
        case PolicyImpactAttached():
            proposal = state.proposals[event.proposal]
            # What was approved was the text with the report before; both must be read again.
            proposal.impact, proposal.approvals, proposal.outdated = event, [], False
        case PolicyApproved():
            state.proposals[event.proposal].approvals.append(event)
        case PolicyWithdrawn():
            state.proposals[event.proposal].fate = "withdrawn"
        case PolicyPublished():
            state.versions[event.policy.id, event.policy.version] = Published(event.policy, event.purpose)
            if event.proposal is not None:
                state.proposals[event.proposal].fate = "published"
        case PolicyScheduled():
            purpose = _purpose(state, event.policy)
            state.spans[purpose] = validity.schedule(state.of(purpose), event)
            # One command's supersedings come just before its schedule, so all that yielded until here yielded to it.
            state.displaced[event.policy.hash, event.since, event.classes] = state.yielding
            state.yielding = []
            state.withdrawn.pop((event.policy.id, event.policy.version), None)
            _outdate(state)
        case PolicySuperseded():
            purpose = _purpose(state, event.policy)
            state.yielding += validity.shortened(state.of(purpose), event)
            state.spans[purpose] = validity.supersede(state.of(purpose), event)
        case PolicyScheduleWithdrawn():
            purpose = _purpose(state, event.policy)
            state.spans[purpose] = validity.withdraw(state.of(purpose), event)
            state.displaced.pop((event.policy.hash, event.since, event.classes), None)
            state.withdrawn[event.policy.id, event.policy.version] = event.reason
            _outdate(state)
        case PolicyShadowNamed():
            state.shadows[event.shadow] = Shadow(event)
        case PolicyShadowEnded():
            state.shadows[event.shadow].ended = event
        case _:
            assert_never(event)
    return state


def in_force(
    state: State, day: date, purpose: Purpose = "predicate", position_class: PositionClass | None = None
) -> PolicyRef | None:
    """None if there is none. Raises NotOneInForce for two."""
    span = validity.in_force(state.of(purpose), day, position_class)
    return None if span is None else _ref(state, span)


def require_in_force(
    state: State, day: date, purpose: Purpose = "predicate", position_class: PositionClass | None = None
) -> PolicyRef:
    """Raises NotOneInForce for none or two, naming the spans."""
    return _ref(state, validity.require_in_force(state.of(purpose), day, position_class))


def _proposed(state: State, event: PolicyProposed) -> None:
    before = state.proposals.get(event.proposal)
    authors = [*(before.authors if before else ()), event.author]
    state.proposals[event.proposal] = Proposal(event, list(dict.fromkeys(authors)))


def _outdate(state: State) -> None:
    for proposal in state.proposals.values():
        proposal.outdated = proposal.impact is not None


def _purpose(state: State, policy: PolicyRef) -> Purpose:
    return state.versions[policy.id, policy.version].purpose


def _ref(state: State, span: ValidityPeriod) -> PolicyRef:
    return next(one.policy for one in state.versions.values() if one.policy.hash == span.hash)
