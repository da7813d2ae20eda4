"""What the log asks of a database and what it makes of the rows, without a database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest
from psycopg import Connection
from psycopg_pool import ConnectionPool

from neraca.store.arrays import Ints, Texts, Uuids
from neraca.store.errors import UnknownAgency
from neraca.store.ledger import AppendReceipt, Idempotency
from neraca.store.log import Log, LoggedEvent, Passed
from neraca.store.statements import statement

A, B = UUID(int=10), UUID(int=11)
AT = datetime(2026, 1, 31, tzinfo=UTC)
ROW = (3, A, 2, "x.y", b"{}", AT)
EVENT = LoggedEvent("bandung", 3, A, 2, "x.y", b"{}", AT)
NOBODY = (None,) * 6


class Answering:
    """A pool of one connection that answers with these rows and keeps the last question with parameters."""

    max_size = 1

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self.rows = rows
        self.asked: tuple[str, object] | None = None

    @contextmanager
    def connection(self) -> Iterator[Any]:
        yield self

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        yield

    def cursor(self, **_: object) -> "Answering":
        return self

    def execute(self, query: str, params: Any = (), **_: object) -> "Answering":
        if query not in ("begin", "commit"):
            self.asked = (query, params)
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.rows


Ask = Callable[[Log], object]


@pytest.mark.parametrize(
    ("ask", "name", "params", "rows", "answer"),
    [
        (lambda log: log.read("bandung"), "read-log", ("bandung", 0, 5000), [ROW], [EVENT]),
        (lambda log: log.read("bandung", 7, 9), "read-log", ("bandung", 7, 9), [], []),
        (
            lambda log: log.read_types("bandung", ["x", "y"]),
            "read-types",
            ("bandung", 0, Texts(("x", "y")), 5000),
            [ROW],
            [EVENT],
        ),
        (
            lambda log: log.read_types("bandung", ["x"], 7, 9),
            "read-types",
            ("bandung", 7, Texts(("x",)), 9),
            [],
            [],
        ),
        (
            lambda log: log.read_stream("bandung", A),
            "read-stream",
            ("bandung", A, 0, 2**31 - 1, 2**31 - 1),
            [ROW],
            [EVENT],
        ),
        (
            lambda log: log.read_stream("bandung", A, after=1, until=2, limit=3, backwards=True),
            "read-stream-backwards",
            ("bandung", A, 1, 2, 3),
            [],
            [],
        ),
        (
            lambda log: log.read_streams("bandung", [A, B]),
            "read-streams",
            ("bandung", Uuids((A, B))),
            [(8, *ROW)],
            (8, [EVENT]),
        ),
        (
            lambda log: log.read_streams("bandung", []),
            "read-streams",
            ("bandung", Uuids()),
            [(8, *NOBODY)],
            (8, []),
        ),
        (
            lambda log: log.read_streams_types("bandung", [A], ["x"], 7),
            "read-streams-types",
            ("bandung", Uuids((A,)), Texts(("x",)), 7),
            [ROW],
            [EVENT],
        ),
        (
            lambda log: log.read_newer("bandung", {A: 1, B: 0}),
            "read-newer",
            ("bandung", Uuids((A, B)), Ints((1, 0))),
            [ROW],
            [EVENT],
        ),
        (
            lambda log: log.passed_since("bandung", 7),
            "passed-since",
            ("bandung", 7, 5000),
            [(9, 8, A, 1), (9, 9, B, 4)],
            Passed(9, [(8, A, 1), (9, B, 4)]),
        ),
        (
            lambda log: log.passed_since("bandung", 9, 2),
            "passed-since",
            ("bandung", 9, 2),
            [(9, None, None, None)],
            Passed(9, []),
        ),
        (lambda log: log.head("bandung"), "head", ("bandung",), [(9,)], 9),
        (
            lambda log: log.position_at("bandung", AT),
            "position-at",
            {"agency": "bandung", "instant": AT},
            [(4,)],
            4,
        ),
        (lambda log: log.positions(), "positions", (), [("bandung", 9)], {"bandung": 9}),
        (lambda log: log.requested("bandung", "k"), "requested", ("bandung", "k"), [], None),
        (
            lambda log: log.requested("bandung", "k"),
            "requested",
            ("bandung", "k"),
            [(b"hash", 3, 5)],
            (Idempotency("k", b"hash"), AppendReceipt(3, 5, replayed=True)),
        ),
        (lambda log: log.keys("bandung", "k"), "keys", ("bandung", "k"), [("k1",), ("k2",)], {"k1", "k2"}),
        (lambda log: log.out_of_step("bandung"), "out-of-step", ("bandung",), [(3, AT, AT)], [(3, AT, AT)]),
    ],
)
def test_a_question_and_its_answer(
    ask: Ask, name: str, params: object, rows: list[tuple[Any, ...]], answer: object
) -> None:
    pool = Answering(rows)

    assert ask(Log(cast("ConnectionPool[Connection]", pool))) == answer
    assert pool.asked == (statement(name), params)


@pytest.mark.parametrize(
    "ask",
    [
        lambda log: log.read_streams("atlantis", [A]),
        lambda log: log.passed_since("atlantis", 0),
        lambda log: log.head("atlantis"),
        lambda log: log.position_at("atlantis", AT),
    ],
)
def test_no_row_at_all_is_an_unknown_agency(ask: Ask) -> None:
    with pytest.raises(UnknownAgency, match="'atlantis'"):
        ask(Log(cast("ConnectionPool[Connection]", Answering([]))))
