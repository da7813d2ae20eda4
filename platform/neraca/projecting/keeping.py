"""Keeps the tables of one projection: takes a batch of events into them, together with the position, or not at all.

One transaction: lock the position, read the events after it, fold, write the rows, move the position. A crash leaves
all or nothing, so no event is skipped or counted twice. Whoever finds the position locked leaves it to the other.
"""

from collections import OrderedDict
from typing import Any

from msgspec import Struct
from psycopg import Connection, Error, OperationalError

from neraca.projecting.connecting import passing
from neraca.projecting.errors import Poisoned, Superseded
from neraca.projecting.folding import fold
from neraca.projecting.projection import Projection
from neraca.projecting.reading import Page, Pages
from neraca.projecting.statements import statement
from neraca.projecting.tables import Stored, stored
from neraca.projecting.workspace import Rows

BATCH = 1_000
"""Events per transaction: more are hardly faster and make a reader wait longer for its own writes."""

_AGENCIES = 64
"""Agencies whose rows are remembered between batches."""


class _Space(Struct):
    rows: Rows
    position: int
    generation: int


class Keeper:
    """Not for several threads. The connection is in autocommit, and `tables.register` has seen it."""

    def __init__(self, connection: Connection, projection: Projection, pages: Pages, *, batch: int = BATCH) -> None:
        self.projection = projection
        self._connection = connection
        self._pages = pages
        self._batch = batch
        self._stored: dict[str, Stored[Any]] = {}
        self._spaces: OrderedDict[str, _Space] = OrderedDict()

    def advance(self, agency: str, until: int | None = None) -> int | None:
        """Takes in one batch, of events up to `until`: the position reached, or None if somebody else is at work here.

        Raises Poisoned once everything before the event at fault is in, and Superseded if the tables belong to another
        version of the projection.
        """
        limit = self._batch
        while True:
            page: Page | None = None
            try:
                begun = self._begin(agency)
                if begun is None:
                    self._connection.execute("rollback")
                    return None
                space = begun
                page = self._pages.read(agency, space.position, min(limit, (until or 2**62) - space.position))
                if page.until > page.after:
                    fold(self.projection, space.rows, page)
                    self._write(agency, space)
                    self._move(agency, space, page)
                self._connection.execute("commit")
                space.position = page.until
                space.rows.settle()
                return page.until
            except Poisoned as poison:
                self._undo(agency)
                if page is None or poison.position == page.after + 1:
                    raise
                limit = poison.position - page.after - 1
            except Error as error:
                self._undo(agency)
                if passing(error) or page is None or not len(page):
                    raise
                # The database refuses a row: take less and less, until it is clear which event is to blame.
                if len(page) == 1:
                    raise Poisoned.by(error, self.projection.name, agency, page.until) from error
                limit = len(page) // 2
            except BaseException:
                self._undo(agency)
                raise

    def _begin(self, agency: str) -> _Space | None:
        key = (agency, self.projection.name)
        with self._connection.pipeline():
            self._connection.execute("begin")
            self._connection.execute("select set_config('neraca.agency', %s, true)", (agency,), prepare=True)
            locked = self._connection.execute(statement("lock-position"), key, prepare=True)
        row = locked.fetchone()
        if row is None:
            return None
        position, generation, digest = row
        if digest != self.projection.digest:
            raise Superseded(self.projection.name)
        space = self._spaces.get(agency)
        if not self._stored:
            self._stored = stored(self._connection, self.projection, self.projection.schema)
        if space is None or (space.position, space.generation) != (position, generation):
            rows = Rows(agency, self.projection.tables, lambda table, keys: self._stored[table.name].load(agency, keys))
            space = self._spaces[agency] = _Space(rows, position, generation)
            if len(self._spaces) > _AGENCIES:
                self._spaces.popitem(last=False)
        self._spaces.move_to_end(agency)
        return space

    def _write(self, agency: str, space: _Space) -> None:
        for changes in space.rows.changes():
            self._stored[changes.table.name].write(agency, changes)

    def _move(self, agency: str, space: _Space, page: Page) -> None:
        moved = self._connection.execute(
            statement("move-position"),
            {
                "agency": agency,
                "projection": self.projection.name,
                "from": page.after,
                "to": page.until,
                "generation": space.generation,
            },
            prepare=True,
        )
        if moved.rowcount != 1:
            raise OperationalError(f"projection {self.projection.name}: the position of {agency} moved under its lock")

    def _undo(self, agency: str) -> None:
        self._spaces.pop(agency, None)
        if not self._connection.closed:
            self._connection.execute("rollback")
