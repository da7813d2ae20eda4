from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg.errors import DeadlockDetected, QueryCanceled, SerializationFailure
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from neraca.store import ledger as ledger_module
from neraca.store.errors import (
    KeyReused,
    MalformedAppend,
    OutcomeUnknown,
    UnknownAgency,
    Unreachable,
    VersionConflict,
)
from neraca.store.ledger import Append, AppendReceipt, Idempotency, Ledger, Unless
from neraca.store.log import Log
from neraca.store.pool import open_pool

StoreEvent = Callable[..., StoredEvent]

ASKED = Idempotency("key-1", b"hash of the body")


def test_positions_count_on_from_one_for_each_agency(ledger: Ledger, event: StoreEvent) -> None:
    stream = uuid4()

    assert ledger.append("bandung", Append([event(stream, 1), event(stream, 2)])) == AppendReceipt(1, 2)
    assert ledger.append("bandung", Append([event(stream, 3)])) == AppendReceipt(3, 3)
    assert ledger.append("surabaya", Append([event(stream, 1)])) == AppendReceipt(1, 1)


@pytest.mark.parametrize("version", [1, 2, 4, 5])
def test_a_version_that_does_not_follow_is_a_conflict(
    ledger: Ledger, log: Log, event: StoreEvent, version: int
) -> None:
    stream = uuid4()
    ledger.append("bandung", Append([event(stream, 1), event(stream, 2)]))
    for appended in ([event(stream, version)], [event(stream, version), event(uuid4())]):
        with pytest.raises(VersionConflict) as conflict:
            ledger.append("bandung", Append(appended, ASKED))

        assert (conflict.value.stream, conflict.value.expected, conflict.value.current) == (stream, version - 1, 2)
    assert log.head("bandung") == len(log.read("bandung")) == 2
    assert log.requested("bandung", ASKED.key) is None


def test_what_rests_on_the_whole_log_is_stored_unless_something_of_the_kind_came_since(
    ledger: Ledger, log: Log, event: StoreEvent
) -> None:
    before, draw = uuid4(), uuid4()
    ledger.append("bandung", Append([event(before, 1, type_="drawn"), event(before, 2, type_="other")]))
    resting = Append([event(draw, 1, type_="drawn"), event(draw, 2)], ASKED, Unless(("drawn",), after=1))

    assert ledger.append("bandung", resting) == AppendReceipt(3, 4)
    assert ledger.append("bandung", resting) == AppendReceipt(3, 4, replayed=True)
    with pytest.raises(VersionConflict) as conflict:
        ledger.append("bandung", Append([event(draw, 3)], unless=Unless(("drawn",), after=2)))
    assert (conflict.value.stream, conflict.value.current) == (draw, 1)
    assert log.head("bandung") == 4


def test_two_that_rest_on_the_whole_log_are_told_of_each_other_in_one_group(ledger: Ledger, event: StoreEvent) -> None:
    group = [Append([event(uuid4(), type_="drawn")], unless=Unless(("drawn",), after=0)) for _ in range(2)]
    first, second, other = ledger.append_together("bandung", [*group, Append([event(uuid4())])])

    assert (first, other) == (AppendReceipt(2, 2), AppendReceipt(1, 1))
    assert isinstance(second, VersionConflict)


