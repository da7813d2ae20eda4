"""Who heads the units of an agency on a day."""

from datetime import date

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support import arguments
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.visibility import reach


@strawberry.type(description="Who heads an office.")
class UnitHead:
    unit: str = strawberry.field(description="Id of the unit.")
    employee_number: str = strawberry.field(description="Employee number of the head.")
    acting: bool = strawberry.field(description="Whether they stand in for a head that there is not (Plt).")
    since: date = strawberry.field(description="The first day on which they do.")
    decree: str = strawberry.field(description="What appointed them.")


async def read(
    context: RequestContext, access_scope: AccessScope, on: date | None, position: int | None
) -> list[UnitHead]:
    """By unit, of those people whom the reader may see; on the day of reading where none is named."""
    arguments.day("on", on)
    known = await reach(context, access_scope.agency, access_scope.people, position)
    params = known | {"position": position, "day": on or known["day"]}
    rows = await context.parts.reads.rows(access_scope.agency, "graphql/unit-heads", params)
    return [
        UnitHead(
            unit=row["unit"],
            employee_number=row["employee"],
            acting=row["acting"],
            since=row["since"],
            decree=row["decree"],
        )
        for row in rows
    ]
