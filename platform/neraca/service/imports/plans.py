"""What an import would do, row by row: the commands of each, and what they would change."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, Protocol, TypeAlias

from msgspec import Struct, field

from neraca.domain.agency import Agency
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.domain.registry import Command
from neraca.domain.vocabulary import Role, Scope
from neraca.service.command_batch import CommandBatch, CommandResult
from neraca.service.event_reader import EventReader
from neraca.service.imports.fields import Field
from neraca.service.imports.row_values import ReadRow

Outcome: TypeAlias = Literal["new", "changed", "same", "there", "refused"]
"""`there` is told of what is there already where it is not to be told how it is; nothing of it is changed."""


class Change(Struct, frozen=True):
    """None where nothing was said before."""

    field: str
    before: str | None
    after: str


class Sent(Struct, frozen=True):
    """A command and the line it is of. `places` says for a JSON pointer into it which line and field that is from,
    where it is not the field of the same name.
    """

    command: Command
    line: int
    places: Mapping[str, tuple[int, str]] = {}

    def place(self, pointer: str) -> tuple[int, str]:
        """The line and field that a pointer into the command leads to."""
        at = pointer
        while at:
            if at in self.places:
                return self.places[at]
            at = at.rpartition("/")[0]
        return self.line, pointer.removeprefix("/").partition("/")[0]


class Planned(Struct, frozen=True):
    """`what` names what the row is of, as people know it."""

    line: int
    what: str
    outcome: Outcome
    sent: Sequence[Sent] = ()
    changes: tuple[Change, ...] = ()


class Misread(Struct, frozen=True):
    """A row that can be read and can't be meant: the field that is at fault, and what is wrong."""

    line: int
    field: str
    what: str


_NEEDED = ("reason", "decree", "source", "unit")
"""Texts without which some commands are none; a row that can't give one leaves it empty."""


class Plan(Struct):
    """Is filled in place."""

    rows: list[Planned] = field(default_factory=list[Planned])
    misread: list[Misread] = field(default_factory=list[Misread])

    def add(self, planned: Planned) -> None:
        """Takes in a row, and what it must say besides."""
        self.rows.append(planned)
        for name in _NEEDED:
            if any(getattr(one.command, name, None) == "" for one in planned.sent):
                what = (
                    f"{planned.what} is changed by this line, and for that it is needed; say it here or for all lines"
                )
                self.misread.append(Misread(planned.line, name, what))


def once(rows: Sequence[ReadRow], names: Sequence[str], found: Plan) -> list[ReadRow]:
    """Returns the rows that no other has the key of; of the others it is told. `names` make up the key."""
    keys = [tuple(row.values.get(name) for name in names) for row in rows]
    times = Counter(keys)
    for row, key in zip(rows, keys, strict=True):
        if times[key] > 1:
            what = f"{' '.join(map(str, key))} is in {times[key]} lines; leave one of them"
            found.misread.append(Misread(row.line, names[0], what))
    return [row for row, key in zip(rows, keys, strict=True) if times[key] == 1]


class Importing(Protocol):
    """What an import asks of the service."""

    @property
    def reader(self) -> EventReader: ...

    def handle(self, batch: CommandBatch) -> CommandResult: ...

    def rehearse(self, batch: CommandBatch) -> list[Refusal]: ...


class Surroundings(Struct, frozen=True):
    """What there is already, and who asks; `may_read` says whether they may know how it is. `file` is the hex sha256 of
    what they sent.
    """

    service: Importing
    agency: Agency
    actor: Actor
    today: date
    may_read: bool
    file: str


class ImportKind(Struct, frozen=True):
    """A kind of file. `commands` are the tags of what it sends, of which the sender must be allowed one; `first` those
    that are sent before all others. Only `readers`, and programs with one of the `scopes`, may know what is there; None
    where it is the sender's own. `source` is the field that names the source a file is from, where rows have one.
    """

    name: str
    fields: Sequence[Field]
    commands: tuple[str, ...]
    plan: Callable[[Sequence[ReadRow], Surroundings], Plan]
    first: tuple[type, ...] = ()
    readers: frozenset[Role] | None = None
    scopes: frozenset[Scope] = frozenset()
    source: str | None = None

    def may_read(self, actor: Actor) -> bool:
        if self.readers is None or actor.agency is None or actor.roles & self.readers:
            return True
        return Role.INTEGRATOR in actor.roles and bool(self.scopes & (actor.scopes or frozenset()))


def change(name: str, before: Any, after: Any) -> Change:
    return Change(name, None if before is None else _said(before), _said(after))


def _said(value: Any) -> str:
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)
