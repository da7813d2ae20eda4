"""What the policy register makes of a command. Staff propose and approve; only the operator adopts without asking."""

from typing import assert_never

from neraca.domain import validation
from neraca.domain.contexts import (
    Actor,
    Context,
    DraftContext,
    ImpactContext,
    PublicationContext,
    RecallContext,
    having,
)
from neraca.domain.errors import NotAllowed, NotFound
from neraca.domain.policy_register import approval, placement, proposal, recall, shadow, timing
from neraca.domain.policy_register.commands import (
    ApprovePolicy,
    AttachImpact,
    EndShadow,
    NameShadow,
    PolicyCommand,
    ProposePolicy,
    PublishPolicy,
    SchedulePolicy,
    UnschedulePolicy,
    WithdrawPolicy,
)
from neraca.domain.policy_register.events import PolicyEvent, PolicyPublished
from neraca.domain.policy_register.proposal import PRODUCTION
from neraca.domain.policy_register.state import Published, State


def decide(command: PolicyCommand, state: State, context: Context) -> list[PolicyEvent]:
    match command:
        case ProposePolicy():
            return proposal.propose(command, state, having(DraftContext, context))
        case AttachImpact():
            return proposal.attach(command, state, having(ImpactContext, context))
        case WithdrawPolicy():
            return proposal.withdraw(command, state)
        case ApprovePolicy():
            return approval.approve(command, state, having(DraftContext, context))
        case PublishPolicy():
            return _publish(command, state, having(PublicationContext, context))
        case SchedulePolicy():
            return _schedule(command, state, having(DraftContext, context))
        case UnschedulePolicy():
            permit(command, state, context.actor)
            return recall.unschedule(command, published(command, state), state, having(RecallContext, context))
        case NameShadow():
            return [*shadow.name_shadow(command, state, context)]
        case EndShadow():
            return [*shadow.end_shadow(command, state, context)]
        case _:
            assert_never(command)


def permit(command: PolicyCommand, state: State, actor: Actor) -> None:
    """Raises NotAllowed: before any text is compiled."""
    match command:
        case PublishPolicy() | SchedulePolicy():
            _only_the_operator(actor)
        case ApprovePolicy() if command.proposal in state.proposals:
            approval.by_another(state.proposals[command.proposal], actor)
        case UnschedulePolicy():
            for proposal in state.proposals.values():
                ref = proposal.proposed.policy
                own = proposal.fate == "published" and (ref.id, ref.version) == (command.id, command.version)
                # As with approving: nobody moves their own text in or out of force.
                if own and actor.id in proposal.authors:
                    raise NotAllowed(f"{actor.id} wrote {ref.name}; another person must take it back")
        case ApprovePolicy() | ProposePolicy() | AttachImpact() | WithdrawPolicy() | NameShadow() | EndShadow():
            pass
        case _:
            assert_never(command)


def _publish(command: PublishPolicy, state: State, context: PublicationContext) -> list[PolicyEvent]:
    _only_the_operator(context.actor)
    _not_in_production(context)
    validation.written(command.reason, "/reason", "the reason")
    placement.file_is_there(command.file, command.texts)
    placement.never_published(context.policy, state)
    return [
        PolicyPublished(
            policy=context.policy,
            file=command.file,
            texts=command.texts,
            reason=command.reason,
            purpose=context.purpose,
        )
    ]


def schedulable(command: SchedulePolicy, state: State, context: Context) -> Published:
    """The version that is scheduled. Raises all that can be refused before its text is compiled."""
    _only_the_operator(context.actor)
    _not_in_production(context)
    return published(command, state)


def _schedule(command: SchedulePolicy, state: State, context: DraftContext) -> list[PolicyEvent]:
    version = schedulable(command, state, context)
    if not command.in_parts:
        timing.in_whole_periods(context.draft, command.since, command.classes, state.of(version.purpose))
    span = placement.Placement(version.policy, command.since, command.until, command.classes)
    return placement.placed(span, state.of(version.purpose))


def _only_the_operator(actor: Actor) -> None:
    if actor.agency is not None:
        raise NotAllowed(
            f"{actor.id} may not put a rule in force alone: send propose-policy, and let another approve it"
        )


def _not_in_production(context: Context) -> None:
    """Whoever asks: author, impact, tests, another's approval and a named override are for every way in."""
    if context.agency.stage == PRODUCTION:
        raise NotAllowed(
            f"{context.agency.id} is in production: nobody puts a rule in force there alone, the operator neither; "
            "send propose-policy and attach-impact, and let another person send approve-policy"
        )


def published(command: SchedulePolicy | UnschedulePolicy, state: State) -> Published:
    """Raises NotFound, naming what there is."""
    found = state.versions.get((command.id, command.version))
    if found is not None:
        return found
    versions = sorted(number for name, number in state.versions if name == command.id)
    if versions:
        there = ", ".join(map(str, versions))
        raise NotFound(f"/version: {command.id} has version {there}, not {command.version}", field="/version")
    near = validation.suggestion(command.id, {name for name, _ in state.versions})
    raise NotFound(f"/id: no policy '{command.id}' is published; {near}", field="/id")
