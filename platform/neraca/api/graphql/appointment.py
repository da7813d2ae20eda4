"""Who is appointed to which role in an agency, and for which days."""

from datetime import date

import strawberry

from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.enums import Role
from neraca.api.graphql.support.scalars import Position
from neraca.service import appointments


@strawberry.type(description="A role that somebody is appointed to.")
class Appointment:
    person: str = strawberry.field(description="Employee number, or the id of somebody from outside.")
    role: Role = strawberry.field(description="What they may do by it.")
    since: date = strawberry.field(description="First day on which it holds.")
    until: date | None = strawberry.field(description="Last day; null where it holds until it is withdrawn.")
    basis: str = strawberry.field(description="The order that it rests on.")
    given_at: Position = strawberry.field(description="Position of the event that gave it.")


async def read(context: RequestContext, agency: str, on: date | None, position: int | None) -> list[Appointment]:
    """By person and first day."""
    parts = context.parts
    found = await parts.threads.run(
        agency, lambda: appointments.standing(parts.service.reader, agency, on, position), parts.longest
    )
    return [
        Appointment(
            person=one.person,
            role=one.role,
            since=one.since,
            until=one.until,
            basis=one.basis,
            given_at=Position(one.at),
        )
        for one in found
    ]
