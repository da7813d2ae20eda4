"""Events in, rows out: `told` appends events to a real log, follows them and gives the rows of a table."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import sql
from psycopg.rows import dict_row

from neraca.domain.envelope import Envelope
from neraca.domain.registry import EVENTS, Event
from neraca.projecting.event_pages import decoder
from neraca.projecting.follower import Follower
from neraca.projecting.projection import Projection
from neraca.projecting.rebuild import ensure, rebuild
from neraca.store.ledger import Append, Ledger
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool

AT = datetime(2025, 6, 2, 1, 30, tzinfo=UTC)


class Told:
    """`happens` appends and follows; `rows` reads. In the end the rows are those of a rebuild, or the test fails."""

    def __init__(self, database: str, projection: Projection, ledger: Ledger) -> None:
        self._database = database
        self._projection = projection
        self._ledger = ledger
        self._mapper = EventMapper(EVENTS)
        self._versions: dict[UUID, int] = {}

    def happens(self, stream: UUID, *events: Event, by: str = "hr", effective: date | None = None) -> None:
        version = self._versions.get(stream, 0)
        self._versions[stream] = version + len(events)
        envelopes = [Envelope(at=AT, by=by, correlation="c", effective=effective, body=event) for event in events]
        stored = [StoredEvent(stream, version + n, *self._mapper.encode(e)) for n, e in enumerate(envelopes, 1)]
        self._ledger.append("solo", Append(stored))
        follower = Follower(self._database, [self._projection], decoder())
        assert [standing.failure for standing in follower.catch_up()] == [None]

    def rows(self, table: str, *columns: str) -> list[Mapping[str, Any]]:
        """In order of the log where the table has it, without the columns that every run has otherwise."""
        query = sql.SQL("select {} from {} order by agency, ctid").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(self._projection.schema, table)
        )
        with psycopg.connect(self._database) as connection:
            return [*connection.cursor(row_factory=dict_row).execute(query).fetchall()]


@pytest.fixture
def told(database: str) -> Iterator[Callable[[Projection], Told]]:
    migrate(database, ["solo"])
    made: list[Projection] = []
    with open_pool(database) as pool:

        def tell(projection: Projection) -> Told:
            ensure(database, [projection])
            made.append(projection)
            return Told(database, projection, Ledger(pool))

        yield tell

    for projection in made:
        assert rebuild(database, projection).equal
