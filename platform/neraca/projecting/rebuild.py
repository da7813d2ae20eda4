"""Builds a projection again from position 0, beside the live tables, and puts it in their place while readers read on.

Each agency is folded in memory and copied into the schema `read_<name>_next`. A snapshot then compares it with the live
tables at the same position. The switch renames the schemas, or replaces the rows of the one agency that was asked for.
Rows that differ are not switched to unasked: either the live row was altered, or the log was, and the live row is then
the one witness of what the log said before.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Literal, LiteralString, TypeAlias
from uuid import UUID

from msgspec import Struct
from psycopg import Connection

from neraca.domain.collector import no_cycles
from neraca.projecting import schemas
from neraca.projecting.connections import blames_the_event, connect_projector
from neraca.projecting.errors import RebuildRunning, Superseded
from neraca.projecting.event_fold import finished, fold
from neraca.projecting.event_pages import Decode, Pages, decoder
from neraca.projecting.intake import Intake
from neraca.projecting.projection import Key, Projection, Table
from neraca.projecting.set_aside_events import PROGRAM, Held, SetAsideEvent, keep
from neraca.projecting.statements import statement
from neraca.projecting.tables import Differing, StoredTable, stored
from neraca.projecting.workers import Workers
from neraca.projecting.workspace import Rows
from neraca.store.statements import statement as log_statement

_PAGE = 5_000
_SPILL = 20_000
"""Rows of append tables held before they are copied."""

_CLOSE = 1_000
"""So few events behind, the rest is taken in while the followers wait."""

_MOST_DIFFERENCES = 20

Switch: TypeAlias = Literal["if equal", "always", "never"]
"""`never` compares only."""


class Difference(Struct, frozen=True):
    """A row that the live table and the rebuilt one do not have alike.

    `columns` differ, where both have the row; else `only` says whether the live table has it or what the log gives.
    `positions` are those of the events it came from: of the one, where that is kept, else of all in its stream.
    """

    table: str
    agency: str
    key: tuple[Key, ...]
    columns: tuple[str, ...] = ()
    only: Literal["live", "log"] | None = None
    positions: tuple[int, ...] = ()
    employee: str | None = None

    def __str__(self) -> str:
        """Such as «timeline.events bandung 7: data, at differ (event 7)»; no values: they are people's."""
        what = {
            None: f"{', '.join(self.columns)} differ{'' if len(self.columns) > 1 else 's'}",
            "live": "only in the live table",
            "log": "only in what the log gives",
        }[self.only]
        events = ", ".join(map(str, self.positions))
        place = f" ({'event' if len(self.positions) == 1 else 'events'} {events})" if events else ""
        key = self.key if self.employee is None else (self.employee, *self.key)
        return f"{self.table} of {self.agency}, {' '.join(map(str, dict.fromkeys(key)))}: {what}{place}"


class Report(Struct, frozen=True):
    """`positions` by agency. `equal` is None where there was nothing to compare with.

    `differing` are a few of the `differ` rows that were not alike. `switched`: readers now have the rebuilt rows.
    """

    projection: str
    positions: dict[str, int]
    equal: bool | None
    differing: list[Difference]
    set_aside: int = 0
    differ: int = 0
    switched: bool = True


def ensure(
    url: str,
    projections: Sequence[Projection],
    *,
    workers: Workers | int = 1,
    reader: Callable[[], Decode] = decoder,
) -> list[Report]:
    """Builds those that have no tables yet, or tables of another version, and agencies in which another version of
    this program set events aside; says which. Safe when two run at once.
    """
    with schemas.builder(url) as connection:
        # Of the session: two programs that start at once build one after the other, and the second finds nothing to do.
        connection.execute("select pg_advisory_lock(hashtextextended('neraca ensure', 0))")
        there = schemas.digests(connection)
        stale = [projection for projection in projections if there.get(projection.name) != projection.digest]
        reports = [rebuild(url, projection, workers=workers, reader=reader) for projection in stale]
        for projection in projections:
            for (agency,) in connection.execute(statement("set-aside-before"), (projection.name, PROGRAM)).fetchall():
                # What was set aside is missing from the live rows, so they may well differ.
                reports.append(rebuild(url, projection, agency=agency, reader=reader, switch="always"))
        return reports


def rebuild(
    url: str,
    projection: Projection,
    *,
    agency: str | None = None,
    workers: Workers | int = 1,
    reader: Callable[[], Decode] = decoder,
    switch: Switch = "if equal",
) -> Report:
    """`agency`: only its rows. `workers` fold agencies at once; they import projection and `reader` by name.

    Events that cannot be held are set aside. The user of `url` must be able to create schemas. Raises RebuildRunning,
    PoisonEvent, WrongTable, and Superseded for one agency of a projection of another version; the live
    tables are then as they were.
    """
    with ExitStack() as stack:
        if isinstance(workers, int):
            workers = stack.enter_context(Workers(workers))
        connection = stack.enter_context(schemas.builder(url))
        stack.enter_context(_alone(connection, projection))
        return _Rebuild(url, connection, projection, agency, reader).run(workers, switch)


