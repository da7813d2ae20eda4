"""Proposals of policies: what was to rule from when, what it would have done, and who approved it."""

from datetime import date
from enum import Enum
from functools import partial

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.enums import PolicyPurpose, Role
from neraca.api.graphql.support.scalars import Position
from neraca.domain.command_rules import PolicyRef
from neraca.domain.policy_register import Proposal

_END = 2**63 - 1


@strawberry.enum(description="What became of a proposal.")
class ProposalFate(Enum):
    OPEN = strawberry.enum_value("open", description="It waits for an impact report, or for approvals.")
    PUBLISHED = strawberry.enum_value("published", description="It was approved, and published with that.")
    WITHDRAWN = strawberry.enum_value("withdrawn", description="It was withdrawn.")


@strawberry.type(description="What a text would do to people, as the service computed it.")
class ProposalImpact:
    report: str = strawberry.field(description="Hex SHA-256 of the report.")
    period: str = strawberry.field(description="The period whose results it was computed of.")
    summary: str = strawberry.field(description="The report in a sentence.")
    position: Position = strawberry.field(description="Up to where in the log facts were read.")


@strawberry.type(description="That somebody approved a text, with the impact report they had read.")
class PolicyApproval:
    approver: str = strawberry.field(description="Who approved.")
    role: Role = strawberry.field(description="In which role.")
    policy_hash: str = strawberry.field(description="Hash of the text they approved.")
    impact_hash: str = strawberry.field(description="Hash of the impact report they had read.")
    answers_for: str | None = strawberry.field(
        description="Who answers for references that nobody verified; null where nothing rests on one."
    )
    because: str | None = strawberry.field(description="Why that is answered for.")


@strawberry.type(description="A text that is, or was, to become a rule.")
class PolicyProposal:
    id: str = strawberry.field(description="Its name in the agency, such as p1.")
    policy: str = strawberry.field(description="`<id>@<version>` of the text proposed last.")
    policy_hash: str = strawberry.field(description="Hash of that text.")
    purpose: PolicyPurpose = strawberry.field(description="What it decides.")
    author: str = strawberry.field(description="Who proposed that text.")
    authors: list[str] = strawberry.field(description="All who proposed a text under this name.")
    reason: str = strawberry.field(description="Why.")
    since: date = strawberry.field(description="The day from which it is to rule.")
    until: date | None = strawberry.field(description="The last day; null until further notice.")
    legal_basis: str | None = strawberry.field(description="Named where it rules backwards.")
    in_parts: bool = strawberry.field(description="Whether it begins within a period, then appraised in parts.")
    fewer_tests: str | None = strawberry.field(description="Why it has fewer tests than the version before.")
    warnings: list[str] = strawberry.field(description="What the checks said of the text.")
    doubtful: list[str] = strawberry.field(description="References that are unverified or illustrative.")
    locked: list[str] = strawberry.field(description="Paths that it moves within what a parent's lock allows.")
    impact: ProposalImpact | None = strawberry.field(description="The report attached last; null while there is none.")
    outdated: bool = strawberry.field(description="Whether what the report was computed of has changed since.")
    approvals: list[PolicyApproval] = strawberry.field(description="Approvals of that text, in order.")
    fate: ProposalFate = strawberry.field(description="What became of it.")


async def read(context: RequestContext, access_scope: AccessScope, position: int | None) -> list[PolicyProposal]:
    """In the order in which they were made, as the register stood at the position."""
    if not (access_scope.counts or access_scope.log):
        raise client_error("NOT_ALLOWED", "proposals are for those who make, approve and check rules")
    agency = access_scope.agency
    call = partial(context.parts.service.as_of_reader.proposals, agency, _END if position is None else position)
    found = await context.parts.threads.run(agency, call, context.parts.longest)
    return [told(name, one) for name, one in found.items()]


def told(name: str, proposal: Proposal) -> PolicyProposal:
    last, impact = proposal.proposed, proposal.impact
    return PolicyProposal(
        id=name,
        policy=PolicyRef.written(last.policy.id, last.policy.version),
        policy_hash=last.policy.hash,
        purpose=PolicyPurpose(last.purpose),
        author=last.author,
        authors=list(proposal.authors),
        reason=last.reason,
        since=last.since,
        until=last.until,
        legal_basis=last.legal_basis,
        in_parts=last.in_parts,
        fewer_tests=last.fewer_tests,
        warnings=list(last.warnings),
        doubtful=list(last.doubtful),
        locked=list(last.locked),
        impact=impact
        and ProposalImpact(
            report=impact.report, period=impact.period, summary=impact.summary, position=Position(impact.position)
        ),
        outdated=proposal.outdated,
        approvals=[
            PolicyApproval(
                approver=one.approver,
                role=one.role,
                policy_hash=one.policy_hash,
                impact_hash=one.impact_hash,
                answers_for=one.override and one.override.name,
                because=one.override and one.override.reason,
            )
            for one in proposal.approvals
        ],
        fate=ProposalFate(proposal.fate),
    )
