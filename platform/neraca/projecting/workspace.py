"""The rows a fold works on: those of one agency, in memory, loaded on a miss where there is something to load from."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeAlias, cast, get_origin

from msgspec import Struct
from msgspec.structs import fields

from neraca.projecting.errors import ForeignRow
from neraca.projecting.projection import Key, Row, Table

Keys: TypeAlias = tuple[Key, ...]
Load: TypeAlias = Callable[[Table[Any], Sequence[Keys]], Iterable[Struct]]
"""The stored rows with these keys, in any order; keys without a row are passed over."""


KEPT = 5_000
"""Clean rows of a table that are remembered of an agency between batches, and twice as many at most: some batches of
rows that come again. More filled the memory of a server that is never busy with as many at a time, and saved no time.

So many things may be in their lists and maps, too: a row that has whatever is known of somebody grows for ever, and so
would a memory of rows that are only counted.
"""

WEIGHED = 2_000
"""Rows that are put before it is looked again how much is held; a batch counts as so many at least, `AT_LEAST`, as all
its events may be of one row.
"""

AT_LEAST = 40


class Changes(Struct):
    """What a batch did to one table. Rows are put in place of those with the same key; appended rows have new keys."""

    table: Table[Any]
    put: list[Struct]
    dropped: list[Keys]
    appended: list[Struct]


class _Past:
    """What the rows that an event touches were before it."""

    def __init__(self, table: Table[Any], past: Table[Any]) -> None:
        self.table = past
        names = tuple(name for name in past.row.__struct_fields__ if name != "held_until")
        self._values: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
        turns = table.turns or tuple(name for name in names if name not in ("agency", *table.key, "holds_from"))
        self._turns = [names.index(name) for name in turns]
        self._since = names.index("holds_from")
        self._until = past.row.__struct_fields__.index("held_until")
        self.before: dict[Keys, tuple[Any, ...] | None] = {}

    def remember(self, key: Keys, row: Struct | None) -> None:
        if key not in self.before:
            self.before[key] = None if row is None else self._values(row)

    def settle(self, rows: dict[Keys, Struct | None], position: int) -> Iterable[Struct]:
        """What no longer holds from the event at `position` on; what is new holds from it."""
        for key, was in self.before.items():
            row = rows.get(key)
            now = None if row is None else self._values(row)
            if was == now:
                continue
            if now is not None:
                goes_on = was is not None and all(was[n] == now[n] for n in self._turns)
                cast(Any, row).holds_from = was[self._since] if was is not None and goes_on else position
                if goes_on:
                    continue
            if was is not None:
                yield self.table.row(*was[: self._until], position, *was[self._until :])
        self.before = {}


class _Slot:
    """Rows of one table. What was not used for two turns of the cache is forgotten (`resting` is last turn's)."""

    def __init__(self, table: Table[Any]) -> None:
        self.table = table
        self.rows: dict[Keys, Struct | None] = {}
        self.resting: dict[Keys, Struct | None] = {}
        self.dirty: dict[Keys, Struct | None] = {}
        self.appended: list[Struct] = []
        self.marked: set[int] = set()
        self.key_of = _key_of(table.key)
        self.put = 0
        self._holding = _holding(table.row)
        self.past = None if table.past is None else _Past(table, table.past)

    def mark(self, key: Keys, row: Struct | None) -> None:
        """`marked` are the ids of the dirty rows, which are alive as long as they are dirty: most rows of a batch are
        put again and again, and need not be found by their keys each time.
        """
        if (before := self.dirty.get(key)) is not None:
            self.marked.discard(id(before))
        self.rows[key] = self.dirty[key] = row
        if row is not None:
            self.marked.add(id(row))

    def settle(self, most: int | None) -> None:
        """All changes are stored. Of clean rows no more than so many need be remembered; all where it is None."""
        self.put += max(len(self.dirty), AT_LEAST if self.dirty else 0)
        self.dirty, self.appended, self.marked = {}, [], set()
        if most is not None and (len(self.rows) > most or self._holds_more(most)):
            self.resting, self.rows, self.put = self.rows, {}, 0

    def _holds_more(self, most: int) -> bool:
        """Looked at now and then alone, as every row is looked at."""
        if self._holding is None or self.put < WEIGHED:
            return False
        self.put = 0
        held = self._holding
        return sum(len(value) for row in self.rows.values() if row is not None for value in held(row)) > most


class Rows:
    """A `Workspace`. Without `load` it holds all there is; with it, at least `keep` clean rows of each table."""

    def __init__(self, agency: str, tables: Iterable[Table[Any]], load: Load | None = None, keep: int = KEPT) -> None:
        self.agency = agency
        self._load = load
        self._keep = keep
        self._slots = {table.name: _Slot(table) for table in tables}
        self._ranged = [slot for slot in self._slots.values() if slot.past is not None]

    @property
    def loads(self) -> bool:
        return self._load is not None

    def get(self, table: Table[Row], *key: Key) -> Row | None:
        slot = self._slots[table.name]
        try:
            row = slot.rows[key]
        except KeyError:
            row = self._find(slot, key)
        if slot.past is not None:
            slot.past.remember(key, row)
        return cast("Row | None", row)

    def put(self, table: Table[Row], row: Row) -> None:
        slot = self._slots[table.name]
        if id(row) in slot.marked:
            return
        # It would be stored among the other's: row security does not bind the projector, who owns the tables.
        if (agency := getattr(row, "agency", None)) != self.agency:
            raise ForeignRow(f"table {table.name}: a row of agency {agency!r} in the workspace of {self.agency!r}")
        if table.append:
            slot.appended.append(row)
            return
        key = slot.key_of(row)
        self._remember(slot, key)
        slot.mark(key, row)

    def drop(self, table: Table[Any], *key: Key) -> None:
        slot = self._slots[table.name]
        self._remember(slot, key)
        slot.mark(key, None)

    def passed(self, position: int) -> None:
        """The event at this position is in."""
        for slot in self._ranged:
            if slot.past is not None and slot.past.before:
                self._slots[slot.past.table.name].appended += slot.past.settle(slot.rows, position)

    def changed(self, table: Table[Row]) -> Iterable[Row]:
        return [cast("Row", row) for row in self._slots[table.name].dirty.values() if row is not None]

    def prefetch(self, table: Table[Any], keys: Iterable[Keys]) -> None:
        slot = self._slots[table.name]
        if self._load is None:
            return
        wanted: list[Keys] = []
        for key in dict.fromkeys(keys):
            if key in slot.rows:
                continue
            if key in slot.resting:
                slot.rows[key] = slot.resting[key]
            else:
                wanted.append(key)
        if not wanted:
            return
        # None first: a key without a row is known to have none, and is not asked for again.
        slot.rows.update(dict.fromkeys(wanted))
        for row in self._load(table, wanted):
            slot.rows[slot.key_of(row)] = row

    def changes(self) -> Iterable[Changes]:
        for slot in self._slots.values():
            if slot.dirty or slot.appended:
                yield Changes(
                    slot.table,
                    [row for row in slot.dirty.values() if row is not None],
                    [key for key, row in slot.dirty.items() if row is None],
                    slot.appended,
                )

    def spill(self, above: int) -> Iterable[tuple[Table[Any], list[Struct]]]:
        """Takes out appended rows, where there are more than `above`; nothing will ask for them again."""
        for slot in self._slots.values():
            if len(slot.appended) > above:
                rows, slot.appended = slot.appended, []
                yield slot.table, rows

    def settle(self) -> None:
        """All changes are stored."""
        for slot in self._slots.values():
            slot.settle(None if self._load is None else self._keep)

    def clear(self) -> None:
        """Nothing here can be trusted: the rows were changed, and the changes were not stored."""
        for slot in self._slots.values():
            slot.rows, slot.resting, slot.dirty, slot.appended, slot.marked = {}, {}, {}, [], set()
            if slot.past is not None:
                slot.past.before = {}

    def _remember(self, slot: _Slot, key: Keys) -> None:
        """What is about to be replaced unread. Where it is not in memory it is loaded: let `keys` name it."""
        if slot.past is not None and key not in slot.past.before:
            slot.past.remember(key, slot.rows[key] if key in slot.rows else self._find(slot, key))

    def _find(self, slot: _Slot, key: Keys) -> Struct | None:
        if key in slot.resting:
            row = slot.resting[key]
        elif self._load is None:
            return None
        else:
            row = next(iter(self._load(slot.table, [key])), None)
        slot.rows[key] = row
        return row


def _key_of(names: tuple[str, ...]) -> Callable[[Struct], Keys]:
    get: Callable[[Any], Any] = attrgetter(*names)
    if len(names) > 1:
        return get
    return lambda row: cast(Keys, (get(row),))


def _holding(row: type[Struct]) -> Callable[[Struct], tuple[Sequence[Any] | dict[Any, Any], ...]] | None:
    """What gives the lists and maps of a row; None of one that has none."""
    names = [field.name for field in fields(row) if get_origin(field.type) in (list, dict)]
    if not names:
        return None
    get: Callable[[Any], Any] = attrgetter(*names)
    return get if len(names) > 1 else lambda row: (get(row),)
