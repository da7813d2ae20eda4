"""What a report is asked about, by name: where it would be empty, a name that is nowhere is refused.

Units, measures, surveys and programmes of an agency are no secret from who reads there. Of an employee a reader learns
no more than they may see: one who is nobody, and one whom they may not see, are refused alike.
"""

from collections.abc import Sequence
from typing import TypeVar

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support import connections
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.visibility import reach
from neraca.domain.errors import Refusal
from neraca.domain.text_kinds import shown
from neraca.service import report_subjects
from neraca.service.report_subjects import Named, Subjects

T = TypeVar("T")


async def part(
    context: RequestContext, access_scope: AccessScope, asked: Subjects, found: Sequence[T], first: int, after: int
) -> list[T]:
    """A page of what a report found. Raises an error with code INVALID for a name that is nowhere."""
    if not found:
        await require(context, access_scope, asked)
    return connections.part(found, first, after)


async def require(context: RequestContext, access_scope: AccessScope, asked: Subjects) -> None:
    """Raises an error with code INVALID for a name that is nowhere."""
    agency = context.parts.agencies[access_scope.agency]
    known = await reach(context, agency.id, access_scope.reader)
    params = known | report_subjects.asked(agency, asked, access_scope.reader, known["below"])
    named = Named(**await context.parts.reads.one(agency.id, f"service/{report_subjects.STATEMENT}", params))
    try:
        report_subjects.require_named(agency, asked, named)
    except Refusal as refused:
        raise client_error("INVALID", str(refused)) from None
    # Whoever asks about themselves need be on no roster.
    if asked.employee not in (None, context.actor.id) and not named.employee:
        raise client_error(
            "INVALID",
            f"there is no employee {shown(asked.employee)} of {agency.id} whom you may see; write the number of one of "
            "its roster",
        )