def test_a_save_of_several_streams_is_stored_all_or_none(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    plan, quota = uuid4(), uuid4()
    ledger.append("bandung", Append([event(quota, 1)]))

    with pytest.raises(VersionConflict):
        ledger.append("bandung", Append([event(plan, 1), event(quota, 1), event(plan, 2)]))
    assert log.head("bandung") == 1

    assert ledger.append("bandung", Append([event(plan, 1), event(quota, 2), event(plan, 2)])) == AppendReceipt(2, 4)
    assert [(e.stream, e.version) for e in log.read("bandung")] == [(quota, 1), (plan, 1), (quota, 2), (plan, 2)]


@pytest.mark.parametrize("events", [0, 1, 3])
def test_a_repeated_request_gets_the_first_answer(ledger: Ledger, log: Log, event: StoreEvent, events: int) -> None:
    ledger.append("bandung", Append([event(uuid4())]))

    first = ledger.append("bandung", Append([event(uuid4()) for _ in range(events)], ASKED))
    ledger.append("bandung", Append([event(uuid4())]))
    again = ledger.append("bandung", Append([event(uuid4()) for _ in range(events)], ASKED))

    assert first == AppendReceipt(2, 1 + events)
    assert again == AppendReceipt(2, 1 + events, replayed=True)
    assert log.requested("bandung", ASKED.key) == (ASKED, again)
    assert log.head("bandung") == len(log.read("bandung")) == 2 + events


def test_the_first_answer_stands_even_if_the_stream_has_moved_on(ledger: Ledger, event: StoreEvent) -> None:
    stream = uuid4()
    first = ledger.append("bandung", Append([event(stream, 1)], ASKED))
    ledger.append("bandung", Append([event(stream, 2)]))

    assert ledger.append("bandung", Append([event(stream, 1)], ASKED)).positions == first.positions
    assert ledger.append("bandung", Append([event(stream, 3)], ASKED)).positions == first.positions


@pytest.mark.parametrize("events", [0, 1, 3])
def test_a_key_stands_for_one_request_only(ledger: Ledger, log: Log, event: StoreEvent, events: int) -> None:
    ledger.append("bandung", Append([event(uuid4())], ASKED))

    with pytest.raises(KeyReused, match="key-1"):
        ledger.append("bandung", Append([event(uuid4()) for _ in range(events)], Idempotency(ASKED.key, b"other")))

    assert log.head("bandung") == 1
    assert ledger.append("surabaya", Append([event(uuid4())], ASKED)) == AppendReceipt(1, 1)


def test_each_of_a_group_is_judged_by_itself(
    ledger: Ledger, log: Log, event: StoreEvent, pool: ConnectionPool[Connection], url: str
) -> None:
    stale, known = uuid4(), Idempotency("known", b"1")
    ledger.append("bandung", Append([event(stale, 1)], known))
    requests = {
        "stored": Append([event(uuid4())], Idempotency("new", b"2")),
        "stale": Append([event(uuid4()), event(stale, 3)], Idempotency("stale", b"3")),
        "replayed": Append([event(uuid4())], known),
        "reused": Append([event(uuid4())], Idempotency("reused", b"4")),
        "empty": Append([], Idempotency("empty", b"5")),
        "several": Append([event(uuid4()), event(uuid4())]),
        "impossible": Append([event(uuid4(), type_="nul \0")]),
    }
    ledger.append("bandung", Append([event(uuid4())], Idempotency("reused", b"0")))

    # Someone else holds the lock, so that all of these wait together behind the first.
    with psycopg.connect(url) as other, ThreadPoolExecutor(8) as threads:
        other.execute("select from ledger.heads where agency = 'bandung' for update")
        leader = threads.submit(ledger.append, "bandung", Append([event(uuid4())]))
        answers = {name: threads.submit(ledger.append, "bandung", request) for name, request in requests.items()}
        other.rollback()
        outcomes = {name: answer.exception(20) or answer.result() for name, answer in answers.items()}
        assert leader.result() == AppendReceipt(3, 3)

    assert isinstance(outcomes["stale"], VersionConflict)
    assert isinstance(outcomes["reused"], KeyReused)
    assert isinstance(outcomes["impossible"], psycopg.DataError)
    assert outcomes["replayed"] == AppendReceipt(1, 1, replayed=True)
    assert isinstance(outcomes["empty"], AppendReceipt)
    assert not outcomes["empty"].positions
    stored = [outcomes["stored"], outcomes["several"]]
    assert sorted(p for s in stored if isinstance(s, AppendReceipt) for p in s.positions) == [4, 5, 6]
    assert [e.position for e in log.read("bandung")] == [1, 2, 3, 4, 5, 6]
    assert log.head("bandung") == 6
    assert log.requested("bandung", "stale") is None


def test_one_request_sent_sixteen_times_at_once_is_stored_once(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    together = Barrier(16)

    def send(_: int) -> AppendReceipt:
        together.wait()
        return ledger.append("bandung", Append([event(uuid4()), event(uuid4())], ASKED))

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(send, range(16)))

    assert [answer.positions for answer in answers] == [range(1, 3)] * 16
    assert sum(not answer.replayed for answer in answers) == 1
    assert len(log.read("bandung")) == 2


def test_of_sixteen_writers_to_one_stream_one_wins_each_version(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    stream, together = uuid4(), Barrier(16)

    def write(_: int) -> int:
        together.wait()
        won = 0
        for version in range(1, 11):
            try:
                ledger.append("bandung", Append([event(stream, version)]))
                won += 1
            except VersionConflict:
                continue
        return won

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(write, range(16))) == 10
    assert [e.version for e in log.read_stream("bandung", stream)] == list(range(1, 11))


def test_an_unknown_agency_is_named(ledger: Ledger, event: StoreEvent) -> None:
    with pytest.raises(UnknownAgency, match="'atlantis' is not registered"):
        ledger.append("atlantis", Append([event(uuid4())]))


@pytest.mark.parametrize("versions", [[1, 3], [2, 1], [1, 1], [0], [-1, 0]])
def test_versions_that_do_not_count_on_are_refused(ledger: Ledger, event: StoreEvent, versions: list[int]) -> None:
    stream = uuid4()
    with pytest.raises(MalformedAppend, match=str(stream)):
        ledger.append("bandung", Append([event(stream, version) for version in versions]))


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_a_length(ledger: Ledger, event: StoreEvent, key: str) -> None:
    with pytest.raises(MalformedAppend, match="1 to 255"):
        ledger.append("bandung", Append([event(uuid4())], Idempotency(key, b"")))


def test_every_byte_comes_back(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    data = [bytes(range(256)), b"", b"\0" * 100_000, '{"nama":"Ni Luh 🌺"}'.encode()]
    ledger.append("bandung", Append([event(uuid4(), data=d, type_="ünïcode.type") for d in data]))
    ledger.append("bandung", Append([event(uuid4(), data=data[0])]))

    assert [e.data for e in log.read("bandung")] == [*data, data[0]]
    assert {e.type for e in log.read("bandung", limit=4)} == {"ünïcode.type"}


def test_time_of_recording_never_runs_backwards(ledger: Ledger, log: Log, event: StoreEvent, url: str) -> None:
    ledger.append("bandung", Append([event(uuid4())]))
    with psycopg.connect(url, autocommit=True) as clock:
        clock.execute("update ledger.heads set recorded_at = recorded_at + interval '1 hour' where agency = 'bandung'")
    ledger.append("bandung", Append([event(uuid4()), event(uuid4())]))
    ledger.append("bandung", Append([event(uuid4())]))

    times = [e.recorded_at for e in log.read("bandung")]
    assert times == sorted(times)
    assert times[1] == times[2] == times[3]


def test_without_a_database_nothing_is_stored_and_it_says_so(event: StoreEvent) -> None:
    with (
        open_pool("postgresql://nobody@/none?host=/nonexistent", timeout=timedelta(milliseconds=200)) as pool,
        pytest.raises(Unreachable, match="nothing was appended to bandung"),
    ):
        Ledger(pool).append("bandung", Append([event(UUID(int=1))]))


def test_each_commit_is_announced_once(pool: ConnectionPool[Connection], event: StoreEvent) -> None:
    heard: list[str] = []
    ledger = Ledger(pool, on_stored=heard.append)
    stream = uuid4()

    ledger.append("bandung", Append([event(stream, 1), event(stream, 2)], ASKED))
    ledger.append("bandung", Append([event(stream, 1)], ASKED))
    with pytest.raises(VersionConflict):
        ledger.append("bandung", Append([event(stream, 1)]))
    ledger.append("surabaya", Append([event(stream, 1)]))

    assert heard == ["bandung", "surabaya"]


A, B = UUID(int=10), UUID(int=11)


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        ([(A, 1), (A, 3)], f"stream {A}: 3 cannot follow 1; count on by one"),
        ([(A, 2), (B, 1), (A, 2)], f"stream {A}: 2 cannot follow 2; count on by one"),
        ([(A, 5), (B, 7), (A, 6), (B, 9)], f"stream {B}: 9 cannot follow 7; count on by one"),
        ([(A, 0)], f"stream {A}: 0 cannot follow -1; count on by one"),
        ([(A, -1), (A, 0)], f"stream {A}: -1 cannot follow -2; count on by one"),
    ],
)
def test_the_event_that_does_not_follow_is_named(
    ledger: Ledger, event: StoreEvent, versions: list[tuple[UUID, int]], words: str
) -> None:
    with pytest.raises(MalformedAppend) as refused:
        ledger.append("bandung", Append([event(stream, version) for stream, version in versions]))

    assert str(refused.value) == words


