"""However many rows an agency has, a statement looks at those that it asks for.

Nothing was counted of these tables yet, as in a database that was made or restored a moment ago: a plan that rests on
counts takes them for small then, and is kept.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from neraca.store.ledger import Append, Idempotency, Ledger
from neraca.store.log import Log

REQUESTS = 200
EACH = 2

StoreEvent = Callable[..., Any]


def _looked_at(url: str) -> dict[str, int]:
    """Rows by table, since the database is there."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
            " + (select coalesce(sum(idx_tup_read), 0) from pg_stat_user_indexes i where i.relid = t.relid)::bigint"
            " from pg_stat_user_tables t where schemaname = 'ledger'"
        ).fetchall()
    return {str(name): int(told) for name, told in rows}


@pytest.fixture
def appended(ledger: Ledger, event: StoreEvent) -> list[UUID]:
    streams = [uuid4() for _ in range(REQUESTS)]
    for number, stream in enumerate(streams):
        events = [event(stream, version) for version in range(1, EACH + 1)]
        ledger.append("bandung", Append(events, Idempotency(f"key-{number}", b"hash of the body")))
    return streams


def test_an_append_looks_up_its_own_keys_and_streams(url: str, ledger: Ledger, pool: Any, appended: list[UUID]) -> None:
    pool.close()  # what a connection has counted is told by its end at the latest

    looked_at = _looked_at(url)

    assert looked_at["requests"] < REQUESTS * 4
    assert looked_at["events"] < REQUESTS * 4


@pytest.mark.parametrize(
    "ask",
    [
        lambda log, stream: log.read_newer("bandung", {stream: 1}),
        lambda log, stream: log.read_stream("bandung", stream),
        lambda log, stream: log.read_streams("bandung", [stream]),
        lambda log, stream: log.read_streams_types("bandung", [stream], ["thing.happened"], 10_000),
        lambda log, _: log.passed_since("bandung", REQUESTS * EACH - 1),
        lambda log, _: log.requested("bandung", "key-7"),
    ],
    ids=["newer", "stream", "streams", "types of streams", "passed", "request"],
)
def test_a_question_looks_at_what_it_is_about(
    url: str, log: Log, pool: Any, appended: list[UUID], ask: Callable[[Log, UUID], Any]
) -> None:
    for stream in appended:
        assert ask(log, stream)
    pool.close()

    looked_at = _looked_at(url)

    assert looked_at["requests"] < REQUESTS * 8
    assert looked_at["events"] < REQUESTS * EACH * 8
