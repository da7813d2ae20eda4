"""Takes a page into stored tables, in the caller's transaction, and sets aside what cannot be held.

Where something in the page is refused, it is halved until it is clear which event is to blame.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from psycopg import Connection

from neraca.projecting.connections import blames_the_event
from neraca.projecting.errors import PoisonEvent
from neraca.projecting.event_fold import finished, fold
from neraca.projecting.event_pages import Page
from neraca.projecting.projection import Missed, Projection
from neraca.projecting.set_aside_events import Held, SetAsideEvent, at_fault, waiting
from neraca.projecting.tables import StoredTable
from neraca.projecting.workspace import Rows


class Intake(Struct, frozen=True):
    """`held` grows as events are set aside. The workspace must load from these tables."""

    connection: Connection
    projection: Projection
    tables: Mapping[str, StoredTable[Any]]
    work: Rows
    held: Held

    def take(self, page: Page) -> list[SetAsideEvent]:
        """What was set aside of it. Raises what is not an event's fault, and PoisonEvent where a mark cannot be set."""
        asides: list[SetAsideEvent] = []
        pending = [page]
        while pending:
            part = pending.pop()
            try:
                with self.connection.transaction():
                    left_out = fold(self.projection, self.work, part, self.held)
                    write(self.projection, self.tables, self.work)
            except Exception as error:
                # The savepoint has undone the rows in the database; those in memory were changed by the same events.
                self.work.clear()
                if not blames_the_event(error):
                    raise
                if len(part) == 1:
                    asides.append(self._set_aside(part.only, error))
                else:
                    before, after = part.split(_suspect(part, error))
                    # The earlier half is taken first: events go in by their order, and a held stream holds the rest.
                    pending += (after, before)
            else:
                self.work.settle()
                asides += left_out
        return asides

    def _set_aside(self, missed: Missed, cause: Exception) -> SetAsideEvent:
        holder = self.held.get(missed.stream)
        self.held.setdefault(missed.stream, missed.position)
        if self.projection.missed:
            try:
                with self.connection.transaction():
                    self.projection.missed(self.work, missed)
                    self.work.passed(missed.position)
                    write(self.projection, self.tables, self.work)
            except Exception as error:
                self.work.clear()
                if not blames_the_event(error):
                    raise
                raise PoisonEvent.by(error, self.projection.name, missed.agency, missed.position) from cause
            self.work.settle()
        return at_fault(missed, cause) if holder is None else waiting(missed, holder)


def write(projection: Projection, tables: Mapping[str, StoredTable[Any]], work: Rows) -> None:
    for changes in finished(projection, work):
        tables[changes.table.name].write(work.agency, changes)


def _suspect(page: Page, error: Exception) -> int:
    """Where to cut: before the event at fault, or behind it where it comes first."""
    return (page.index(error.position) or 1) if isinstance(error, PoisonEvent) else len(page) // 2