class _Rebuild:
    def __init__(
        self, url: str, connection: Connection, projection: Projection, agency: str | None, reader: Callable[[], Decode]
    ) -> None:
        self._url = url
        self._connection = connection
        self._projection = projection
        self._agency = agency
        self._reader = reader
        self._next = f"{projection.schema}_next"
        self._old = f"{projection.schema}_old"
        self._asides: dict[str, list[SetAsideEvent]] = {}

    def run(self, workers: Workers, switch: Switch) -> Report:
        connection, projection = self._connection, self._projection
        alike = schemas.digests(connection).get(projection.name) == projection.digest
        if self._agency and not alike:
            raise Superseded(projection.name)
        schemas.remove(connection, self._next)
        schemas.remove(connection, self._old)
        schemas.make(connection, projection, self._next)
        try:
            at = self._fill(self._live() if alike else self._heads(), workers)
            rebuilt = stored(connection, projection, self._next)
            differing, differ = self._compare(rebuilt, at) if alike else ([], 0)
            if switch == "never" or (differ and switch == "if equal"):
                schemas.remove(connection, self._next)
                return self._report(at, alike, differing, differ, switched=False)
            self._catch_up(rebuilt, at)
            self._switch(rebuilt, at)
        except BaseException:
            if not connection.closed:
                schemas.remove(connection, self._next)
            raise
        # Not waited for: a reader with a long query keeps the old tables, and the next rebuild takes them away.
        schemas.remove(connection, self._next if self._agency else self._old, patiently=False)
        return self._report(at, alike, differing, differ, switched=True)

    def _report(
        self, at: dict[str, int], alike: bool, differing: list[Difference], differ: int, *, switched: bool
    ) -> Report:
        equal = not differ if alike else None
        set_aside = sum(map(len, self._asides.values()))
        return Report(self._projection.name, at, equal, differing, set_aside, differ, switched)

    def _fill(self, targets: dict[str, int], workers: Workers) -> dict[str, int]:
        one = partial(_fill, self._url, self._projection, self._next, self._reader)
        # Largest first, so that no process is left with a long one at the end.
        ordered = sorted(targets.items(), key=lambda target: -target[1])
        filled = workers.map(one, ordered)
        self._asides = {agency: asides for (agency, _), asides in zip(ordered, filled, strict=True)}
        for table in self._projection.tables:
            # What came by COPY is unknown to the planner until then, and the first readers would get bad plans.
            schemas.analyze(self._connection, self._next, table.name)
        return targets

    def _compare(self, rebuilt: dict[str, StoredTable[Any]], at: dict[str, int]) -> tuple[list[Difference], int]:
        """Some rows that differ and how many do, in one snapshot: live tables do not move while followers go on."""
        found: list[Difference] = []
        count = 0
        with self._transaction("begin isolation level repeatable read"):
            live = stored(self._connection, self._projection, self._projection.schema)
            for agency, position in self._live().items():
                self._extend(rebuilt, at, agency, position)
                for name, table in live.items():
                    rows = table.differing(rebuilt[name], agency, _MOST_DIFFERENCES)
                    count += rows[0].of_all if rows else 0
                    found += [self._difference(table.table, agency, row) for row in rows]
        return found[:_MOST_DIFFERENCES], count

    def _difference(self, table: Table[Any], agency: str, row: Differing) -> Difference:
        key = dict(zip(table.key, row.key, strict=True))
        positions = () if row.position is None else (row.position,)
        if "position" not in key and isinstance(stream := key.get("stream"), UUID):
            asked = {"agency": agency, "stream": stream, "most": _MOST_DIFFERENCES}
            found = self._connection.execute(statement("positions-of-stream"), asked).fetchall()
            positions = tuple(position for (position,) in found) or positions
        return Difference(table.name, agency, row.key, tuple(row.columns), row.only, positions, row.employee)

    def _catch_up(self, rebuilt: dict[str, StoredTable[Any]], at: dict[str, int]) -> None:
        for agency, head in self._heads().items():
            # Each page in a transaction of its own: in the switch followers stand still for the last few events only.
            while head - at.get(agency, 0) > _CLOSE:
                with self._transaction():
                    self._extend(rebuilt, at, agency, min(head, at.get(agency, 0) + _PAGE))

    def _switch(self, rebuilt: dict[str, StoredTable[Any]], at: dict[str, int]) -> None:
        """Followers wait from the first lock to the commit; readers never."""
        connection, projection = self._connection, self._projection
        with self._transaction():
            names = {"projection": projection.name, "digest": projection.digest}
            connection.execute(statement("claim-projection"), names)
            connection.execute(statement("forget-set-aside"), {"projection": projection.name, "agency": self._agency})
            for agency, head in sorted(self._heads().items()):
                connection.execute(statement("begin-position"), {"agency": agency, "projection": projection.name})
                # The followers' own lock: whoever is in the midst of a batch ends it first, and none begins meanwhile.
                row = connection.execute(statement("lock-position-waiting"), (agency, projection.name)).fetchone()
                self._extend(rebuilt, at, agency, max(head, row[0] if row else 0))
                if self._agency:
                    for name, table in stored(connection, projection, projection.schema).items():
                        table.replace(rebuilt[name], agency)
                keep(connection, projection, agency, self._asides.get(agency, ()))
                connection.execute(
                    statement("replace-position"), {"agency": agency, "position": at.get(agency, 0), **names}
                )
            if not self._agency:
                # The schemas are the builder's to rename, not the projector's.
                connection.execute("set local role none")
                if schemas.exists(connection, projection.schema):
                    schemas.rename(connection, projection.schema, self._old)
                schemas.rename(connection, self._next, projection.schema)

    def _extend(self, rebuilt: dict[str, StoredTable[Any]], at: dict[str, int], agency: str, until: int) -> None:
        """Takes further events into the rebuilt tables, in the transaction there is."""
        self._connection.execute("select set_config('neraca.agency', %s, true)", (agency,))
        work = Rows(agency, self._projection.tables, lambda table, keys: rebuilt[table.name].load(agency, keys))
        pages = Pages(self._connection, self._reader())
        asides = self._asides.setdefault(agency, [])
        intake = Intake(self._connection, self._projection, rebuilt, work, _held(asides))
        while at.setdefault(agency, 0) < until:
            page = pages.read_wanted(self._projection, agency, at[agency], until, _PAGE)
            asides += intake.take(page)
            at[agency] = page.until

    @contextmanager
    def _transaction(self, begin: LiteralString = "begin") -> Generator[None]:
        self._connection.execute(begin)
        try:
            self._connection.execute("set local role neraca_projector")
            yield
            self._connection.execute("commit")
        except BaseException:
            if not self._connection.closed:
                self._connection.execute("rollback")
            raise

    def _heads(self) -> dict[str, int]:
        return self._wanted(self._connection.execute(log_statement("positions")).fetchall())

    def _live(self) -> dict[str, int]:
        rows = self._connection.execute(statement("all-positions"), ([self._projection.name],)).fetchall()
        return self._wanted([(agency, position) for agency, _, position in rows])

    def _wanted(self, rows: list[Any]) -> dict[str, int]:
        return {agency: position for agency, position in rows if self._agency in (None, agency)}


