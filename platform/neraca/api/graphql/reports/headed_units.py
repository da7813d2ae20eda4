"""Which offices a reader heads, whose numbers they may know without seeing the whole agency."""

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.visibility import reach


async def of_reader(context: RequestContext, access_scope: AccessScope) -> list[str] | None:
    """None where they see everybody's appraisal anyway. Raises an error with code NOT_ALLOWED where there are none."""
    if access_scope.reader is None:
        return None
    known = await reach(context, access_scope.agency, access_scope.reader)
    params = known | {"below": list[str](), "position": None}
    rows = await context.parts.reads.rows(access_scope.agency, "graphql/unit-heads", params)
    if not rows or not known["serves"]:
        raise client_error("NOT_ALLOWED", "this is for those who see the whole agency, and for heads of offices")
    return [row["unit"] for row in rows]
