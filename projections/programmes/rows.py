"""From the events of programmes to one row each, and to who was ever in which."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from msgspec import Struct, to_builtins

from neraca.domain.programme.events import MemberJoined, OfProgramme, ProgrammeEvent, ProgrammeStarted
from neraca.projecting.projection import Entry, Key, Table, Workspace


class Programme(Struct):
    """By the event at `log_position` that started it."""

    agency: str
    programme: str
    log_position: int


class Step(Struct):
    """One event of a programme; `event` is what the log has of it."""

    agency: str
    programme: str
    log_position: int
    version: int
    tag: str
    at: datetime
    by: str
    event: dict[str, Any]


class Membership(Struct):
    """That somebody was ever taken in, by the event at `log_position` that did so first."""

    agency: str
    employee: str
    programme: str
    log_position: int


PROGRAMMES = Table("programmes", Programme, key=("programme",))
STEPS = Table("steps", Step, key=("programme", "log_position"), append=True)
MEMBERSHIPS = Table("memberships", Membership, key=("employee", "programme"))


def apply(work: Workspace, entry: Entry) -> None:
    event = cast("ProgrammeEvent", entry.body)
    match event:
        case ProgrammeStarted():
            work.put(PROGRAMMES, Programme(entry.agency, event.programme, entry.position))
        case MemberJoined():
            if work.get(MEMBERSHIPS, event.employee, event.programme) is None:
                row = Membership(entry.agency, event.employee, event.programme, entry.position)
                work.put(MEMBERSHIPS, row)
        case OfProgramme():
            pass  # told by the step alone
        case _:
            raise TypeError(f"{entry.tag} is no event of a programme")
    step = Step(
        agency=entry.agency,
        programme=event.programme,
        log_position=entry.position,
        version=entry.version,
        tag=entry.tag,
        at=entry.at,
        by=entry.by,
        event=to_builtins(entry.body),
    )
    work.put(STEPS, step)


def keys(entry: Entry) -> Iterable[tuple[Table[Any], tuple[Key, ...]]]:
    """What a batch loads at once."""
    if isinstance(entry.body, MemberJoined):
        yield MEMBERSHIPS, (entry.body.employee, entry.body.programme)
