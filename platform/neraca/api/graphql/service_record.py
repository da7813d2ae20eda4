"""What is recorded of somebody's service besides where they stand today: folded from their events, of any position."""

from datetime import date

import strawberry

from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.enums import ActingKind, ExemptionKind, PositionClass, StudyOutcome
from neraca.domain import roster


@strawberry.type(description="Days for which no plan is owed and no appraisal is due (annex p. 65-66).")
class Exemption:
    kind: ExemptionKind = strawberry.field(description="Why.")
    since: date = strawberry.field(description="First day.")
    until: date | None = strawberry.field(description="Last day; null until it is known.")
    decree: str = strawberry.field(description="What it rests on.")
    withdrawn: bool = strawberry.field(description="Whether it is as if it had never been.")


@strawberry.type(description="Study by order of the agency (tugas belajar).")
class StudyAssignment:
    programme: str = strawberry.field(description="What is studied.")
    since: date = strawberry.field(description="First day.")
    until: date = strawberry.field(description="The day by which it must be done.")
    decree: str = strawberry.field(description="What it rests on.")
    ended: date | None = strawberry.field(description="Its last day; null until it has ended.")
    outcome: StudyOutcome | None = strawberry.field(description="How it ended; null until it has ended.")


@strawberry.type(description="That somebody acts in the post which the employee holds, or held last.")
class ActingAppointment:
    kind: ActingKind = strawberry.field(description="Plt or Plh.")
    employee_number: str = strawberry.field(description="Who acts.")
    unit: str = strawberry.field(description="Id of the unit of the post.")
    since: date = strawberry.field(description="First day.")
    until: date = strawberry.field(description="Last day.")
    decree: str = strawberry.field(description="What it rests on.")


@strawberry.type(description="That the employee has somebody appraise in their place for some days.")
class Delegation:
    employee_number: str = strawberry.field(description="Who does.")
    since: date = strawberry.field(description="First day.")
    until: date = strawberry.field(description="Last day.")


@strawberry.type(description="What somebody's post, class or level is from a day on.")
class HeldPost:
    since: date = strawberry.field(description="First day.")
    position: str | None = strawberry.field(description="Jabatan; null where it stays what it was.")
    position_class: PositionClass | None = strawberry.field(description="Class; null where it stays what it was.")
    career_level: str | None = strawberry.field(description="Jenjang; null where it stays what it was.")


@strawberry.type(description="A time out of service, between retirement and rehiring.")
class ServiceBreak:
    since: date = strawberry.field(description="First day.")
    until: date = strawberry.field(description="Last day.")


@strawberry.type(description="What is recorded of somebody's service besides where they stand today.")
class ServiceRecord:
    exemptions: list[Exemption] = strawberry.field(description="In the order in which they were recorded.")
    studies: list[StudyAssignment] = strawberry.field(description="In the order in which they were recorded.")
    acting: list[ActingAppointment] = strawberry.field(description="Who acts in their post, as it was recorded.")
    delegations: list[Delegation] = strawberry.field(
        description="Who appraises in their place, as it was recorded; without what was revoked."
    )
    posts: list[HeldPost] = strawberry.field(description="Post, class and level, in order of days.")
    breaks: list[ServiceBreak] = strawberry.field(description="In order of days.")


async def service_record(context: RequestContext, agency: str, employee: str, as_of: int | None) -> ServiceRecord:
    """Of an employee whom the reader may see."""
    return _shown(await tenure_of(context, agency, employee, as_of))


async def tenure_of(context: RequestContext, agency: str, employee: str, as_of: int | None) -> roster.State:
    parts, reader = context.parts, context.parts.service.as_of_reader
    return await parts.threads.run(agency, lambda: reader.employee(agency, employee, as_of), parts.longest)


def _shown(state: roster.State) -> ServiceRecord:
    days = sorted({since for known in (state.posts, state.classes, state.levels) for since, _ in known})
    posts, classes, levels = dict(state.posts), dict(state.classes), dict(state.levels)
    return ServiceRecord(
        exemptions=[
            Exemption(kind=one.kind, since=one.since, until=one.until, decree=one.decree, withdrawn=one.withdrawn)
            for one in state.exemptions
        ],
        studies=[
            StudyAssignment(
                programme=one.programme,
                since=one.since,
                until=one.until,
                decree=one.decree,
                ended=one.ended,
                outcome=one.outcome,
            )
            for one in state.studies
        ],
        acting=[
            ActingAppointment(
                kind=one.kind,
                employee_number=one.to,
                unit=one.unit,
                since=one.since,
                until=one.until,
                decree=one.decree,
            )
            for one in state.acting
        ],
        delegations=[Delegation(employee_number=one.to, since=one.since, until=one.until) for one in state.delegations],
        posts=[
            HeldPost(since=day, position=posts.get(day), position_class=classes.get(day), career_level=levels.get(day))
            for day in days
        ],
        breaks=[ServiceBreak(since=first, until=last) for first, last in sorted(state.breaks)],
    )