def test_a_request_has_10_000_events_at_most(event: StoreEvent) -> None:
    many = [event(A, version) for version in range(1, 10_002)]
    ledger = over(Refusing(None, PoolTimeout("tried")))

    with pytest.raises(MalformedAppend) as refused:
        ledger.append("bandung", Append(many))
    assert str(refused.value) == "10001 events in one request; send at most 10000"
    with pytest.raises(Unreachable, match="tried"):
        ledger.append("bandung", Append(many[:-1]))


@pytest.mark.parametrize("length", [1, 255])
def test_a_key_of_any_length_between_is_taken(ledger: Ledger, event: StoreEvent, length: int) -> None:
    assert ledger.append("bandung", Append([event(A)], Idempotency("k" * length, b""))) == AppendReceipt(1, 1)


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_is_none_is_refused_in_words(ledger: Ledger, event: StoreEvent, key: str) -> None:
    with pytest.raises(MalformedAppend) as refused:
        ledger.append("bandung", Append([event(A)], Idempotency(key, b"")))

    assert str(refused.value) == "an idempotency key has 1 to 255 characters"


def told(outcomes: list[AppendReceipt | Exception]) -> list[object]:
    return [outcome if isinstance(outcome, AppendReceipt) else (type(outcome), str(outcome)) for outcome in outcomes]


