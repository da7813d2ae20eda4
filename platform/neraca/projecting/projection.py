"""What a projection is: tables of rows, and a fold that takes one log entry after the other into them.

The same fold serves the live follower and a rebuild. It sees a workspace and an entry: no clock, file or database.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeAlias, TypeVar
from uuid import UUID

from msgspec import Struct

from neraca.domain.registry import Event
from neraca.projecting.row_schemas import shape

Key: TypeAlias = str | int | date | UUID
Row = TypeVar("Row", bound=Struct)


class Table(Struct, Generic[Row], frozen=True, eq=False):
    """A table by the Struct that is its row: a column for each field, the first of them `agency`.

    str, enums of str, int, bool, Decimal, date, datetime and UUID are native columns; anything else is JSON, in
    whichever of jsonb, json and bytea the DDL says. `key` names the primary key after the agency, in order. Rows of an
    `append` table are put once and neither read nor changed; a second row with the same key is an error. A `private`
    table is the fold's own memory, which the application may not read.

    What the rows were is in the table `past`: each time one of its columns changes or the row goes, what stood is put
    there. A row holds from the position `holds_from`, which nobody but the workspace sets, up to `held_until`, at which
    it no longer does. `turns` are the columns that begin another row, where not all do. Nested values of such rows are
    replaced, never changed in place.
    """

    name: str
    row: type[Row]
    key: tuple[str, ...]
    append: bool = False
    private: bool = False
    past: "Table[Any] | None" = None
    turns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        fields = self.row.__struct_fields__
        if fields[:1] != ("agency",):
            raise TypeError(f"table {self.name}: {self.row.__name__}.agency must be its first field")
        if missing := [name for name in self.key if name not in fields[1:]]:
            raise TypeError(f"table {self.name}: key {missing[0]} is no field of {self.row.__name__}")
        if not self.key:
            raise TypeError(f"table {self.name}: key is empty; name the columns that follow agency in the primary key")
        if self.past is not None:
            self._check_past(self.past)

    def _check_past(self, past: "Table[Any]") -> None:
        kept = set(past.row.__struct_fields__) - {"held_until"}
        if missing := (kept | {"holds_from"}) - set(self.row.__struct_fields__):
            raise TypeError(f"table {past.name}: {self.row.__name__} has no {sorted(missing)[0]}")
        if past.key != (*self.key, "holds_from") or not past.append or "held_until" not in past.row.__struct_fields__:
            raise TypeError(f"table {past.name}: append rows by {', '.join(self.key)} and holds_from, with held_until")
        if missing := set(self.turns) - kept:
            raise TypeError(f"table {past.name}: {sorted(missing)[0]} turns a row, and is not kept of it")


class Entry(Struct, frozen=True, gc=False):
    """One event as the log holds it. `at` is when it happened, `recorded_at` when it was appended; both UTC.

    `data` are the bytes that were stored, of which `at` to `body` were read.
    """

    agency: str
    position: int
    stream: UUID
    version: int
    tag: str
    recorded_at: datetime
    at: datetime
    by: str
    on_behalf_of: str | None
    correlation: str
    causation: str | None
    effective: date | None
    body: Event
    data: bytes = b""


class Missed(Struct, frozen=True, gc=False):
    """An event that could not be taken in, or waits for one that could not. `body` is None if it cannot be read.

    Of an unreadable one `at` is when it was recorded, and `by` is empty.
    """

    agency: str
    position: int
    stream: UUID
    tag: str
    recorded_at: datetime
    at: datetime
    by: str
    effective: date | None
    body: Event | None


class Workspace(Protocol):
    """The rows of one agency, as the fold has left them so far. Keys are given without the agency."""

    @property
    def agency(self) -> str: ...

    def get(self, table: Table[Row], *key: Key) -> Row | None:
        """The row itself: change it and `put` it back, or leave it alone."""
        ...

    def put(self, table: Table[Row], row: Row) -> None: ...

    def drop(self, table: Table[Any], *key: Key) -> None: ...

    def changed(self, table: Table[Row]) -> Iterable[Row]:
        """The rows that were put since the last batch was stored, and are still there."""
        ...

    def prefetch(self, table: Table[Any], keys: Iterable[tuple[Key, ...]]) -> None:
        """Loads in one query what `get` would load one by one."""
        ...


class Projection(Struct, frozen=True, eq=False):
    """A read model: its tables live in the schema `read_<name>`, and `ddl` names them without a schema.

    `tags` are the events it wants (None: all); others pass it by undecoded. `keys` says which rows an entry will need,
    so that a batch loads them at once. Raise `version` when the fold changes, and neither the tables nor what the rows
    are made of do: each leads to a rebuild.

    An event that cannot be held is set aside, and so are the later ones of its stream. `missed` is called for each: it
    marks the rows of other streams that it would have changed, so that no number is shown that lacks it.

    `complete` is called before the rows of a batch are stored: what only its last event decides may wait for it.
    """

    name: str
    ddl: str
    tables: tuple[Table[Any], ...]
    apply: Callable[[Workspace, Entry], None]
    tags: frozenset[str] | None = None
    keys: Callable[[Entry], Iterable[tuple[Table[Any], tuple[Key, ...]]]] | None = None
    version: int = 1
    missed: Callable[[Workspace, Missed], None] | None = None
    complete: Callable[[Workspace], None] | None = None

    @property
    def schema(self) -> str:
        return f"read_{self.name}"

    @property
    def digest(self) -> str:
        """Rows made under one digest are never mixed with rows made under another."""
        return _digest(self.version, self.ddl, tuple(table.row for table in self.tables))


@lru_cache
def _digest(version: int, ddl: str, rows: tuple[type[Struct], ...]) -> str:
    return sha256(f"{version}\n{ddl}\n{shape(rows)}".encode()).hexdigest()


def tags(*kinds: type[Struct]) -> frozenset[str]:
    """The stored types of these events."""
    return frozenset(str(kind.__struct_config__.tag) for kind in kinds)
