"""Keeps the tables of one projection: takes a batch of events into them, together with the position, or not at all.

One transaction: lock the position, read the events after it, fold, write the rows, move the position. A crash leaves
all or nothing, so no event is skipped or counted twice. Whoever finds the position locked leaves it to the other.
"""

from collections.abc import Callable
from typing import Any

from cachetools import LRUCache
from msgspec import Struct
from psycopg import Connection, OperationalError

from neraca.domain.collector import no_cycles
from neraca.projecting.connections import blames_the_event
from neraca.projecting.errors import Superseded
from neraca.projecting.event_fold import fold
from neraca.projecting.event_pages import Page, Pages
from neraca.projecting.intake import Intake, write
from neraca.projecting.projection import Projection
from neraca.projecting.set_aside_events import Held, SetAsideEvent, held, keep
from neraca.projecting.statements import statement
from neraca.projecting.tables import StoredTable, stored
from neraca.projecting.workspace import Rows

BATCH = 1_000
"""Events per transaction: more would make a reader wait longer for its own writes."""

FAR, FARTHEST = 5, 10
"""So many batches behind, a reader waits anyhow: as many as there are, up to the second number, are taken at once, and
a row that many of them change is written once."""

_AGENCIES = 64
"""Agencies whose rows are remembered between batches."""


class _Space(Struct):
    rows: Rows
    held: Held
    position: int
    generation: int


class BatchProjector:
    """Not for several threads. The connection is in autocommit, and `tables.register` has seen it."""

    def __init__(self, connection: Connection, projection: Projection, pages: Pages, *, batch: int = BATCH) -> None:
        self.projection = projection
        self._connection = connection
        self._pages = pages
        self.batch = batch
        self._stored: dict[str, StoredTable[Any]] = {}
        self._spaces: LRUCache[str, _Space] = LRUCache(_AGENCIES)

    def advance(self, agency: str, head: int | None = None) -> int | None:
        """Takes in one batch: the position reached, or None if somebody else is at work here. `head` is where the log
        was when last looked at: it tells how far behind this is.

        Events that cannot be held are set aside. Raises Superseded if the tables belong to another version of the
        projection, CorruptRow, and PoisonEvent where not even the marks of an event that is set aside can be written.
        """
        if (until := self._passed_by(agency)) is not None:
            return until
        try:
            # First as a whole, as nothing is wrong with nearly all batches; by pieces only when something was refused.
            with no_cycles():
                return self._advance(agency, head, self._whole)
        except Exception as error:
            if not blames_the_event(error):
                raise
        return self._advance(agency, head, self._piecemeal)

    def _advance(
        self, agency: str, head: int | None, take: Callable[[_Space, Page], list[SetAsideEvent]]
    ) -> int | None:
        try:
            space = self._begin(agency)
            if space is None:
                self._connection.execute("rollback")
                return None
            page = self._pages.read(agency, space.position, self._size(space, head))
            if page.until > page.after:
                self._store(agency, space, page, take(space, page))
            self._connection.execute("commit")
            # After the commit: had it failed, the memory would be ahead of the tables.
            space.position = page.until
            space.rows.settle()
            return page.until
        except BaseException:
            self._undo(agency)
            raise

    def _passed_by(self, agency: str) -> int | None:
        """Where the page that others read just now has nothing for this one, its end: one question instead of four, as
        most events are for few projections.
        """
        space, wanted = self._spaces.get(agency), self.projection.tags
        page = None if space is None else self._pages.at_hand(agency, space.position)
        if space is None or page is None or wanted is None or not wanted.isdisjoint(page.tags):
            return None
        params = {
            "agency": agency,
            "projection": self.projection.name,
            "from": page.after,
            "to": page.until,
            "generation": space.generation,
            "digest": self.projection.digest,
        }
        if self._connection.execute(statement("pass-by"), params, prepare=True).rowcount != 1:
            return None
        space.position = page.until
        return page.until

    def _size(self, space: _Space, head: int | None) -> int:
        behind = 0 if head is None else (head - space.position) // self.batch
        return self.batch * (1 if behind < FAR else min(behind, FARTHEST))

    def _whole(self, space: _Space, page: Page) -> list[SetAsideEvent]:
        """Its rows are still to be written."""
        return fold(self.projection, space.rows, page, space.held)

    def _piecemeal(self, space: _Space, page: Page) -> list[SetAsideEvent]:
        return Intake(self._connection, self.projection, self._stored, space.rows, space.held).take(page)

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
        # Another follower or a rebuild was here since: what is remembered is no longer what the tables have.
        if space is None or (space.position, space.generation) != (position, generation):
            rows = Rows(agency, self.projection.tables, lambda table, keys: self._stored[table.name].load(agency, keys))
            space = self._spaces[agency] = _Space(
                rows, held(self._connection, self.projection, agency), position, generation
            )
        return space

    def _store(self, agency: str, space: _Space, page: Page, asides: list[SetAsideEvent]) -> None:
        """What is still to be written, and the position. The database works on one table while the next is packed."""
        with self._connection.pipeline():
            write(self.projection, self._stored, space.rows)
            if asides:
                keep(self._connection, self.projection, agency, asides)
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
        # Under the lock it can't be; if it is, the rows of this transaction must not be kept.
        if moved.rowcount != 1:
            raise OperationalError(f"projection {self.projection.name}: the position of {agency} moved under its lock")

    def _undo(self, agency: str) -> None:
        self._spaces.pop(agency, None)
        if not self._connection.closed:
            self._connection.execute("rollback")
