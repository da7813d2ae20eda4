"""What another policy would do to an agency's people, as a report for those who make and check policies."""

from collections.abc import Container
from datetime import date

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support import arguments
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.conversion import converted
from neraca.api.graphql.support.enums import OrganisationPredicate, PeriodCycle, PositionClass, QuotaKind
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.api.outcome_counts import large
from neraca.domain.errors import NotFound, Refusal
from neraca.domain.vocabulary import Role
from neraca.policy.impact import report
from neraca.policy.published import PolicyAltered
from neraca.service import simulation
from neraca.service.commencement import Start
from neraca.service.simulation import SimulationRequest

MAY_ASK = frozenset({Role.POLICY, Role.POLICY_APPROVER, Role.NATIONAL, Role.OFFICIAL, Role.AUDITOR})
MAY_NAME = frozenset({Role.HR, Role.OFFICIAL})


@strawberry.type(description="A policy that was simulated, or compared with.")
class SimulatedPolicy:
    id: str = strawberry.field(description="Id of the policy.")
    version: int = strawberry.field(description="Its version.")
    hash: str = strawberry.field(description="Hash of its resolved text.")
    calc_hash: str = strawberry.field(description="Hash of what can move a digit: equal ones score all cases alike.")


@strawberry.type(description="How many people go from one predicate, or blocked, to the same or another.")
class Transition:
    before: str = strawberry.field(description="A predicate, or blocked.")
    after: str = strawberry.field(description="A predicate, or blocked.")
    people: int = strawberry.field(description="How many.")


@strawberry.type(description="How scores move, after minus before, of those who have one both times.")
class ScoreShift:
    people: int = strawberry.field(description="How many have a score both times.")
    moved: int = strawberry.field(description="How many scores move.")
    mean_before: Decimal = strawberry.field(description="Mean score before.")
    mean_after: Decimal = strawberry.field(description="Mean score after.")
    mean: Decimal = strawberry.field(description="Mean shift.")
    min: Decimal = strawberry.field(description="The lowest.")
    q1: Decimal = strawberry.field(description="First quartile.")
    median: Decimal = strawberry.field(description="Median.")
    q3: Decimal = strawberry.field(description="Third quartile.")
    max: Decimal = strawberry.field(description="The highest.")


@strawberry.type(description="What changes for a unit or a class of position.")
class GroupImpact:
    name: str = strawberry.field(description="Id of the unit, or the class.")
    people: int = strawberry.field(description="How many people.")
    changed: int = strawberry.field(description="Predicates that change, to and from blocked included.")
    raised: int = strawberry.field(description="To a higher predicate.")
    lowered: int = strawberry.field(description="To a lower predicate.")
    newly_blocked: int = strawberry.field(description="From a predicate to blocked.")
    newly_scored: int = strawberry.field(description="From blocked to a predicate.")
    shift: ScoreShift | None = strawberry.field(description="Null where nobody has a score both times.")


@strawberry.type(description="Why people are blocked.")
class BlockingReason:
    path: str = strawberry.field(description="The part of the policy or of the facts.")
    reason: str = strawberry.field(description="In words.")
    people: int = strawberry.field(description="How many.")


@strawberry.type(description="People who turn from scored to blocked, or back.")
class BlockingChange:
    people: int = strawberry.field(description="How many.")
    reasons: list[BlockingReason] = strawberry.field(description="Why they are, or were, blocked.")


@strawberry.type(description="A quota that is not kept.")
class QuotaBreach:
    kind: QuotaKind = strawberry.field(description="What it asks.")
    predicates: list[str] = strawberry.field(description="Of these predicates together.")
    limit: int = strawberry.field(description="How many people.")
    found: int = strawberry.field(description="How many there are.")


@strawberry.type(description="A unit that goes beyond its quotas before or after.")
class CohortImpact:
    unit: str = strawberry.field(description="Id of the unit.")
    organisation: OrganisationPredicate = strawberry.field(description="How its organisation performed.")
    people: int = strawberry.field(description="How many people.")
    before: list[QuotaBreach] = strawberry.field(description="What is not kept today.")
    after: list[QuotaBreach] = strawberry.field(description="What would not be kept.")


@strawberry.type(description="Quotas of SE MenPANRB 3/2023 by unit.")
class QuotaImpact:
    checked_before: int = strawberry.field(description="Units checked today.")
    checked_after: int = strawberry.field(description="Units checked under the candidate.")
    unknown_before: int = strawberry.field(description="Units without a known organisation predicate today.")
    unknown_after: int = strawberry.field(description="The same under the candidate.")
    breaching_before: int = strawberry.field(description="Units beyond theirs today.")
    breaching_after: int = strawberry.field(description="Units that would be beyond theirs.")
    cohorts: list[CohortImpact] = strawberry.field(description="Those units, of those in `byUnit`.")


