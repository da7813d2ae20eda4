"""What is asked for and what became of it: a batch of commands, and the answer."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from neraca.domain.contexts import Actor
from neraca.domain.registry import Command


class CommandBatch(Struct, frozen=True, kw_only=True):
    """Commands that are done together or not at all, and who sends them.

    `key` is the Idempotency-Key and `body_hash` the hex sha256 of what was sent under it. `expected` holds, for each
    stream the commands touch in order of first mention, the version the sender saw; empty if the sender does not care,
    which `must_match` refuses of a command that changes what is there.
    """

    agency: str
    actor: Actor
    commands: tuple[Command, ...]
    now: datetime
    key: str | None = None
    body_hash: str | None = None
    expected: tuple[int, ...] = ()
    must_match: bool = False
    on_behalf_of: str | None = None
    correlation: str | None = None
    causation: str | None = None
    effective: date | None = None


class EventReference(Struct, frozen=True):
    """An event as appended; its id is `<agency>:<position>`, its version the one that people know of the stream."""

    id: str
    type: str
    stream: UUID
    version: int
    position: int


class CommandResult(Struct, frozen=True):
    """`position` is the log position to wait for to read this write; `replayed` if the key had been done before."""

    position: int
    events: tuple[EventReference, ...]
    replayed: bool = False


class NoSuchAgency(Exception):
    """The message lists the agencies there are."""


class PreconditionFailed(Exception):
    """A stream is not at the version the sender saw."""

    def __init__(self, sent: tuple[int, ...], current: tuple[int, ...]) -> None:
        super().__init__(_moved_on(sent, current))
        self.current = current


_FIRST = "is the first of something that is not there yet, which is"


class Unseen(Exception):
    """A command changes what is there, and its sender did not say at which version they saw it."""

    def __init__(self, at: int, tag: str, current: tuple[int, ...]) -> None:
        what = "changes what is there, which is now" if any(current) else _FIRST
        super().__init__(f"command {at} ({tag}) {what} {_versions(current)}")
        self.at = at
        self.current = current


class KeyRunning(Exception):
    """The same Idempotency-Key is being worked on right now."""


class KeyReused(Exception):
    """The Idempotency-Key was used for a different body."""


def _moved_on(sent: tuple[int, ...], current: tuple[int, ...]) -> str:
    if any(sent) and current and not any(current):
        return (
            f"there is nothing here yet, which is v0, and you saw {_versions(sent)}; look whether the command names "
            "what you read, or begin it with v0"
        )
    moved = "the stream has" if len(current) == 1 else "the streams have"
    return f"{moved} moved on: you saw {_versions(sent)}, now {_versions(current)}; read it again"


def _versions(numbers: tuple[int, ...]) -> str:
    return ", ".join(f"v{number}" for number in numbers)
