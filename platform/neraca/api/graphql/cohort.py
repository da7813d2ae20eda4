"""The cohorts of appraisers: how far each is, its members, the curve they are held to, and the fewest changes."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support.connections import DEFAULT, Page, part
from neraca.api.graphql.support.context import Info, RequestContext
from neraca.api.graphql.support.enums import CohortStage, CurveMode, OrganisationPredicate, QuotaKind, UnitLeading
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.api.graphql.support.visibility import reach
from neraca.domain.cohort import state
from neraca.domain.cohort.events import CohortEvent, CohortOpened, CurveBreach, Organisation, PredicateCalibrated
from neraca.policy.impact.rebalancing import Rebalancing
from neraca.policy.published import PublishedPolicy
from neraca.service import cohorts

_STAGES = {
    state.CohortStage.UNOPENED: CohortStage.OPEN,
    state.CohortStage.OPEN: CohortStage.OPEN,
    state.CohortStage.JUDGED: CohortStage.JUDGED,
    state.CohortStage.CLOSED: CohortStage.CLOSED,
}


class StepRow(Struct, frozen=True):
    position: int
    version: int
    at: datetime
    by: str
    event: CohortEvent


class CohortRow(Struct, frozen=True):
    appraiser: str
    period: str
    steps: list[StepRow]


_ROWS = msgspec.json.Decoder(list[CohortRow])
_STEPS = msgspec.json.Decoder(list[StepRow])


class Folded(Struct, frozen=True):
    """A cohort as its steps left it; `moved` has the last time that each member was, with its position and moment."""

    cohort: state.Cohort
    moved: dict[str, StepRow]


def folded(steps: Sequence[StepRow]) -> Folded:
    cohort, moved = state.Cohort(), dict[str, StepRow]()
    for step in steps:
        state.evolve(cohort, step.event)
        if isinstance(step.event, PredicateCalibrated):
            moved[step.event.employee] = step
    return Folded(cohort, moved)


@strawberry.type(description="What the unit that an appraiser leads achieved: it picks the curve of their cohort.")
class CohortOrganisation:
    unit: str = strawberry.field(description="Id of the unit.")
    leading: UnitLeading = strawberry.field(description="How the appraiser comes to it.")
    period: str = strawberry.field(description="The period that the predicate is of.")
    predicate: OrganisationPredicate = strawberry.field(description="The predicate of the unit.")
    last_year: bool = strawberry.field(
        description="Whether it is that of the year before, since the annual one came after January."
    )
    position: Position = strawberry.field(description="The event that published or revised it.")


@strawberry.type(description="A member's predicate, moved by the appraiser or who acts in their place.")
class Calibration:
    before: str = strawberry.field(description="What held until then.")
    after: str = strawberry.field(description="What the member was moved to.")
    by: str = strawberry.field(description="Who moved it.")
    reason: str = strawberry.field(description="Why.")
    at: datetime = strawberry.field(description="When.")
    position: Position = strawberry.field(description="The event.")


@strawberry.type(description="One whom the appraiser appraises, in a cohort.")
class CohortMember:
    employee_number: str = strawberry.field(description="Employee number.")
    computed: str | None = strawberry.field(description="What the policy makes of the facts; null before judging.")
    score: Decimal | None = strawberry.field(
        description="With which score; null where there is none, or anonymous raters count in one not yet final."
    )
    predicate: str | None = strawberry.field(description="What holds: what it was moved to, or what was computed.")
    final: bool = strawberry.field(description="Whether the result was final when the cohort was judged.")
    allowed: list[str] = strawberry.field(
        description="The predicates that what is recorded of them leaves, where it does not leave all."
    )
    calibration: Calibration | None = strawberry.field(description="The last time it was moved; null if never.")


@strawberry.type(description="How many of a cohort have a predicate.")
class PredicateCount:
    predicate: str = strawberry.field(description="The predicate.")
    people: int = strawberry.field(description="Members.")


@strawberry.type(description="Something that a curve asks of so many people.")
class CurveLimit:
    kind: QuotaKind = strawberry.field(description="In which direction.")
    predicates: list[str] = strawberry.field(description="Those that are counted together.")
    limit: int = strawberry.field(description="How many at most, or at least.")
    found: int = strawberry.field(description="How many there are.")
    kept: bool = strawberry.field(description="Whether it is kept.")


@strawberry.type(description="One change of the fewest that would keep the curve. Advice: nothing is applied.")
class RepairMove:
    employee_number: str = strawberry.field(description="Whose predicate would change.")
    before: str = strawberry.field(description="From.")
    after: str = strawberry.field(description="To.")


@strawberry.type(description="The fewest changes of predicate that would keep the curve of a cohort.")
class Repair:
    found: strawberry.Private[Rebalancing]

    @strawberry.field(description="None where it is kept, or where nothing could keep it.")
    def moves(self, first: int = DEFAULT, after: int = 0) -> list[RepairMove]:
        return [
            RepairMove(employee_number=one.id, before=one.before, after=one.after)
            for one in part(self.found.moves, first, after)
        ]

    @strawberry.field(description="What no spread of these people can keep together; then there are no moves.")
    def contradiction(self) -> list[CurveLimit]:
        return [_limit(cohorts.breach(one), kept=False) for one in self.found.contradiction]


@strawberry.input(description="Which cohorts: those of which all holds that is said.")
class CohortFilter:
    period: str | None = strawberry.field(default=None, description="Label of the period.")
    appraiser: str | None = strawberry.field(default=None, description="Employee number of the appraiser.")


@strawberry.type(description="The people whom one appraiser appraises in a period, judged beside each other.")
class Cohort:
    agency: strawberry.Private[str]
    told: strawberry.Private[Folded]
    opened: strawberry.Private[CohortOpened]
    version: int = strawberry.field(description='Version of the stream, for If-Match: `"v<version>"`.')

    @strawberry.field(description="Employee number of the appraiser.")
    def appraiser(self) -> str:
        return self.opened.appraiser

    @strawberry.field(description="Label of the period.")
    def period(self) -> str:
        return self.opened.period

    @strawberry.field(description="How far it is.")
    def stage(self) -> CohortStage:
        return _STAGES[self.told.cohort.stage]

    @strawberry.field(description="What a breach of the curve does.")
    def mode(self) -> CurveMode:
        return CurveMode(self.opened.mode)

    @strawberry.field(description="Id of the unit that the appraiser leads.")
    def unit(self) -> str:
        return self.opened.unit

    @strawberry.field(description="What that unit achieved; null where nothing is published.")
    def organisation(self) -> CohortOrganisation | None:
        return organisation(self.opened.organisation)

    @strawberry.field(description="The policy it is held to, as `<id>@<version>`.")
    def policy(self) -> str:
        return self.opened.policy.name

    @strawberry.field(description="How many members it has.")
    def people(self) -> int:
        return len(self.told.cohort.members)

    @strawberry.field(description="Its members by employee number.")
    def members(self, first: int = DEFAULT, after: int = 0) -> list[CohortMember]:
        return [_member(self.told, employee) for employee in part(sorted(self.told.cohort.members), first, after)]

    @strawberry.field(description="How many have each predicate, from the best down; empty before judging.")
    def counts(self) -> list[PredicateCount]:
        found = state.counts(self.told.cohort)
        return [PredicateCount(predicate=predicate, people=people) for predicate, people in found.items()]

    @strawberry.field(description="What the curve asks of so many people, kept or not; empty where it is not asked.")
    async def curve(self, info: Info) -> list[CurveLimit]:
        policy = await self._policy(info)
        return [] if policy is None else [_limit(one, kept) for one, kept in cohorts.asked(self.told.cohort, policy)]

    @strawberry.field(description="Why the curve is not asked; null where it is, and before judging.")
    async def unchecked(self, info: Info) -> str | None:
        policy = await self._policy(info)
        return None if policy is None else cohorts.spread(self.told.cohort, policy).unchecked

    @strawberry.field(description="The fewest changes that would keep the curve; null where it is not asked.")
    async def repair(self, info: Info) -> Repair | None:
        policy = await self._policy(info)
        found = None if policy is None else cohorts.spread(self.told.cohort, policy).repair
        return None if found is None else Repair(found=found)

    @strawberry.field(description="The breaches that were recorded when it was closed; null while it is not.")
    def recorded_breaches(self) -> list[CurveLimit] | None:
        closed = self.told.cohort.closed
        return None if closed is None else [_limit(one, kept=False) for one in closed.breaches]

    @strawberry.field(description="The day on which it was closed; null while it is not.")
    def closed_on(self) -> date | None:
        closed = self.told.cohort.closed
        return None if closed is None else closed.on

    async def _policy(self, info: Info) -> PublishedPolicy | None:
        if all(one.judged is None for one in self.told.cohort.members.values()):
            return None
        return await info.context.policies.by_hash(self.agency, self.opened.policy.hash)


@strawberry.type(description="What the cohort of the appraiser means for one appraisal. It tells of nobody else.")
class AppraisalCohort:
    stage: CohortStage = strawberry.field(description="How far the cohort is.")
    mode: CurveMode = strawberry.field(description="What a breach of the curve does.")
    organisation: CohortOrganisation | None = strawberry.field(description="What the unit of the appraiser achieved.")
    kept: bool | None = strawberry.field(
        description="Whether the cohort was closed within its curve; null while it is not, or where it was not asked."
    )
    unchecked: str | None = strawberry.field(description="Why the curve was not asked when it was closed.")
    calibration: Calibration | None = strawberry.field(
        description="Where the appraiser moved the predicate of the final result: what the policy computed, and why."
    )


def organisation(one: Organisation | None) -> CohortOrganisation | None:
    if one is None:
        return None
    return CohortOrganisation(
        unit=one.unit,
        leading=UnitLeading(one.leading),
        period=one.period,
        predicate=OrganisationPredicate(one.predicate),
        last_year=one.last_year,
        position=Position(one.position),
    )


async def read(
    context: RequestContext,
    access_scope: AccessScope,
    where: CohortFilter,
    at: Page,
    *,
    total: bool,
    position: int | None,
) -> tuple[list[Cohort], int | None]:
    """By appraiser and period."""
    params = await reach(context, access_scope.agency, access_scope.reader, position) | {
        **at.params("appraiser", "period"),
        "period": where.period,
        "appraiser": where.appraiser,
        "position": position,
    }
    wanted = at.sections | ({"total"} if total else set[str]())
    found = await context.parts.reads.one(access_scope.agency, "graphql/cohorts", params, wanted)
    rows = _ROWS.decode(found["rows"])
    return [one for row in rows if (one := _cohort(access_scope.agency, row)) is not None], found.get("total")


async def of_appraisal(
    context: RequestContext, agency: str, appraiser: str, period: str, employee: str, position: int | None
) -> AppraisalCohort | None:
    """For whoever may see the appraisal; None where the appraiser has no cohort, or the employee is not in it."""
    params = {"agency": agency, "appraiser": appraiser, "period": period, "position": position}
    found = await context.parts.reads.one(agency, "graphql/appraisal-cohort", params)
    told = folded(_STEPS.decode(found["steps"]))
    opened, closed = told.cohort.opened, told.cohort.closed
    member = told.cohort.members.get(employee)
    if opened is None or member is None:
        return None
    moved = _calibration(told, employee) if closed else None
    computed = member.judged.predicate if member.judged else None
    return AppraisalCohort(
        stage=_STAGES[told.cohort.stage],
        mode=CurveMode(opened.mode),
        organisation=organisation(opened.organisation),
        kept=None if closed is None or closed.unchecked is not None else not closed.breaches,
        unchecked=closed.unchecked if closed else None,
        calibration=moved if moved is not None and moved.after != computed else None,
    )


def _cohort(agency: str, row: CohortRow) -> Cohort | None:
    told = folded(row.steps)
    opened = told.cohort.opened
    if opened is None:
        return None
    return Cohort(agency=agency, told=told, opened=opened, version=row.steps[-1].version)


def _member(told: Folded, employee: str) -> CohortMember:
    standing = told.cohort.members[employee]
    judged = standing.judged
    return CohortMember(
        employee_number=employee,
        computed=None if judged is None else judged.predicate,
        score=None if judged is None or judged.score is None else Decimal(str(judged.score)),
        predicate=standing.predicate,
        final=judged is not None and judged.final,
        allowed=[] if judged is None else list(judged.allowed),
        calibration=_calibration(told, employee),
    )


def _calibration(told: Folded, employee: str) -> Calibration | None:
    step, moved = told.moved.get(employee), told.cohort.members[employee].calibrated
    if step is None or moved is None:
        return None
    return Calibration(
        before=moved.before,
        after=moved.after,
        by=moved.by,
        reason=moved.reason,
        at=step.at,
        position=Position(step.position),
    )


def _limit(one: CurveBreach, kept: bool) -> CurveLimit:
    return CurveLimit(
        kind=QuotaKind(one.kind), predicates=list(one.predicates), limit=one.limit, found=one.found, kept=kept
    )