@strawberry.type(description="What a class of position gets in all.")
class PaidSum:
    name: str = strawberry.field(description="The class; empty for everybody.")
    people: int = strawberry.field(description="How many people.")
    before: Decimal = strawberry.field(description="Today.")
    after: Decimal = strawberry.field(description="Under the candidate.")
    difference: Decimal = strawberry.field(description="After minus before.")
    without_before: int = strawberry.field(description="People for whom the policy gives no amount today.")
    without_after: int = strawberry.field(description="The same under the candidate.")


@strawberry.type(description="What it does to an allowance or to credit points.")
class PaidImpact:
    policy: SimulatedPolicy = strawberry.field(description="The policy that pays or credits.")
    cycle: PeriodCycle = strawberry.field(description="For how long an amount is paid.")
    total: PaidSum = strawberry.field(description="Everybody.")
    by_class: list[PaidSum] = strawberry.field(description="By class of position.")
    reasons: list[BlockingReason] = strawberry.field(description="Why there is no amount.")


@strawberry.type(description="One of those most affected.")
class AffectedPerson:
    employee_number: str | None = strawberry.field(description="For the roles hr and official; null for others.")
    unit: str = strawberry.field(description="Id of the unit.")
    position_class: PositionClass = strawberry.field(description="Class of position.")
    before: str = strawberry.field(description="Predicate, or blocked, today.")
    after: str = strawberry.field(description="The same under the candidate.")
    ranks: int = strawberry.field(description="How far the predicate moves; blocked is one below the lowest.")
    score_before: Decimal | None = strawberry.field(description="Score today.")
    score_after: Decimal | None = strawberry.field(description="Score under the candidate.")
    shift: Decimal | None = strawberry.field(description="After minus before.")


@strawberry.type(description="A period that people work in and that the candidate cuts, or leaves without a rule.")
class CutPeriod:
    period: str = strawberry.field(description="Its label.")
    parts: list[str] = strawberry.field(description="Labels of the parts to appraise instead; none without a rule.")
    running: int = strawberry.field(description="Appraisals of it that are not final: they are blocked.")
    newly_blocked: int = strawberry.field(description="Those of them that have a score now.")


@strawberry.type(description="When the candidate is to begin, and whom that blocks.")
class SimulatedStart:
    since: date = strawberry.field(description="The first day.")
    until: date | None = strawberry.field(description="The last day; null until further notice.")
    classes: list[PositionClass] | None = strawberry.field(
        description="Only for these classes of position; null for all."
    )
    in_parts: bool = strawberry.field(description="Whether it may begin within a period, which is appraised in parts.")
    cuts: list[CutPeriod] = strawberry.field(description="Periods that it cuts, or leaves without a rule.")


@strawberry.type(description="People whom the candidate would not rule, and who are not of the report.")
class LeftOut:
    position_class: PositionClass | None = strawberry.field(description="Their class; null where it is unknown.")
    people: int = strawberry.field(description="How many.")
    why: str = strawberry.field(description="What rules them there, or that nothing does.")


