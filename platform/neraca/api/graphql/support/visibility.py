"""Whom a reader may see because of where they stand: asked of the roster on the legal day, not of the last event."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from neraca.api.graphql.support.context import RequestContext


async def reach(
    context: RequestContext, agency: str, reader: str | None, position: int | None = None, on: date | None = None
) -> dict[str, Any]:
    """What statements that ask for people or appraisals need: the reader, today, and whom the reader is above.

    A `reader` of None sees everybody. It is of today also where the past is read; `day` is `on`, or that of the
    recording of `position`.
    """
    today = context.today(agency)
    found: dict[str, Any] = {"serves": False, "below": [], "acting_for": []}
    known = {"agency": agency, "reader": reader, "today": today}
    if reader is not None:
        found = await context.parts.reads.one(agency, "graphql/visibility", known)
    day = today
    if position is not None and on is None:
        read = {"agency": agency, "position": position}
        recorded = (await context.parts.reads.one(agency, "graphql/recorded", read))["recorded_at"]
        day = today if recorded is None else min(today, recorded.astimezone(_zone(context, agency)).date())
    return known | found | {"day": on or day}


def _zone(context: RequestContext, agency: str) -> ZoneInfo:
    return ZoneInfo(context.parts.agencies[agency].time_zone)
