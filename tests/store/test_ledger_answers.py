"""What the database is asked by a ledger and what becomes of its answers, without a database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg.errors import NoDataFound
from psycopg_pool import ConnectionPool

from neraca.store.arrays import Blobs, Ints, Texts, Uuids
from neraca.store.errors import KeyReused, MalformedAppend, UnknownAgency, VersionConflict
from neraca.store.ledger import Append, AppendReceipt, Idempotency, Ledger
from neraca.store.statements import statement

A, B = UUID(int=10), UUID(int=11)
KEY = Idempotency("key", b"hash")

Row = tuple[int, str, int | None, int | None, UUID | None, int | None]
STORED: Row = (1, "stored", 1, 1, None, None)
REPLAYED: Row = (1, "replayed", 1, 1, None, None)
EMPTY: Row = (1, "stored", 2, 1, None, None)
REUSED: Row = (1, "key reused", None, None, None, None)
STALE: Row = (1, "stale", None, None, A, 7)


class Answering:
    """A pool of one connection that answers with these rows, or refuses, and keeps what it was asked."""

    broken = False

    def __init__(self, *rows: Row, refuses: Exception | None = None) -> None:
        self.rows = rows
        self.refuses = refuses
        self.asked: list[tuple[str, tuple[object, ...]]] = []

    @contextmanager
    def connection(self) -> Iterator[Any]:
        yield self

    def cursor(self, **_: object) -> "Answering":
        return self

    def execute(self, query: str, params: tuple[object, ...], **_: object) -> "Answering":
        self.asked.append((query, params))
        if self.refuses:
            raise self.refuses
        return self

    def fetchall(self) -> list[Row]:
        return list(self.rows)


def over(pool: Answering, heard: list[str] | None = None) -> Ledger:
    return Ledger(cast("ConnectionPool[Connection]", pool), on_stored=None if heard is None else heard.append)


def event(stream: UUID, version: int = 1, data: bytes = b"{}") -> StoredEvent:
    return StoredEvent(stream, version, "thing.happened", data)


@pytest.mark.parametrize(("asked", "key"), [(None, (None, None)), (KEY, ("key", b"hash"))])
def test_one_event_goes_by_the_function_for_one(
    asked: Idempotency | None, key: tuple[str | None, bytes | None]
) -> None:
    pool = Answering(STORED)

    assert over(pool).append("bandung", Append([event(A, 3, b"x")], asked)) == AppendReceipt(1, 1)
    assert pool.asked == [(statement("append-one"), ("bandung", A, 3, "thing.happened", b"x", *key))]


@pytest.mark.parametrize(
    ("appends", "rows", "arrays"),
    [
        (
            [Append([event(A, 3, b"x"), event(B, 1, b"y")], KEY)],
            [STORED],
            (Ints((1, 1)), Uuids((A, B)), Ints((3, 1)), ("x", "y"), Texts(("key",)), Blobs((b"hash",))),
        ),
        ([Append([], KEY)], [EMPTY], (Ints(), Uuids(), Ints(), (), Texts(("key",)), Blobs((b"hash",)))),
        (
            [Append([event(A, 3, b"x")]), Append([event(B, 1, b"y")], KEY)],
            [STORED, (2, *STORED[1:])],
            (Ints((1, 2)), Uuids((A, B)), Ints((3, 1)), ("x", "y"), Texts((None, "key")), Blobs((None, b"hash"))),
        ),
    ],
)
def test_anything_else_goes_by_the_function_for_groups(
    appends: Sequence[Append], rows: Sequence[Row], arrays: tuple[Any, ...]
) -> None:
    pool = Answering(*rows)
    request, stream, version, data, key, body_hash = arrays
    types, blobs = Texts("thing.happened" for _ in data), Blobs(one.encode() for one in data)

    over(pool).append_together("bandung", appends)

    assert pool.asked == [(statement("append"), ("bandung", request, stream, version, types, blobs, key, body_hash))]


def test_each_answer_is_told_by_its_request_in_whatever_order_they_come() -> None:
    pool = Answering(
        (5, *STALE[1:]),
        (3, *REUSED[1:]),
        (2, "replayed", 4, 6, None, None),
        (1, "stored", 7, 9, None, None),
        (4, *EMPTY[1:]),
    )
    appends = [
        Append([event(B)]),
        Append([event(UUID(int=1))]),
        Append([event(UUID(int=2))], KEY),
        Append([], Idempotency("other", b"")),
        Append([event(UUID(int=3)), event(A, 5), event(A, 6)]),
    ]

    stored, replayed, reused, empty, stale = over(pool).append_together("bandung", appends)

    assert (stored, replayed, empty) == (AppendReceipt(7, 9), AppendReceipt(4, 6, replayed=True), AppendReceipt(2, 1))
    assert AppendReceipt(7, 9).replayed is False
    assert isinstance(reused, KeyReused)
    assert reused.key == "key"
    assert isinstance(stale, VersionConflict)
    assert (stale.stream, stale.expected, stale.current) == (A, 4, 7)


@pytest.mark.parametrize(
    ("row", "announced"), [(STORED, True), (REPLAYED, False), (EMPTY, False), (REUSED, False), (STALE, False)]
)
def test_what_brought_something_to_read_is_announced(row: Row, announced: bool) -> None:
    heard: list[str] = []

    (outcome,) = over(Answering(row), heard).append_together("bandung", [Append([event(A)], KEY)])

    assert heard == (["bandung"] if announced else [])
    assert isinstance(outcome, Exception) == (row in (REUSED, STALE))
    # Nobody need listen.
    over(Answering(row)).append_together("bandung", [Append([event(A)], KEY)])


def test_an_answer_nobody_knows_is_an_error_of_the_program() -> None:
    with pytest.raises(AssertionError, match=r"ledger\.append answered"):
        over(Answering((1, "?", None, None, None, None))).append("bandung", Append([event(A)]))


def test_an_unknown_agency_is_everybodys_answer() -> None:
    pool = Answering(refuses=NoDataFound())

    outcomes = over(pool).append_together("atlantis", [Append([event(A)]), Append([event(B, 0)]), Append([event(B)])])

    assert [type(outcome) for outcome in outcomes] == [UnknownAgency, MalformedAppend, UnknownAgency]
    assert len(pool.asked) == 1


@pytest.mark.parametrize(("length", "sound"), [(0, False), (1, True), (255, True), (256, False)])
def test_a_key_has_1_to_255_characters(length: int, sound: bool) -> None:
    pool = Answering(STORED)

    over(pool).append_together("bandung", [Append([event(A)], Idempotency("k" * length, b""))])

    assert bool(pool.asked) == sound