@strawberry.type(
    description="What a candidate policy would do to a period's results. It names nobody and moves nothing."
)
class Simulation:
    hash: str = strawberry.field(description="Hex sha256 of `canonical`: what `attach-impact` and approvals name.")
    canonical: str | None = strawberry.field(
        description="The report as JSON, byte for byte as hashed; null for who may read no dossier, as it has people."
    )
    summary: str = strawberry.field(description="In one line.")
    position: Position = strawberry.field(description="Position of the log up to which facts were taken.")
    period: str = strawberry.field(description="Label of the period.")
    before: list[SimulatedPolicy] = strawberry.field(description="What is in force; several if classes have their own.")
    after: SimulatedPolicy = strawberry.field(description="The candidate.")
    inputs: str = strawberry.field(
        description="Hex sha256 of who was judged on which facts, without what fewer than ten citizens answered."
    )
    people: int = strawberry.field(description="How many people.")
    changed: int = strawberry.field(description="Predicates that change, to and from blocked included.")
    raised: int = strawberry.field(description="To a higher predicate.")
    lowered: int = strawberry.field(description="To a lower predicate.")
    blocked_before: int = strawberry.field(description="Blocked today.")
    blocked_after: int = strawberry.field(description="Blocked under the candidate.")
    predicates: list[str] = strawberry.field(description="All there are, best first.")
    transitions: list[Transition] = strawberry.field(description="From each to each, best first.")
    shift: ScoreShift | None = strawberry.field(description="How scores move; null where nobody has both.")
    by_unit: list[GroupImpact] = strawberry.field(
        description="By unit; for who may read no dossier, without those of too few people."
    )
    by_class: list[GroupImpact] = strawberry.field(description="By class of position; the same holds.")
    newly_blocked: BlockingChange = strawberry.field(description="From a predicate to blocked.")
    newly_scored: BlockingChange = strawberry.field(description="From blocked to a predicate.")
    quotas: QuotaImpact = strawberry.field(description="Quotas by unit.")
    allowance: PaidImpact | None = strawberry.field(description="Null where no allowance policy is in force.")
    credit: PaidImpact | None = strawberry.field(description="Null where no credit policy is in force.")
    most_affected: list[AffectedPerson] = strawberry.field(
        description="Those whose result moves furthest; none for who may read no dossier."
    )
    start: SimulatedStart | None = strawberry.field(description="Null where nobody said when it is to begin.")
    left_out: list[LeftOut] = strawberry.field(
        description="Where the candidate is what an agency has in force: of the classes that another rule rules there."
    )


async def simulate(
    context: RequestContext,
    access_scope: AccessScope,
    candidate: str,
    period: str | None,
    since: date | None,
    in_parts: bool,
) -> Simulation:
    if not _may(context, access_scope, MAY_ASK):
        raise client_error("NOT_ALLOWED", f"simulate is for the roles {', '.join(sorted(MAY_ASK))}")
    simulations = context.simulations()
    if simulations is None:
        raise client_error("NOT_AVAILABLE", "this server was started without simulations")
    # Books of other agencies only as far as whoever asks may look into them.
    consult = [agency for agency in context.parts.agencies if context.scope_of(agency)]
    if in_parts and since is None:
        raise client_error("REFUSED", "inParts says how a period is cut by the day in since; name one")
    arguments.day("since", since)
    start = None if since is None else Start(since, in_parts=in_parts)
    question = SimulationRequest(
        agency=access_scope.agency, candidate=candidate, period=period, consult=consult, start=start
    )
    try:
        found = await simulations.run(question)
    except (Refusal, PolicyAltered) as no:
        raise client_error("NOT_FOUND" if isinstance(no, NotFound) else "REFUSED", str(no)) from None
    # Apart from the report, which names nobody: its hash is what approvals bind to.
    names = found.affected if _may(context, access_scope, MAY_NAME) else None
    return told(found, names, people=access_scope.reader is None)


def _may(context: RequestContext, access_scope: AccessScope, roles: frozenset[Role]) -> bool:
    return access_scope.counts and bool(context.actor.roles & roles)


def told(found: simulation.Simulation, names: tuple[str, ...] | None, *, people: bool) -> Simulation:
    """`people` where single ones may be told of; in a small office its name and a class of position name one."""
    impact = found.impact
    units = impact.by_unit if people else large(impact.by_unit)
    affected = impact.most_affected if people else ()
    return converted(
        impact,
        Simulation,
        hash=found.hash,
        canonical=report.canonical(impact).decode() if people else None,
        summary=report.summary(impact),
        position=found.position,
        by_unit=units,
        by_class=impact.by_class if people else large(impact.by_class),
        # A unit that is left out above must not come back by its quota.
        quotas=_quotas(impact.quotas, {unit.name for unit in units}),
        allowance=_paid(impact.allowance, people=people),
        credit=_paid(impact.credit, people=people),
        most_affected=[
            converted(person, AffectedPerson, employee_number=None if names is None else names[place])
            for place, person in enumerate(affected)
        ],
        left_out=[
            LeftOut(
                position_class=PositionClass(one.position_class) if one.position_class else None,
                people=one.people,
                why=one.why,
            )
            for one in (found.left_out if people else large(found.left_out))
        ],
    )


def _quotas(quotas: report.Quotas, units: Container[str]) -> QuotaImpact:
    return converted(quotas, QuotaImpact, cohorts=[cohort for cohort in quotas.cohorts if cohort.unit in units])


def _paid(effect: report.Effect | None, *, people: bool) -> PaidImpact | None:
    if effect is None:
        return None
    return converted(effect, PaidImpact, by_class=effect.by_class if people else large(effect.by_class))
