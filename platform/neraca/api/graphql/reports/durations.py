"""How many days results and answers take, by office."""

from typing import Any

import strawberry

from neraca.api import outcome_counts
from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import headed_units
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.enums import AppraisalStep
from neraca.service import durations as service


@strawberry.type(description="How many days a step of the appraisals of a period took.")
class Duration:
    unit: str | None = strawberry.field(description="Id of the unit; null of all together.")
    step: AppraisalStep = strawberry.field(description="Which step.")
    people: int = strawberry.field(description="Of how many people.")
    number: int = strawberry.field(description="How many results, or answered reports.")
    lower_quartile: int = strawberry.field(description="A quarter of them took so many days or less.")
    median: int = strawberry.field(description="Half of them took so many days or less.")
    upper_quartile: int = strawberry.field(description="Three quarters of them took so many days or less.")
    longest: int = strawberry.field(description="The longest took so many days.")


async def read(context: RequestContext, access_scope: AccessScope, period: str) -> list[Duration]:
    """Of all and by unit; of the units that the reader heads; or, for those who see counts alone, of enough people."""
    few = access_scope.reader is not None and access_scope.counts
    units = None if few else await headed_units.of_reader(context, access_scope)
    agency = context.parts.agencies[access_scope.agency]
    params = service.params(agency.time_zone, period, units, context.today(agency.id)) | {"agency": agency.id}
    rows = await context.parts.reads.rows(agency.id, f"service/{service.STATEMENT}", params)
    found = [_duration(row) for row in rows]
    if units is not None:
        return [one for one in found if one.unit is not None]
    return [one for step in AppraisalStep for one in _enough([each for each in found if each.step is step], few=few)]


def _duration(row: dict[str, Any]) -> Duration:
    return Duration(
        unit=row["unit"],
        step=AppraisalStep(row["step"]),
        people=row["people"],
        number=row["number"],
        lower_quartile=row["lower_quartile"],
        median=row["median"],
        upper_quartile=row["upper_quartile"],
        longest=row["longest"],
    )


def _enough(found: list[Duration], *, few: bool) -> list[Duration]:
    """The whole, and the units: all of them, or those of enough people, of whom too what is left out is enough."""
    if not few:
        return found
    whole = [one for one in found if one.unit is None and one.people >= outcome_counts.FLOOR]
    return [*whole, *outcome_counts.large([one for one in found if one.unit is not None])]
