"""Events that a projection could not take in: it goes on without them, and whoever asks is told.

An event at fault holds its stream: later events of the stream are set aside too, in order, because what they would
change may not be there. A rebuild tries all of them again from the log, so what is taken in late is taken in at its
place; a program of another version does so by itself at its first start.
"""

import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct
from psycopg import Connection, Error

from neraca.projecting.errors import PoisonEvent
from neraca.projecting.projection import Missed, Projection
from neraca.projecting.statements import statement

PROGRAM = version("neraca")
_LONGEST = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

Held: TypeAlias = dict[UUID, int]
"""Streams that wait for an event that was set aside, and its position."""


class SetAsideEvent(Struct, frozen=True):
    """`waits_for` is the position of the event that holds the stream; None for that event itself."""

    position: int
    stream: UUID
    tag: str
    waits_for: int | None
    reason: str


def at_fault(missed: Missed, cause: Exception) -> SetAsideEvent:
    return SetAsideEvent(missed.position, missed.stream, missed.tag, None, _said(cause))


def waiting(missed: Missed, for_: int) -> SetAsideEvent:
    return SetAsideEvent(missed.position, missed.stream, missed.tag, for_, f"it waits for {missed.agency}:{for_}")


def held(connection: Connection, projection: Projection, agency: str) -> Held:
    rows = connection.execute(statement("held-streams"), (agency, projection.name), prepare=True).fetchall()
    return dict(rows)


def keep(connection: Connection, projection: Projection, agency: str, asides: Iterable[SetAsideEvent]) -> None:
    """In the caller's transaction."""
    for one in asides:
        connection.execute(
            statement("set-aside"),
            {
                "agency": agency,
                "projection": projection.name,
                "position": one.position,
                "stream": one.stream,
                "tag": one.tag,
                "waits_for": one.waits_for,
                "reason": one.reason,
                "program": PROGRAM,
            },
        )


def _said(cause: Exception) -> str:
    """Short and in one line. Of the database only what it says first: its details quote values."""
    if isinstance(cause, PoisonEvent):
        words = cause.reason
    elif isinstance(cause, Error):
        # The details of a constraint quote the row, and this is shown to operators who may read no dossier.
        words = cause.diag.message_primary or str(cause)
    else:
        words = f"{type(cause).__name__}: {cause}"
    return plain(words)


def plain(words: str) -> str:
    """What any text column can hold."""
    clean = _CONTROL.sub(" ", words.encode("utf-8", "replace").decode()).strip()
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1] + "…"
