"""An event of the log as a message to other programs: CloudEvents 1.0, structured, with what integrators may read."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from neraca.api.authentication import AccessScope
from neraca.api.event_log import LoggedEvent, logged

LARGEST = 256_000
"""Bytes of a message; of an event that is larger it tells where to read it."""


class CloudEvent(Struct, frozen=True, omit_defaults=True):
    """`data` is the event as a page of the log has it; `subject` its stream, `time` when it was recorded: both are
    missing of what is withheld. `dataref` stands in the place of `data` that is too large: a page of the log.
    """

    specversion: str
    id: str
    source: str
    type: str
    datacontenttype: str
    subject: str | None = None
    time: datetime | None = None
    data: LoggedEvent | None = None
    dataref: str | None = None


def written(agency: str, row: dict[str, Any]) -> bytes:
    """The message's body from a row of the log."""
    event = logged(AccessScope(agency, "", "", counts=False, log=True, raters=False), row)
    message = CloudEvent(
        specversion="1.0",
        id=event.id,
        source=f"urn:neraca:agency:{agency}",
        type=event.type,
        datacontenttype="application/json",
        subject=None if event.stream is None else str(event.stream),
        time=event.recorded_at,
        data=event,
    )
    if len(body := msgspec.json.encode(message)) <= LARGEST:
        return body
    where = f"/agencies/{agency}/events?after={event.position - 1}&limit=1"
    return msgspec.json.encode(replace(message, data=None, dataref=where))
