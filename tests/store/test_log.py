from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from msgspec import Struct
from psycopg import Connection
from psycopg_pool import ConnectionPool

from neraca.domain.envelope import Envelope
from neraca.store.errors import NewerSchema, UnknownAgency, UnknownType, UnreadableEvent
from neraca.store.ledger import Append, Idempotency, Ledger
from neraca.store.log import Log, LoggedEvent, Passed, decoded
from neraca.store.mapper import EventMapper, registry
from neraca.store.pool import open_pool

StoreEvent = Callable[..., StoredEvent]


def test_pages_by_position(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    stream = uuid4()
    ledger.append("bandung", Append([event(stream, n, data=b"%d" % n) for n in range(1, 11)]))
    ledger.append("surabaya", Append([event(stream, 1)]))

    assert [e.position for e in log.read("bandung", limit=3)] == [1, 2, 3]
    assert [e.position for e in log.read("bandung", after=8, limit=3)] == [9, 10]
    assert log.read("bandung", after=10) == []
    assert [e.data for e in log.replay("bandung", page=4)] == [b"%d" % n for n in range(1, 11)]
    assert [e.position for e in log.replay("bandung", after=2, until=9, page=3)] == [3, 4, 5, 6, 7, 8, 9]
    assert list(log.replay("bandung", after=2, until=2)) == []
    assert log.positions() == {"bandung": 10, "surabaya": 1}


def test_an_event_says_all_about_itself(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    stream, before = uuid4(), datetime.now(UTC)
    ledger.append("bandung", Append([event(stream, 1, b'{"a":1}', "x.y")]))

    (logged,) = log.read("bandung")

    assert logged.id == "bandung:1"
    assert (logged.stream, logged.version, logged.type, logged.data) == (stream, 1, "x.y", b'{"a":1}')
    assert type(logged.data) is bytes
    assert before - timedelta(seconds=1) < logged.recorded_at < datetime.now(UTC) + timedelta(seconds=1)
    assert logged.recorded_at.utcoffset() == timedelta()


def test_a_stream_from_both_ends(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    stream = uuid4()
    ledger.append("bandung", Append([event(stream, n) for n in range(1, 8)]))

    def versions(**where: int | bool) -> list[int]:
        return [e.version for e in log.read_stream("bandung", stream, **where)]  # pyright: ignore[reportArgumentType]

    assert versions() == [1, 2, 3, 4, 5, 6, 7]
    assert versions(after=2, until=5) == [3, 4, 5]
    assert versions(backwards=True, limit=2) == [7, 6]
    assert log.read_stream("surabaya", stream) == []


def test_events_of_some_types(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    ledger.append("bandung", Append([event(uuid4(), type_=type_) for type_ in "abcab"]))

    assert [(e.position, e.type) for e in log.read_types("bandung", ["a", "c"], after=1)] == [(3, "c"), (4, "a")]
    assert log.read_types("bandung", ["a"], limit=1)[0].position == 1
    assert log.read_types("bandung", []) == []


def test_streams_come_with_the_position_they_are_of(url: str, event: StoreEvent) -> None:
    """A writer keeps two streams at the same version while they are read; a torn read would see them differ."""
    first, second, done = uuid4(), uuid4(), Event()
    with open_pool(url) as pool, ThreadPoolExecutor(1) as threads:
        ledger, log = Ledger(pool), Log(pool)

        def write() -> None:
            version = 0
            while not done.is_set():
                version += 1
                ledger.append("bandung", Append([event(first, version), event(uuid4()), event(second, version)]))

        writer = threads.submit(write)
        try:
            for _ in range(200):
                position, events = log.read_streams("bandung", [first, second])
                assert [e.version for e in events if e.stream == first] == list(range(1, position // 3 + 1))
                assert [e.version for e in events if e.stream == second] == list(range(1, position // 3 + 1))
                assert [e.position for e in events] == sorted(e.position for e in events)
        finally:
            done.set()
            writer.result()


def test_streams_without_events_still_have_a_position(log: Log, ledger: Ledger, event: StoreEvent) -> None:
    assert log.read_streams("bandung", [uuid4()]) == (0, [])
    ledger.append("bandung", Append([event(uuid4())]))
    assert log.read_streams("bandung", []) == (1, [])


def test_what_streams_have_gained_since_they_were_read(log: Log, ledger: Ledger, event: StoreEvent) -> None:
    known, new, other = uuid4(), uuid4(), uuid4()
    ledger.append("bandung", Append([event(known, 1), event(known, 2), event(other, 1), event(new, 1)]))
    ledger.append("bandung", Append([event(known, 3)]))
    ledger.append("surabaya", Append([event(known, 1), event(known, 2), event(known, 3)]))

    found = log.read_newer("bandung", {known: 1, new: 0})

    assert [(one.position, one.stream, one.version) for one in found] == [(2, known, 2), (4, new, 1), (5, known, 3)]
    assert log.read_newer("bandung", {known: 3}) == log.read_newer("bandung", {}) == []


def test_what_moved_since_a_position(log: Log, ledger: Ledger, event: StoreEvent) -> None:
    one, two = uuid4(), uuid4()
    ledger.append("bandung", Append([event(one, 1), event(two, 1), event(one, 2)]))
    ledger.append("surabaya", Append([event(two, 1)]))

    assert log.passed_since("bandung", 1) == Passed(3, [(2, two, 1), (3, one, 2)])
    assert log.passed_since("bandung", 0, limit=1) == Passed(3, [(1, one, 1)])
    assert log.passed_since("bandung", 3) == Passed(3, [])
    assert log.passed_since("surabaya", 0) == Passed(1, [(1, two, 1)])
    with pytest.raises(UnknownAgency, match="'atlantis'"):
        log.passed_since("atlantis", 0)


def test_the_position_at_an_instant(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    for count in (1, 3, 1, 1, 5, 2):
        ledger.append("bandung", Append([event(uuid4()) for _ in range(count)]))
    events = log.read("bandung")

    for logged in events:
        same = max(e.position for e in events if e.recorded_at == logged.recorded_at)
        assert log.position_at("bandung", logged.recorded_at) == same
    assert log.position_at("bandung", events[0].recorded_at - timedelta(seconds=1)) == 0
    assert log.position_at("bandung", events[-1].recorded_at + timedelta(days=1)) == 13
    assert log.position_at("surabaya", datetime.now(UTC)) == 0


def test_an_agency_that_is_not_registered(log: Log) -> None:
    for ask in (log.head, lambda agency: log.read_streams(agency, [uuid4()])):
        with pytest.raises(UnknownAgency, match="'atlantis'"):
            ask("atlantis")
    with pytest.raises(UnknownAgency):
        log.position_at("atlantis", datetime.now(UTC))


def test_a_connection_forgets_the_agency_after_each_question(pool: ConnectionPool[Connection], log: Log) -> None:
    log.read("bandung")
    log.passed_since("bandung", 0)
    log.read_stream("bandung", uuid4())
    log.read_streams("bandung", [uuid4()])
    with pool.connection() as connection:
        assert connection.execute("select current_setting('neraca.agency', true)").fetchone() in [(None,), ("",)]
        assert connection.execute("select current_user").fetchone() == ("neraca_app",)


def test_a_projector_reads_the_log_too(url: str, ledger: Ledger, event: StoreEvent) -> None:
    ledger.append("bandung", Append([event(uuid4())]))
    with open_pool(url, role="neraca_projector") as pool:
        assert [e.position for e in Log(pool).read("bandung")] == [1]
        assert Log(pool).positions()["bandung"] == 1


def test_reading_uses_the_keys(url: str, ledger: Ledger, event: StoreEvent) -> None:
    """Row security must not turn a page into a scan of everything."""
    for _ in range(20):
        ledger.append("bandung", Append([event(uuid4()) for _ in range(100)]))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("analyze ledger.events")
        connection.execute("set role neraca_app")
        with connection.transaction():
            connection.execute("set local neraca.agency = 'bandung'")
            plan = connection.execute(
                "explain select data from ledger.events where agency = 'bandung' and position > 1900"
                " order by position limit 50"
            ).fetchall()
    text = "\n".join(line for (line,) in plan)
    assert "events_pkey" in text
    assert "Filter" not in text.replace("One-Time Filter", "")


class Counted(Struct, frozen=True, tag="account.counted"):
    by: int


def test_the_log_gives_back_the_envelopes(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    mapper, stream = EventMapper(registry([Counted])), uuid4()
    at = datetime(2026, 1, 31, tzinfo=UTC)
    envelopes = [Envelope(at=at, by="a", correlation="c", body=Counted(n)) for n in (3, 4)]
    stored = [mapper.encode(envelope) for envelope in envelopes]
    ledger.append("bandung", Append([event(stream, n, data, tag) for n, (tag, data) in enumerate(stored, 1)]))

    read = list(decoded(mapper, log.replay("bandung")))

    assert [envelope for _, envelope in read] == envelopes
    assert [logged.id for logged, _ in read] == ["bandung:1", "bandung:2"]


def test_an_unreadable_event_is_named_by_its_id(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    ledger.append("bandung", Append([event(uuid4(), type_="strange.thing")]))

    with pytest.raises(ValueError, match=r"event bandung:1: stored event type 'strange\.thing'"):
        list(decoded(EventMapper(registry([Counted])), log.replay("bandung")))


@pytest.mark.parametrize(
    ("data", "type_", "kind", "words"),
    [
        (b"{}", "strange.thing", UnknownType, "stored event type 'strange.thing' is not registered"),
        (b'{"schema":2}', "account.counted", NewerSchema, "account.counted: stored in schema 2"),
        (b"{}", "account.counted", UnreadableEvent, "account.counted: stored data does not have the shape"),
    ],
)
def test_what_is_wrong_with_an_unreadable_event_stays_known(
    data: bytes, type_: str, kind: type[Exception], words: str
) -> None:
    event = LoggedEvent("bandung", 41, UUID(int=1), 1, type_, data, datetime(2026, 1, 31, tzinfo=UTC))

    with pytest.raises(UnreadableEvent) as refused:
        list(decoded(EventMapper(registry([Counted])), iter([event])))
    assert refused.type is kind
    assert str(refused.value).startswith(f"event bandung:41: {words}")


def test_events_of_some_types_in_some_streams_up_to_a_position(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    one, two, other = uuid4(), uuid4(), uuid4()
    several = [(one, 1, "a"), (two, 1, "b"), (other, 1, "a"), (one, 2, "b"), (two, 2, "a"), (one, 3, "a")]
    ledger.append("bandung", Append([event(stream, version, type_=type_) for stream, version, type_ in several]))
    ledger.append("surabaya", Append([event(one, type_="a")]))

    def read(streams: list[UUID], types: list[str], until: int) -> list[int]:
        return [e.position for e in log.read_streams_types("bandung", streams, types, until)]

    assert read([one, two], ["a"], 6) == [1, 5, 6]
    assert read([one, two], ["a"], 5) == [1, 5]
    assert read([one], ["a", "b"], 4) == [1, 4]
    assert read([], ["a"], 6) == read([one], [], 6) == []


def test_a_stream_is_read_from_any_version_to_the_last_there_can_be(
    ledger: Ledger, log: Log, event: StoreEvent, url: str
) -> None:
    stream, last = uuid4(), 2**31 - 1
    ledger.append("bandung", Append([event(stream, 1), event(stream, 2), event(stream, 3)]))
    with psycopg.connect(url) as owner:
        owner.execute("update ledger.events set version = %s where version = 3", (last,))

    def versions(**where: int | bool) -> list[int]:
        return [e.version for e in log.read_stream("bandung", stream, **where)]  # pyright: ignore[reportArgumentType]

    assert versions() == [1, 2, last]
    assert versions(after=1, until=last - 1) == [2]
    assert versions(limit=2) == [1, 2]
    assert versions(backwards=True) == [last, 2, 1]
    assert versions(backwards=True, after=1, until=2) == [2]


def test_requests_are_found_by_key_and_by_how_keys_begin(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    for key in ("a_1", "a_2", "ab3", "b_4"):
        ledger.append("bandung", Append([event(uuid4())], Idempotency(key, key.encode())))
    ledger.append("surabaya", Append([event(uuid4())], Idempotency("a_5", b"")))

    found = log.requested("bandung", "ab3")

    assert found is not None
    assert found[0] == Idempotency("ab3", b"ab3")
    assert (found[1].first, found[1].last, found[1].replayed) == (3, 3, True)
    assert log.requested("bandung", "a_5") is None
    assert log.keys("bandung", "a_") == {"a_1", "a_2"}
    assert log.keys("bandung", "") == {"a_1", "a_2", "ab3", "b_4"}


def test_events_recorded_at_another_time_than_their_request_are_told(
    ledger: Ledger, log: Log, event: StoreEvent, url: str
) -> None:
    ledger.append("bandung", Append([event(uuid4())], Idempotency("1", b"")))
    ledger.append("bandung", Append([event(uuid4()), event(uuid4()), event(uuid4())], Idempotency("2", b"")))
    assert log.out_of_step("bandung") == []

    with psycopg.connect(url) as owner:
        owner.execute("update ledger.events set recorded_at = recorded_at - interval '1 day' where position in (2, 4)")

    at = log.read("bandung", after=2, limit=1)[0].recorded_at
    assert log.out_of_step("bandung") == [(2, at - timedelta(days=1), at), (4, at - timedelta(days=1), at)]
    assert log.out_of_step("surabaya") == []


def test_every_question_about_an_agency_that_is_not_registered_names_it(log: Log) -> None:
    for ask in (
        lambda: log.head("atlantis"),
        lambda: log.read_streams("atlantis", [uuid4()]),
        lambda: log.passed_since("atlantis", 0),
        lambda: log.position_at("atlantis", datetime.now(UTC)),
    ):
        with pytest.raises(UnknownAgency) as refused:
            ask()
        assert refused.value.agency == "atlantis"


class Asked(Log):
    """Counts what is asked of it."""

    def __init__(self, pool: ConnectionPool[Connection]) -> None:
        super().__init__(pool)
        self.asked: list[tuple[int, int]] = []

    def read(self, agency: str, after: int = 0, limit: int = 5_000) -> list[LoggedEvent]:
        self.asked.append((after, limit))
        return super().read(agency, after, limit)


@pytest.mark.parametrize(
    ("until", "page", "asked"),
    [
        (None, 4, [(0, 4), (4, 4)]),
        (None, 3, [(0, 3), (3, 3), (6, 3)]),
        (7, 4, [(0, 4), (4, 3)]),
        (6, 3, [(0, 3), (3, 3), (6, 0)]),
        (2, 5, [(0, 2)]),
        (9, 8, [(0, 8)]),
    ],
)
def test_a_replay_asks_page_by_page_and_stops_at_a_short_one(
    pool: ConnectionPool[Connection],
    ledger: Ledger,
    event: StoreEvent,
    until: int | None,
    page: int,
    asked: list[tuple[int, int]],
) -> None:
    ledger.append("bandung", Append([event(uuid4()) for _ in range(7)]))
    log = Asked(pool)

    positions = [e.position for e in log.replay("bandung", until=until, page=page)]

    assert positions == list(range(1, 1 + min(until or 7, 7)))
    assert log.asked == asked


class Dying:
    """A pool of two: so many connections fail before one answers; dead by that, or still open, or never had."""

    max_size = 2

    def __init__(self, failures: int, closed: bool | None) -> None:
        self.failures = failures
        self.closed = closed
        self.asked = 0

    @contextmanager
    def connection(self) -> Iterator[Any]:
        self.asked += 1
        if self.closed is None:
            self.fail()
        yield self

    def fail(self) -> None:
        if self.asked <= self.failures:
            raise psycopg.OperationalError(f"failure {self.asked}")

    def execute(self, *_: object, **__: object) -> "Dying":
        self.fail()
        return self

    def fetchall(self) -> list[tuple[str, int]]:
        return [("bandung", 3)]


@pytest.mark.parametrize(
    ("failures", "closed", "asked"), [(2, True, 3), (3, True, 3), (1, False, 1), (1, None, 1), (0, True, 1)]
)
def test_a_question_is_asked_again_until_all_dead_connections_are_gone(
    failures: int, closed: bool | None, asked: int
) -> None:
    pool = Dying(failures, closed)
    log = Log(cast("ConnectionPool[Connection]", pool))

    if failures < asked:
        assert log.positions() == {"bandung": 3}
    else:
        with pytest.raises(psycopg.OperationalError, match=f"^failure {asked}$"):
            log.positions()
    assert pool.asked == asked


def test_a_page_has_5_000_events_unless_told_and_a_stream_all(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    stream = uuid4()
    ledger.append("bandung", Append([event(stream, version) for version in range(1, 5_002)]))

    assert len(log.read("bandung")) == 5_000
    assert len(log.read_types("bandung", ["thing.happened"])) == 5_000
    assert len(log.passed_since("bandung", 0).moved) == 5_000
    assert len(log.read_stream("bandung", stream)) == 5_001
