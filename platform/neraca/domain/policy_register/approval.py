"""Approval by others than the authors, of exactly this text with exactly this impact; the last puts it in force."""

from neraca.domain import validation
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor, Context, DraftContext
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotAllowed, TooEarly
from neraca.domain.policy_register.commands import ApprovePolicy
from neraca.domain.policy_register.events import PolicyApproved, PolicyEvent, PolicyImpactAttached, PolicyPublished
from neraca.domain.policy_register.proposal import PRODUCTION, in_order, is_open, same_text
from neraca.domain.policy_register.state import Proposal, State
from neraca.domain.vocabulary import Role


def approvable(command: ApprovePolicy, state: State, context: Context) -> tuple[Proposal, PolicyImpactAttached]:
    """The proposal that is approved, and its impact. Raises what can be refused before its text is checked again."""
    proposal = is_open(command.proposal, state)
    by_another(proposal, context.actor)
    _once(proposal, context.actor)
    same_text(command.policy_hash, proposal)
    impact = _same_impact(command, proposal)
    _override(command, proposal, context)
    return proposal, impact


def approve(command: ApprovePolicy, state: State, context: DraftContext) -> list[PolicyEvent]:
    proposal, impact = approvable(command, state, context)
    approved = PolicyApproved(
        proposal=command.proposal,
        policy_hash=command.policy_hash,
        impact_hash=impact.report,
        approver=context.actor.id,
        role=Role.NATIONAL if Role.NATIONAL in context.actor.roles else Role.POLICY_APPROVER,
        override=command.override,
    )
    events: list[PolicyEvent] = [approved]
    if missing(proposal, [*proposal.approvals, approved], context.agency.approvals.quorum) is None:
        events += _into_force(proposal, state, context)
    return events


def missing(proposal: Proposal, approvals: list[PolicyApproved], quorum: int) -> str | None:
    """What still stands between a proposal and its publication; None if nothing does."""
    lacking = quorum - len(approvals)
    national = not proposal.proposed.locked or any(one.role is Role.NATIONAL for one in approvals)
    if lacking > 0:
        return f"{lacking} more approval{'s' if lacking > 1 else ''}{'' if national else ', one of them national'}"
    return None if national else f"a national approval, as it moves {', '.join(proposal.proposed.locked)}"


def ungated(policy: PolicyRef, state: State, quorum: int) -> str | None:
    """What production would have asked for before the version ruled, and did not get; None for nothing."""
    proposal = next(
        (one for one in state.proposals.values() if one.fate == "published" and one.proposed.policy == policy), None
    )
    if proposal is None:
        return "the operator adopted it, and nobody proposed or approved it"
    if (lacking := missing(proposal, proposal.approvals, quorum)) is not None:
        return f"it lacks {lacking}"
    doubtful = proposal.proposed.doubtful
    if doubtful and not any(one.override for one in proposal.approvals):
        return f"it rests on unverified or illustrative references ({', '.join(doubtful)}), and nobody answers for it"
    return None


def by_another(proposal: Proposal, actor: Actor) -> None:
    if actor.id in proposal.authors:
        raise NotAllowed(f"{actor.id} wrote {proposal.proposed.proposal}; another person must approve it")


def _once(proposal: Proposal, actor: Actor) -> None:
    if any(one.approver == actor.id for one in proposal.approvals):
        raise AlreadyDone(f"{actor.id} has approved {proposal.proposed.proposal} as it stands")


def _same_impact(command: ApprovePolicy, proposal: Proposal) -> PolicyImpactAttached:
    impact = proposal.impact
    if impact is None:
        raise TooEarly(f"{command.proposal} has no impact report yet; attach one, then approve what it shows")
    again = f"attach it again with attach-impact (neraca policy attach-impact {command.proposal})"
    # So it is in older ledgers, where the proposer said what the report was.
    if impact.text is None:
        raise TooEarly(f"the impact report of {command.proposal} was not computed by the service; {again}")
    # It was compared with a rule that is no longer the one it would take over from.
    if proposal.outdated:
        raise TooEarly(f"another rule was scheduled since the impact of {command.proposal} was computed; {again}")
    if impact.report != command.impact_hash:
        raise Conflict(
            f"/impact_hash: the impact report of {command.proposal} is now {impact.report}; read it again",
            field="/impact_hash",
        )
    return impact


def _override(command: ApprovePolicy, proposal: Proposal, context: Context) -> None:
    doubtful = proposal.proposed.doubtful
    needed = bool(doubtful) and context.agency.stage == PRODUCTION
    if needed and command.override is None:
        raise Conflict(
            f"/override: {command.proposal} rests on unverified or illustrative references ({', '.join(doubtful)}), "
            f"and {context.agency.id} is in production; verify them, or name who answers for it and why",
            field="/override",
        )
    if command.override is not None:
        if not needed:
            raise Invalid("/override: there is nothing to override; leave it out", field="/override")
        validation.written(command.override.name, "/override/name", "the name of who answers for it")
        validation.written(command.override.reason, "/override/reason", "the reason")


def _into_force(proposal: Proposal, state: State, context: DraftContext) -> list[PolicyEvent]:
    """Checked again on the day: the register, the calendar and the checks may have moved since it was proposed."""
    proposed, draft = proposal.proposed, context.draft
    # Texts and parents are those proposed; but a newer program may read them otherwise than they were approved.
    if draft.policy != proposed.policy:
        raise Conflict(f"{proposed.proposal}: its text no longer passes the checks as proposed; propose it again")
    placed = in_order(proposed, draft, state, context)
    published = PolicyPublished(
        policy=proposed.policy,
        file=proposed.file,
        texts=proposed.texts,
        reason=proposed.reason,
        purpose=proposed.purpose,
        proposal=proposed.proposal,
    )
    return [published, *placed]
