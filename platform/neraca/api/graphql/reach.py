"""Whom a reader may see because of where they stand: asked of the roster on the legal day, not of the last event."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from neraca.api.graphql.asking import Asking


async def reach(asking: Asking, agency: str, reader: str | None, position: int | None = None) -> dict[str, Any]:
    """What statements that ask for people or appraisals need: the reader, today, and whom the reader is above.

    A `reader` of None sees everybody. Sight is of today also where the past is read; `day` is that of the recording of
    `position`.
    """
    today = _today(asking, agency)
    found: dict[str, Any] = {"serves": False, "below": [], "acting_for": []}
    known = {"agency": agency, "reader": reader, "today": today}
    if reader is not None:
        found = await asking.parts.reads.one(agency, "graphql/reach", known)
    day = today
    if position is not None:
        read = {"agency": agency, "position": position}
        recorded = (await asking.parts.reads.one(agency, "graphql/recorded", read))["recorded_at"]
        day = today if recorded is None else min(today, recorded.astimezone(_zone(asking, agency)).date())
    return known | found | {"day": day}


def _today(asking: Asking, agency: str) -> date:
    return asking.parts.clock().astimezone(_zone(asking, agency)).date()


def _zone(asking: Asking, agency: str) -> ZoneInfo:
    return ZoneInfo(asking.parts.agencies[agency].time_zone)
