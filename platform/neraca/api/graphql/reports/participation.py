"""How far the appraisals of a period are, by office."""

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import headed_units
from neraca.api.graphql.support.context import RequestContext
from neraca.service import participation as service


@strawberry.type(description="How far the appraisals of an office are. Anonymous raters are counted nowhere.")
class Participation:
    unit: str = strawberry.field(description="Id of the unit.")
    people: int = strawberry.field(description="Who is appraised in it.")
    planned: int = strawberry.field(description="Whose plan is approved.")
    reported: int = strawberry.field(description="Who has reported progress or a day's work.")
    rated: int = strawberry.field(description="Whom whoever judges has rated, or judged by a level; or who is done.")
    final: int = strawberry.field(description="Whose result is final.")


async def read(context: RequestContext, access_scope: AccessScope, period: str) -> list[Participation]:
    """By unit: all, or those the reader heads."""
    units = await headed_units.of_reader(context, access_scope)
    params = {"agency": access_scope.agency, "period": period, "units": units}
    rows = await context.parts.reads.rows(access_scope.agency, f"service/{service.STATEMENT}", params)
    return [Participation(**row) for row in rows]
