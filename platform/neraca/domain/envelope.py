"""What surrounds every event in the log: who, on whose behalf, when, and because of what."""

from datetime import date, datetime
from typing import Annotated, Generic, TypeVar

from msgspec import Meta, Struct, field

EventT = TypeVar("EventT")


# Without gc: nothing in it leads back to itself, and a replay has millions that the collector would go over.
class Envelope(Struct, Generic[EventT], frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`at` is UTC. `correlation` is shared by all that one request set off; `causation` is the event that led here.

    `effective` is the legal day from which the event counts, where that is not the day of `at`.
    `schema` is the version of the body's shape; programs that know a newer one upcast older bodies when reading.
    """

    at: Annotated[datetime, Meta(tz=True)]
    by: str
    on_behalf_of: str | None = field(default=None, name="for")
    correlation: str
    causation: str | None = None
    effective: date | None = None
    schema: int = 1
    body: EventT


def event_id(agency: str, position: int) -> str:
    """Agency and position name an event for ever; it needs no other id."""
    return f"{agency}:{position}"
