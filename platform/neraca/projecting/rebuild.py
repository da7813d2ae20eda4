"""Builds a projection again from position 0, beside the live tables, and puts it in their place while readers read on.

Each agency is folded in memory and copied into the schema `read_<name>_next`. A snapshot then compares its rows with
the live ones at the same position, while others are still folded. The switch renames the schemas, or replaces the rows
of the one agency that was asked for.
Rows that differ are not switched to unasked: either the live row was altered, or the log was, and the live row is then
the one witness of what the log said before.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property, partial
from typing import Any, Literal, LiteralString, TypeAlias
from uuid import UUID

from msgspec import Struct
from psycopg import Connection

from neraca.domain.collector import no_cycles
from neraca.projecting import schemas
from neraca.projecting.connections import blames_the_event
from neraca.projecting.errors import RebuildRunning, Superseded
from neraca.projecting.event_fold import finished, fold
from neraca.projecting.event_pages import Decode, Pages, decoder
from neraca.projecting.intake import Intake
from neraca.projecting.projection import Key, Projection, Table
from neraca.projecting.sessions import Sessions
from neraca.projecting.set_aside_events import PROGRAM, Held, SetAsideEvent, keep
from neraca.projecting.statements import statement
from neraca.projecting.tables import Differing, StoredTable, stored
from neraca.projecting.workers import Workers
from neraca.projecting.workspace import Rows
from neraca.store.statements import statement as log_statement

_PAGE = 2_000
_SPILL = 20_000
"""Rows of append tables held before they are copied."""

_CLOSE = 1_000
"""So few events behind, the rest is taken in while the followers wait."""

_MOST_DIFFERENCES = 20

_Tables: TypeAlias = dict[str, StoredTable[Any]]

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
    with Sessions(url) as sessions:
        connection = sessions.builder
        # Of the session: two programs that start at once build one after the other, and the second finds nothing to do.
        connection.execute("select pg_advisory_lock(hashtextextended('neraca ensure', 0))")
        there = schemas.digests(connection)
        stale = [projection for projection in projections if there.get(projection.name) != projection.digest]
        reports = [rebuild(url, projection, workers=workers, reader=reader, sessions=sessions) for projection in stale]
        for projection in projections:
            for (agency,) in connection.execute(statement("set-aside-before"), (projection.name, PROGRAM)).fetchall():
                # What was set aside is missing from the live rows, so they may well differ.
                reports.append(
                    rebuild(url, projection, agency=agency, reader=reader, switch="always", sessions=sessions)
                )
        return reports


def rebuild(
    url: str,
    projection: Projection,
    *,
    agency: str | None = None,
    workers: Workers | int = 1,
    reader: Callable[[], Decode] = decoder,
    switch: Switch = "if equal",
    sessions: Sessions | None = None,
) -> Report:
    """`agency`: only its rows. `workers` fold agencies at once; they import projection and `reader` by name. Whoever
    builds one projection after the other keeps `sessions` of the same `url`.

    Events that cannot be held are set aside. The user of `url` must be able to create schemas. Raises RebuildRunning,
    PoisonEvent, WrongTable, and Superseded for one agency of a projection of another version; the live
    tables are then as they were.
    """
    with ExitStack() as stack:
        if isinstance(workers, int):
            workers = stack.enter_context(Workers(workers))
        if sessions is None:
            sessions = stack.enter_context(Sessions(url))
        stack.enter_context(_alone(sessions.builder, projection))
        return _Rebuild(sessions, projection, agency, reader).run(workers, switch)


class _Filled(Struct, frozen=True):
    """What a worker made of an agency: up to where its events were taken in, and what of them was set aside.

    `differing` are a few of the `differ` rows that are not alike in the live tables.
    """

    position: int
    asides: list[SetAsideEvent]
    differing: list[Difference]
    differ: int


class _RebuiltAgency:
    """The rebuilt rows of one agency: how far they are, and what was set aside on the way there."""

    def __init__(
        self, connection: Connection, projection: Projection, tables: _Tables, pages: Pages, agency: str
    ) -> None:
        self._connection = connection
        self._projection = projection
        self._tables = tables
        self._pages = pages
        self._agency = agency
        self.position = 0
        self.asides: list[SetAsideEvent] = []

    def fold(self, until: int) -> None:
        """From the start, in memory, and copies what comes of it. The session must have named the agency."""
        try:
            _copy(self._projection, self._tables, self._pages, (self._agency, until))
            self.position = until
        except Exception as error:
            if not blames_the_event(error):
                raise
            # Something cannot be held. What that is shows only where rows are written as their events come.
            with self._connection.transaction():
                for table in self._tables.values():
                    table.clear(self._agency)
            self.extend(until)

    def extend(self, until: int) -> None:
        """Takes further events in, a page in a transaction; in parts of the one there is, where there is one."""
        work = Rows(
            self._agency,
            self._projection.tables,
            lambda table, keys: self._tables[table.name].load(self._agency, keys),
        )
        intake = Intake(self._connection, self._projection, self._tables, work, _held(self.asides))
        while self.position < until:
            with self._connection.transaction():
                self._connection.execute("select set_config('neraca.agency', %s, true)", (self._agency,))
                page = self._pages.read_wanted(self._projection, self._agency, self.position, until, _PAGE)
                self.asides += intake.take(page)
            self.position = page.until

    def compare(self) -> _Filled:
        """With the live tables at their position: in a snapshot they do not move while followers go on."""
        found: list[Difference] = []
        count = 0
        with _transaction(self._connection, "begin isolation level repeatable read"):
            self.extend(_positions(self._connection, self._projection).get(self._agency, 0))
            for name, live in stored(self._connection, self._projection, self._projection.schema).items():
                rows = live.differing(self._tables[name], self._agency, _MOST_DIFFERENCES)
                count += rows[0].of_all if rows else 0
                found += [self._difference(live.table, row) for row in rows]
        return _Filled(self.position, self.asides, found[:_MOST_DIFFERENCES], count)

    def _difference(self, table: Table[Any], row: Differing) -> Difference:
        key = dict(zip(table.key, row.key, strict=True))
        positions = () if row.position is None else (row.position,)
        if "position" not in key and isinstance(stream := key.get("stream"), UUID):
            asked = {"agency": self._agency, "stream": stream, "most": _MOST_DIFFERENCES}
            found = self._connection.execute(statement("positions-of-stream"), asked).fetchall()
            positions = tuple(position for (position,) in found) or positions
        return Difference(table.name, self._agency, row.key, tuple(row.columns), row.only, positions, row.employee)


class _Rebuild:
    def __init__(
        self, sessions: Sessions, projection: Projection, agency: str | None, reader: Callable[[], Decode]
    ) -> None:
        self._sessions = sessions
        self._connection = sessions.builder
        self._projection = projection
        self._agency = agency
        self._reader = reader
        self._next = f"{projection.schema}_next"
        self._old = f"{projection.schema}_old"

    def run(self, workers: Workers, switch: Switch) -> Report:
        connection, projection = self._connection, self._projection
        alike = schemas.digests(connection).get(projection.name) == projection.digest
        if self._agency and not alike:
            raise Superseded(projection.name)
        schemas.remove(connection, self._next)
        schemas.remove(connection, self._old)
        schemas.make(connection, projection, self._next)
        try:
            tables = stored(connection, projection, self._next)
            filled = self._fill(self._live() if alike else self._heads(), workers, compare=alike)
            agencies = {agency: self._rebuilt(tables, agency, done) for agency, done in filled.items()}
            if alike:
                # Those that followers began after the others were chosen.
                for agency in self._live().keys() - filled.keys():
                    agencies[agency] = self._rebuilt(tables, agency)
                    filled[agency] = agencies[agency].compare()
            differ = sum(done.differ for done in filled.values())
            switched = switch == "always" or (switch == "if equal" and not differ)
            if switched:
                self._catch_up(tables, agencies)
                self._switch(tables, agencies)
        except BaseException:
            if not connection.closed:
                schemas.remove(connection, self._next)
            raise
        if switched and not self._agency:
            # Not waited for: a reader with a long query keeps the old tables, and the next rebuild takes them away.
            schemas.remove(connection, self._old, patiently=False)
        else:
            schemas.remove(connection, self._next, patiently=not switched)
        return Report(
            projection.name,
            {agency: done.position for agency, done in agencies.items()},
            not differ if alike else None,
            [row for _, done in sorted(filled.items()) for row in done.differing][:_MOST_DIFFERENCES],
            sum(len(done.asides) for done in agencies.values()),
            differ,
            switched,
        )

    def _fill(self, targets: dict[str, int], workers: Workers, *, compare: bool) -> dict[str, _Filled]:
        one = partial(_fill, self._sessions, self._projection, self._next, self._reader, compare)
        # Largest first, so that no process is left with a long one at the end.
        ordered = sorted(targets.items(), key=lambda target: -target[1])
        filled = workers.map(one, ordered)
        if any(targets.values()):
            # What came by COPY is unknown to the planner until then, and the first readers would get bad plans.
            largest, *others = schemas.by_size(self._connection, self._next)
            workers.map(partial(_analyze, self._sessions, self._next), [[largest], others])
        return {agency: done for (agency, _), done in zip(ordered, filled, strict=True)}

    def _rebuilt(self, tables: _Tables, agency: str, filled: _Filled | None = None) -> _RebuiltAgency:
        rebuilt = _RebuiltAgency(self._connection, self._projection, tables, self._pages, agency)
        if filled is not None:
            rebuilt.position, rebuilt.asides = filled.position, filled.asides
        return rebuilt

    def _catch_up(self, tables: _Tables, agencies: dict[str, _RebuiltAgency]) -> None:
        for agency, head in self._heads().items():
            rebuilt = agencies.setdefault(agency, self._rebuilt(tables, agency))
            # Each page in a transaction of its own: in the switch followers wait for the last few events only.
            while head - rebuilt.position > _CLOSE:
                with _transaction(self._connection):
                    rebuilt.extend(min(head, rebuilt.position + _PAGE))

    def _switch(self, tables: _Tables, agencies: dict[str, _RebuiltAgency]) -> None:
        """Followers wait from the first lock to the commit; readers never."""
        connection, projection = self._connection, self._projection
        with _transaction(connection):
            names = {"projection": projection.name, "digest": projection.digest}
            connection.execute(statement("claim-projection"), names)
            connection.execute(statement("forget-set-aside"), {"projection": projection.name, "agency": self._agency})
            for agency, head in sorted(self._heads().items()):
                rebuilt = agencies.setdefault(agency, self._rebuilt(tables, agency))
                connection.execute(statement("begin-position"), {"agency": agency, "projection": projection.name})
                # The followers' own lock: whoever is in the midst of a batch ends it first, and none begins meanwhile.
                row = connection.execute(statement("lock-position-waiting"), (agency, projection.name)).fetchone()
                rebuilt.extend(max(head, row[0] if row else 0))
                if self._agency:
                    for name, table in stored(connection, projection, projection.schema).items():
                        table.replace(tables[name], agency)
                keep(connection, projection, agency, rebuilt.asides)
                connection.execute(
                    statement("replace-position"), {"agency": agency, "position": rebuilt.position, **names}
                )
            if not self._agency:
                # The schemas are the builder's to rename, not the projector's.
                connection.execute("set local role none")
                if schemas.exists(connection, projection.schema):
                    schemas.rename(connection, projection.schema, self._old)
                schemas.rename(connection, self._next, projection.schema)

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self._connection, self._reader())

    def _heads(self) -> dict[str, int]:
        return self._wanted(dict(self._connection.execute(log_statement("positions")).fetchall()))

    def _live(self) -> dict[str, int]:
        return self._wanted(_positions(self._connection, self._projection))

    def _wanted(self, positions: dict[str, int]) -> dict[str, int]:
        return {agency: position for agency, position in positions.items() if self._agency in (None, agency)}


def _positions(connection: Connection, projection: Projection) -> dict[str, int]:
    """Of the live tables, by agency."""
    rows = connection.execute(statement("all-positions"), ([projection.name],)).fetchall()
    return {agency: position for agency, _, position in rows}


@contextmanager
def _transaction(connection: Connection, begin: LiteralString = "begin") -> Generator[None]:
    connection.execute(begin)
    try:
        connection.execute("set local role neraca_projector")
        yield
        connection.execute("commit")
    except BaseException:
        if not connection.closed:
            connection.execute("rollback")
        raise


def _fill(
    sessions: Sessions,
    projection: Projection,
    place: str,
    reader: Callable[[], Decode],
    compare: bool,
    target: tuple[str, int],
) -> _Filled:
    """Folds one agency from the start, and compares it with the live tables if told to: all that a worker does."""
    agency, until = target
    if until == 0 and not compare:
        return _Filled(0, [], [], 0)
    with sessions.projector() as connection, no_cycles():
        connection.execute("select set_config('neraca.agency', %s, false)", (agency,))
        tables = stored(connection, projection, place)
        rebuilt = _RebuiltAgency(connection, projection, tables, Pages(connection, reader()), agency)
        rebuilt.fold(until)
        return rebuilt.compare() if compare else _Filled(rebuilt.position, rebuilt.asides, [], 0)


def _analyze(sessions: Sessions, place: str, tables: list[str]) -> None:
    if tables:
        with sessions.projector() as connection:
            for table in tables:
                schemas.analyze(connection, place, table)


def _copy(projection: Projection, tables: _Tables, pages: Pages, target: tuple[str, int]) -> None:
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
