"""Which offices a reader heads, whose numbers they may know without seeing the whole agency."""

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.visibility import reach


async def of_reader(context: RequestContext, access_scope: AccessScope) -> list[str] | None:
    """None where they see everybody's appraisal anyway. Raises an error with code NOT_ALLOWED where there are none."""
    if access_scope.reader is None:
        return None
    found = await headed(context, access_scope)
    if not found:
        raise client_error("NOT_ALLOWED", "this is for those who see the whole agency, and for heads of offices")
    return found


async def headed(context: RequestContext, access_scope: AccessScope) -> list[str]:
    """The offices that a reader heads today; none where they are not in service."""
    known = await reach(context, access_scope.agency, access_scope.reader)
    params = known | {"below": list[str](), "position": None}
    rows = await context.parts.reads.rows(access_scope.agency, "graphql/unit-heads", params)
    return [row["unit"] for row in rows] if known["serves"] else []