def test_several_requests_together_are_answered_each_in_its_place(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    known, reused = Idempotency("known", b"1"), Idempotency("reused", b"2")
    ledger.append("bandung", Append([event(A, 1), event(A, 2)], known))
    ledger.append("bandung", Append([event(B)], reused))
    streams = [uuid4() for _ in range(5)]

    outcomes = ledger.append_together(
        "bandung",
        [
            Append([event(streams[0]), event(streams[0], 2)]),
            Append([event(streams[1]), event(A, 5), event(A, 6)]),
            Append([event(streams[2])], known),
            Append([event(streams[3], 0)]),
            Append([event(streams[3])], Idempotency("reused", b"3")),
            Append([], Idempotency("empty", b"4")),
            Append([event(streams[4])], Idempotency("last", b"5")),
        ],
    )

    assert told(outcomes) == [
        AppendReceipt(4, 5),
        (VersionConflict, f"stream {A}: expected at version 4, is at 2; read it again"),
        AppendReceipt(1, 2, replayed=True),
        (MalformedAppend, f"stream {streams[3]}: 0 cannot follow -1; count on by one"),
        (KeyReused, "idempotency key 'reused' was used for another request; send a new key"),
        AppendReceipt(6, 5),
        AppendReceipt(6, 6),
    ]
    assert [(e.position, e.stream) for e in log.read("bandung", after=3)] == [
        (4, streams[0]),
        (5, streams[0]),
        (6, streams[4]),
    ]
    assert log.requested("bandung", "empty") == (Idempotency("empty", b"4"), AppendReceipt(6, 5, replayed=True))


def test_requests_none_of_which_can_be_sent_are_refused_without_the_database(event: StoreEvent) -> None:
    ledger = Ledger(cast("ConnectionPool[Connection]", None))

    assert ledger.append_together("bandung", []) == []
    (refused,) = ledger.append_together("bandung", [Append([event(A, 0)])])
    assert isinstance(refused, MalformedAppend)


def test_of_requests_together_only_the_impossible_one_fails(ledger: Ledger, event: StoreEvent) -> None:
    stored, impossible, other = ledger.append_together(
        "bandung", [Append([event(uuid4(), type_=type_)]) for type_ in ("a", "nul \0", "b")]
    )

    assert (stored, other) == (AppendReceipt(1, 1), AppendReceipt(2, 2))
    assert isinstance(impossible, psycopg.DataError)


def test_requests_of_one_stream_or_key_that_meet_go_one_after_the_other(
    ledger: Ledger, log: Log, event: StoreEvent, url: str
) -> None:
    key = Idempotency("one", b"1")
    with psycopg.connect(url) as other, ThreadPoolExecutor(8) as threads:
        other.execute("select from ledger.heads where agency = 'bandung' for update")
        first = threads.submit(ledger.append, "bandung", Append([event(uuid4())]))
        answers = [
            threads.submit(ledger.append, "bandung", append)
            for append in (
                Append([event(A)], key),
                Append([event(A)], key),
                Append([event(B, 1)]),
                Append([event(uuid4()), event(B, 1)]),
            )
        ]
        other.rollback()
        outcomes = [answer.exception(20) or answer.result() for answer in answers]
        first.result()

    assert sorted(isinstance(outcome, VersionConflict) for outcome in outcomes) == [False, False, False, True]
    assert sum(isinstance(outcome, AppendReceipt) and outcome.replayed for outcome in outcomes) == 1
    assert [e.stream for e in log.read("bandung") if e.stream in (A, B)] in ([A, B], [B, A])


def test_a_stream_may_be_named_by_its_text(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    text = cast("UUID", str(A))

    assert ledger.append("bandung", Append([event(text, 1)])) == AppendReceipt(1, 1)
    assert ledger.append("bandung", Append([event(text, 2), event(text, 3)])) == AppendReceipt(2, 3)
    with pytest.raises(VersionConflict) as conflict:
        ledger.append("bandung", Append([event(text, 3), event(text, 4)]))
    assert (conflict.value.stream, conflict.value.expected) == (A, 2)
    assert [e.version for e in log.read_stream("bandung", A)] == [1, 2, 3]


def test_only_what_followers_could_read_is_announced(pool: ConnectionPool[Connection], event: StoreEvent) -> None:
    heard: list[str] = []
    ledger = Ledger(pool, on_stored=heard.append)

    ledger.append("bandung", Append([], ASKED))
    ledger.append("bandung", Append([], ASKED))
    ledger.append_together("bandung", [Append([event(A)]), Append([event(A, 5)])])
    ledger.append_together("bandung", [Append([event(A)]), Append([event(B)])])
    with pytest.raises(UnknownAgency):
        ledger.append("atlantis", Append([event(A)]))

    assert heard == ["bandung", "bandung"]


class Refusing:
    """A pool that has these errors to give first: before there is a connection, or on one that `broken` tells of."""

    max_size = 1

    def __init__(self, pool: ConnectionPool[Connection] | None, *errors: Exception, broken: bool | None = None) -> None:
        self.pool = pool
        self.errors = list(errors)
        self.broken = broken
        self.checked = 0

    @contextmanager
    def connection(self) -> Iterator[Any]:
        if self.errors and (self.broken is None or isinstance(self.errors[0], PoolTimeout | PoolClosed)):
            raise self.errors.pop(0)
        if self.errors or self.pool is None:
            yield self
        else:
            with self.pool.connection() as connection:
                yield connection

    def cursor(self, **_: object) -> Any:
        raise self.errors.pop(0)

    def check(self) -> None:
        self.checked += 1


def over(pool: Refusing, patience: timedelta = timedelta(seconds=30)) -> Ledger:
    return Ledger(cast("ConnectionPool[Connection]", pool), patience=patience)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    seconds: list[float] = []
    monkeypatch.setattr(ledger_module, "sleep", seconds.append)
    return seconds


@pytest.mark.parametrize("kind", [DeadlockDetected, SerializationFailure])
def test_a_deadlock_is_tried_ten_times(
    pool: ConnectionPool[Connection], event: StoreEvent, kind: type[Exception], slept: list[float]
) -> None:
    nine, ten = (Refusing(pool, *(kind() for _ in range(n)), broken=False) for n in (9, 10))

    assert over(nine).append("bandung", Append([event(A)])) == AppendReceipt(1, 1)
    with pytest.raises(kind):
        over(ten).append("bandung", Append([event(B)]))
    assert (slept, nine.checked, ten.checked) == ([], 0, 0)


@pytest.mark.parametrize("kind", [psycopg.OperationalError, psycopg.InterfaceError])
def test_a_lost_connection_is_sought_again_at_growing_intervals(
    pool: ConnectionPool[Connection], event: StoreEvent, kind: type[Exception], slept: list[float]
) -> None:
    losing = Refusing(pool, *(kind() for _ in range(55)), broken=True)

    assert over(losing).append("bandung", Append([event(A)])) == AppendReceipt(1, 1)
    assert losing.checked == 55
    assert (slept[0], slept[1], slept[48:52]) == (0.02, 0.04, [0.98, 1, 1, 1])


@pytest.mark.parametrize("kind", [QueryCanceled, psycopg.InterfaceError])
def test_what_the_database_refuses_on_a_living_connection_is_told_at_once(
    pool: ConnectionPool[Connection], event: StoreEvent, kind: type[Exception], slept: list[float]
) -> None:
    refusing = Refusing(pool, kind("no"), broken=False)
    with pytest.raises(kind, match=r"^no$"):
        over(refusing).append("bandung", Append([event(A)]))

    assert (slept, refusing.checked) == ([], 0)


def test_an_error_without_a_connection_is_told_at_once(event: StoreEvent, slept: list[float]) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"^none$"):
        over(Refusing(None, psycopg.OperationalError("none"))).append("bandung", Append([event(A)]))
    assert slept == []


LOST = "the database was lost while appending to bandung; repeat with the same key: "
NOT_HAD = "no connection to the database, nothing was appended to bandung: "


@pytest.mark.parametrize(
    ("errors", "kind", "words"),
    [
        ([PoolTimeout("late")], Unreachable, NOT_HAD + "late"),
        ([PoolClosed("shut")], Unreachable, NOT_HAD + "shut"),
        ([psycopg.OperationalError("cut"), PoolTimeout("late")], OutcomeUnknown, LOST + "late"),
        ([psycopg.OperationalError("cut"), PoolClosed("shut")], OutcomeUnknown, LOST + "shut"),
        ([DeadlockDetected(), PoolTimeout("late")], Unreachable, NOT_HAD + "late"),
    ],
)
def test_whether_events_may_be_stored_is_told(
    event: StoreEvent, slept: list[float], errors: list[Exception], kind: type[Exception], words: str
) -> None:
    with pytest.raises(Unreachable) as refused:
        over(Refusing(None, *errors, broken=True)).append("bandung", Append([event(A)]))

    assert (type(refused.value), str(refused.value)) == (kind, words)
    assert refused.value.__cause__ is errors[-1]


def test_patience_ends(event: StoreEvent, slept: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Sought until the time is up, and once more when it just is."""
    times = iter([100.0, 129.9, 130.0, 130.1])
    monkeypatch.setattr(ledger_module, "monotonic", lambda: next(times))
    losing = Refusing(None, *(psycopg.OperationalError(f"cut {n}") for n in (1, 2, 3)), broken=True)

    with pytest.raises(OutcomeUnknown) as unknown:
        over(losing).append("bandung", Append([event(A)]))

    assert str(unknown.value) == LOST + "cut 3"
    assert len(slept) == 2


def test_patience_is_30_seconds_unless_told(
    event: StoreEvent, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([100.0, 130.0, 130.001])
    monkeypatch.setattr(ledger_module, "monotonic", lambda: next(times))
    losing = Refusing(None, psycopg.OperationalError("cut 1"), psycopg.OperationalError("cut 2"), broken=True)

    with pytest.raises(OutcomeUnknown, match="cut 2"):
        Ledger(cast("ConnectionPool[Connection]", losing)).append("bandung", Append([event(A)]))


def after_a_loss(pool: ConnectionPool[Connection]) -> Ledger:
    return over(Refusing(pool, psycopg.OperationalError("cut"), broken=True))


def test_after_a_loss_own_events_are_those_of_the_same_bytes_in_a_row(
    ledger: Ledger, pool: ConnectionPool[Connection], event: StoreEvent, slept: list[float]
) -> None:
    mine = [event(A, 1, b"1"), event(B, 1, b"2"), event(A, 2, b"3")]
    ledger.append("bandung", Append([event(uuid4())]))
    ledger.append("bandung", Append(mine))

    assert after_a_loss(pool).append("bandung", Append(mine)) == AppendReceipt(2, 4)


@pytest.mark.parametrize(
    "rivals",
    [
        [[(1, b"1")]],  # fewer
        [[(1, b"1")], [(0, b"")], [(2, b"2")]],  # scattered
        [[(1, b"1"), (2, b"other")]],
        [[(1, b"other")]],
    ],
)
def test_after_a_loss_events_of_others_are_a_conflict_as_ever(
    ledger: Ledger,
    pool: ConnectionPool[Connection],
    event: StoreEvent,
    slept: list[float],
    rivals: list[list[tuple[int, bytes]]],
) -> None:
    for several in rivals:
        ledger.append("bandung", Append([event(A, n, data) if n else event(uuid4()) for n, data in several]))

    with pytest.raises(VersionConflict):
        after_a_loss(pool).append("bandung", Append([event(A, 1, b"1"), event(A, 2, b"2")]))


def test_after_a_loss_the_others_of_a_group_keep_their_answers(
    ledger: Ledger, pool: ConnectionPool[Connection], event: StoreEvent, slept: list[float]
) -> None:
    mine, known = Append([event(A, 1, b"mine")]), Append([event(uuid4(), 1, b"known")], ASKED)
    ledger.append("bandung", mine)
    ledger.append("bandung", known)
    ledger.append("bandung", Append([event(B, 1, b"theirs")]))

    outcomes = after_a_loss(pool).append_together(
        "bandung",
        [
            mine,
            Append([event(B, 1, b"mine")]),
            Append([event(uuid4())]),
            known,
        ],
    )

    assert told(outcomes) == [
        AppendReceipt(1, 1),
        (VersionConflict, f"stream {B}: expected at version 0, is at 1; read it again"),
        AppendReceipt(4, 4),
        AppendReceipt(2, 2, replayed=True),
    ]
