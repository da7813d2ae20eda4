"""Proposals: a text that was checked, the report of its impact, and its withdrawal. Every change voids approvals."""

from msgspec.structs import replace

from neraca.domain import validation
from neraca.domain.contexts import Context, Draft, DraftContext, ImpactContext
from neraca.domain.errors import AlreadyDone, Conflict, Invalid, NotFound, NotOpen
from neraca.domain.policy_register import timing
from neraca.domain.policy_register.commands import AttachImpact, ProposePolicy, WithdrawPolicy
from neraca.domain.policy_register.events import (
    PolicyEvent,
    PolicyImpactAttached,
    PolicyProposed,
    PolicyWithdrawn,
)
from neraca.domain.policy_register.placement import Placement, file_is_there, never_published, placed
from neraca.domain.policy_register.state import Proposal, State
from neraca.domain.policy_register.validity import members, written
from neraca.domain.text_kinds import counted

PRODUCTION = "production"
"""The stage of an agency whose rules are for real: no gate is left open."""


def propose(command: ProposePolicy, state: State, context: DraftContext) -> list[PolicyEvent]:
    draft = context.draft
    validation.written(command.reason, "/reason", "the reason")
    if command.legal_basis is not None:
        validation.written(command.legal_basis, "/legal_basis", "the legal basis")
    file_is_there(command.file, command.texts)
    name = _name(command, state)
    proposed = PolicyProposed(
        proposal=name,
        policy=draft.policy,
        file=command.file,
        texts=command.texts,
        author=context.actor.id,
        reason=command.reason,
        since=command.since,
        purpose=draft.purpose,
        until=command.until,
        classes=written(members(command.classes)),
        legal_basis=command.legal_basis,
        warnings=draft.warnings,
        doubtful=draft.doubtful,
        locked=draft.locked,
        in_parts=command.in_parts,
        fewer_tests=_why_fewer_tests(command, draft),
    )
    _alone(proposed, state)
    in_order(proposed, draft, state, context)
    cuts = timing.not_mid_period(
        draft, command.since, command.classes, state.of(draft.purpose), in_parts=command.in_parts
    )
    proposed = replace(proposed, warnings=(*draft.warnings, *cuts))
    before = state.proposals.get(name)
    if before is not None and before.proposed == proposed:
        raise AlreadyDone(f"{name} proposes exactly this already")
    return [proposed]


def _why_fewer_tests(command: ProposePolicy, draft: Draft) -> str | None:
    """A case that was thought of once is not to be dropped in silence. None where there are no fewer than before."""
    if draft.tests >= draft.tests_before:
        return None
    if command.fewer_tests is None:
        raise Invalid(
            f"/texts: {draft.policy.name} has {counted(draft.tests, 'test')}, the version before had "
            f"{draft.tests_before}; bring them back, or say why in fewer_tests",
            field="/texts",
        )
    return validation.written(command.fewer_tests, "/fewer_tests", "the reason")


def in_order(proposed: PolicyProposed, draft: Draft, state: State, context: Context) -> list[PolicyEvent]:
    """Whether it may rule as it wants to, and what would follow for those that rule. Asked again at the approval."""
    if draft.abstract:
        raise Invalid(f"/file: {draft.policy.id} is abstract; propose a policy that extends it", field="/file")
    # A demonstration may try a rule out; where pay hangs on it, somebody must have worked a case by hand.
    if context.agency.stage == PRODUCTION and draft.tests == 0:
        raise Invalid(
            f"/texts: {draft.policy.id} has no tests, and {context.agency.id} is in production: write cases under "
            "tests and what must come of them",
            field="/texts",
        )
    never_published(draft.policy, state)
    spans = state.of(proposed.purpose)
    wanted = Placement(draft.policy, proposed.since, proposed.until, proposed.classes, proposed.legal_basis)
    timing.within_its_dates(draft, proposed.since, proposed.until)
    timing.not_backwards(draft, proposed.since, context.today, proposed.legal_basis, proposed.classes, spans)
    timing.not_mid_period(draft, proposed.since, proposed.classes, spans, in_parts=proposed.in_parts)
    return placed(wanted, spans)


def attach(command: AttachImpact, state: State, context: ImpactContext) -> list[PolicyEvent]:
    """What is attached is what the service computed; a hash that somebody brings must be the same."""
    proposal = attachable(command, state)
    impact = context.impact
    if command.report not in (None, impact.report):
        raise Conflict(
            f"/report: the impact of {command.proposal} on {impact.period}, by the facts up to log position "
            f"{impact.position}, is {impact.report}: {impact.summary}. Read this one, and send its hash or none",
            field="/report",
        )
    attached = PolicyImpactAttached(
        proposal=command.proposal,
        policy_hash=command.policy_hash,
        report=impact.report,
        period=impact.period,
        summary=impact.summary,
        position=impact.position,
        text=impact.text,
    )
    known = proposal.impact
    if known is not None and known.text == attached.text and not proposal.outdated:
        raise AlreadyDone(f"this report is attached to {command.proposal} already")
    return [attached]


def attachable(command: AttachImpact, state: State) -> Proposal:
    """All that can be refused before the costly report is computed."""
    proposal = is_open(command.proposal, state)
    same_text(command.policy_hash, proposal)
    if command.period is not None:
        validation.period(command.period)
    return proposal


def withdraw(command: WithdrawPolicy, state: State) -> list[PolicyEvent]:
    is_open(command.proposal, state)
    validation.written(command.reason, "/reason", "the reason")
    return [PolicyWithdrawn(proposal=command.proposal, reason=command.reason)]


def is_open(name: str, state: State) -> Proposal:
    if name not in state.proposals:
        near = validation.suggestion(name, state.proposals)
        raise NotFound(f"/proposal: no proposal '{name}'; {near}", field="/proposal")
    proposal = state.proposals[name]
    if proposal.fate != "open":
        raise NotOpen(f"/proposal: {name} was {proposal.fate}; propose again", field="/proposal")
    return proposal


def same_text(policy_hash: str, proposal: Proposal) -> None:
    now = proposal.proposed.policy
    if policy_hash != now.hash:
        name = proposal.proposed.proposal
        raise Conflict(
            f"/policy_hash: {name} is now {now.name} with hash {now.hash}; read it again",
            field="/policy_hash",
        )


def _name(command: ProposePolicy, state: State) -> str:
    name = command.proposal
    if name is None:
        return f"p{len(state.proposals) + 1}"
    if name not in state.proposals:
        near = validation.suggestion(name, state.proposals)
        raise NotFound(
            f"/proposal: no proposal '{name}' to edit; {near}, or leave it out for a new one", field="/proposal"
        )
    is_open(name, state)
    return name


def _alone(proposed: PolicyProposed, state: State) -> None:
    """A version is written once: two open proposals of it would race each other."""
    wanted = (proposed.policy.id, proposed.policy.version)
    for name, other in state.proposals.items():
        same = (other.proposed.policy.id, other.proposed.policy.version) == wanted
        if same and other.fate == "open" and name != proposed.proposal:
            raise Conflict(f"{name} proposes {proposed.policy.name} already; edit or withdraw it")