def _fill(
    url: str, projection: Projection, place: str, reader: Callable[[], Decode], target: tuple[str, int]
) -> list[SetAsideEvent]:
    """Folds one agency from the start, in memory, and copies what comes of it; says what had to be set aside."""
    agency, until = target
    with connect_projector(url) as connection, no_cycles():
        connection.execute("select set_config('neraca.agency', %s, false)", (agency,))
        tables = stored(connection, projection, place)
        pages = Pages(connection, reader())
        try:
            _copy(projection, tables, pages, target)
        except Exception as error:
            if not blames_the_event(error):
                raise
        else:
            return []
        # Something cannot be held. What that is shows only where rows are written as their events come.
        with connection.transaction():
            for table in tables.values():
                table.clear(agency)
        work = Rows(agency, projection.tables, lambda table, keys: tables[table.name].load(agency, keys))
        intake = Intake(connection, projection, tables, work, {})
        asides: list[SetAsideEvent] = []
        at = 0
        while at < until:
            with connection.transaction():
                page = pages.read_wanted(projection, agency, at, until, _PAGE)
                asides += intake.take(page)
            at = page.until
        return asides


def _copy(projection: Projection, tables: dict[str, StoredTable[Any]], pages: Pages, target: tuple[str, int]) -> None:
    agency, until = target
    work = Rows(agency, projection.tables)
    at = 0
    while at < until:
        page = pages.read_wanted(projection, agency, at, until, _PAGE)
        fold(projection, work, page)
        for table, rows in work.spill(_SPILL):
            tables[table.name].copy(rows)
        at = page.until
    for changes in finished(projection, work):
        tables[changes.table.name].copy(changes.put or changes.appended)


def _held(asides: Sequence[SetAsideEvent]) -> Held:
    return {one.stream: one.position for one in asides if one.waits_for is None}


@contextmanager
def _alone(connection: Connection, projection: Projection) -> Generator[None]:
    name = (f"neraca rebuild {projection.name}",)
    row = connection.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", name).fetchone()
    if row != (True,):
        raise RebuildRunning(projection.name)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", name)
