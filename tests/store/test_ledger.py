from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg_pool import ConnectionPool

from neraca.store.errors import KeyReused, MalformedAppend, UnknownAgency, Unreachable, VersionConflict
from neraca.store.ledger import Append, AppendReceipt, Idempotency, Ledger
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
