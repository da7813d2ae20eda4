"""Who may know what groups of people come to, and how much of it.

The agency, its classes and its units are groupings of the same people: whoever had the means of two of them could
subtract one from the other until a single person is left. So a reader who may not see single results has the means of
one of them only, and of a class nobody else has more than the median.
"""

from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import headed_units
from neraca.api.graphql.support.context import RequestContext, client_error


def whole_agency(access_scope: AccessScope) -> None:
    """Raises an error with code NOT_ALLOWED for whoever may not know what the agency comes to."""
    if access_scope.reader is not None and not access_scope.counts:
        raise client_error("NOT_ALLOWED", "what all come to is for those who see the whole agency; name your own unit")


async def of_unit(context: RequestContext, access_scope: AccessScope, unit: str) -> bool:
    """Whether the reader may have the mean of the unit. Raises an error with code NOT_ALLOWED for whoever may know
    nothing of it.
    """
    if access_scope.reader is None:
        return True
    if access_scope.counts:
        return False
    headed = await headed_units.of_reader(context, access_scope)
    if headed is not None and unit not in headed:
        raise client_error("NOT_ALLOWED", "this is for those who see the whole agency, and for heads of offices")
    return True


async def units_told_exactly(context: RequestContext, access_scope: AccessScope, unit: str | None) -> list[str] | None:
    """Of which units the reader may have counts that are not held back, None for all: of one, or of those they head.
    Raises an error with code NOT_ALLOWED where there are none.
    """
    headed = await headed_units.of_reader(context, access_scope)
    if headed is None or unit is None:
        return headed if unit is None else [unit]
    if unit not in headed:
        raise client_error("NOT_ALLOWED", "this is for those who see the whole agency, and for heads of offices")
    return [unit]


def every_result(access_scope: AccessScope) -> None:
    """Raises an error with code NOT_ALLOWED for whoever may not see single results."""
    if access_scope.reader is not None:
        raise client_error("NOT_ALLOWED", "the people of a programme are told of to those who see every result")
