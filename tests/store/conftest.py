"""A migrated database with two agencies, and what appends to it and reads it."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg_pool import ConnectionPool

from neraca.store.ledger import Ledger
from neraca.store.log import Log
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool

StoreEvent = Callable[..., StoredEvent]


@pytest.fixture
def url(database: str) -> str:
    migrate(database, ["bandung", "surabaya"])
    return database


@pytest.fixture
def pool(url: str) -> Iterator[ConnectionPool[Connection]]:
    with open_pool(url) as pool:
        yield pool


@pytest.fixture
def ledger(pool: ConnectionPool[Connection]) -> Ledger:
    return Ledger(pool)


@pytest.fixture
def log(pool: ConnectionPool[Connection]) -> Log:
    return Log(pool)


@pytest.fixture
def event() -> StoreEvent:
    def make(stream: UUID, version: int = 1, data: bytes = b"{}", type_: str = "thing.happened") -> StoredEvent:
        return StoredEvent(stream, version, type_, data)

    return make
