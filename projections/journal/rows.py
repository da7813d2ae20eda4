"""From every event to a digest of it as it was when it was taken in, so that a replay can name what was changed since.

It is no proof: whoever can change the log can change this too, or build it again. It finds what was changed by whoever
did not think of it, in any event and any field of it.
"""

from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from msgspec import Struct

from neraca.projecting.projection import Entry, Table, Workspace


class Event(Struct):
    """`digest` is the first half of a SHA-256: nobody finds another event for a given one."""

    agency: str
    position: int
    digest: UUID


# Streams come again and again: a year of an appraisal has some hundred events.
_written = lru_cache(4096)(UUID.__str__)

EVENTS = Table("events", Event, ("position",), append=True, private=True)


def apply(work: Workspace, entry: Entry) -> None:
    # The place belongs to it: an event that is whole but stands elsewhere, or later, is another one.
    place = (
        f"{entry.position}\n{_written(entry.stream)}\n{entry.version}\n{entry.tag}\n{entry.recorded_at.isoformat()}\n"
    )
    digest = sha256(place.encode() + entry.data).digest()
    work.put(EVENTS, Event(entry.agency, entry.position, UUID(int=int.from_bytes(digest[:16], "big"))))
