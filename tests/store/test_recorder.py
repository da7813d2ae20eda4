"""Our recorder and the library's in-memory one do the same under its EventStore and Repository, with our mapper."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.persistence import ApplicationRecorder, EventStore, IntegrityError, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder
from msgspec import Struct

from neraca.domain.envelope import Envelope
from neraca.store.ledger import Idempotency, Ledger
from neraca.store.log import Log, decoded
from neraca.store.mapper import Entry, EventMapper, registry
from neraca.store.recorder import AgencyRecorder

StoreEvent = Callable[..., StoredEvent]


class Opened(Struct, frozen=True, tag="account.opened"):
    pass


class Counted(Struct, frozen=True, tag="account.counted"):
    by: int


class Account(Struct, frozen=True):
    version: int
    total: int


def project(account: Account | None, entries: Iterable[Entry[Opened | Counted]]) -> Account | None:
    for entry in entries:
        match entry.envelope.body:
            case Opened():
                account = Account(entry.originator_version, 0)
            case Counted(by):
                assert account
                account = Account(entry.originator_version, account.total + by)
    return account


def entry(stream: UUID, version: int, body: Opened | Counted) -> Entry[Opened | Counted]:
    return Entry(stream, version, Envelope(at=datetime(2026, 1, 31, tzinfo=UTC), by="a", correlation="c", body=body))


@pytest.fixture
def mapper() -> EventMapper:
    return EventMapper(registry([Opened, Counted]))


@pytest.fixture(params=["ours", "in memory"])
def recorder(request: pytest.FixtureRequest) -> Iterator[ApplicationRecorder]:
    if request.param == "in memory":
        yield POPOApplicationRecorder()
        return
    yield AgencyRecorder("bandung", request.getfixturevalue("ledger"), request.getfixturevalue("log"))


def test_a_repository_folds_our_events(recorder: ApplicationRecorder, mapper: EventMapper) -> None:
    store: EventStore[UUID] = EventStore(mapper, recorder)
    repository = Repository(store)
    stream = uuid4()

    recordings = store.put([entry(stream, 1, Opened()), entry(stream, 2, Counted(5)), entry(stream, 3, Counted(7))])

    assert [recording.notification.id for recording in recordings] == [1, 2, 3]
    fold: Any = project
    assert repository.get(stream, projector_func=fold) == Account(3, 12)
    assert repository.get(stream, version=2, projector_func=fold) == Account(2, 5)
    with pytest.raises(AggregateNotFoundError):
        repository.get(uuid4(), projector_func=fold)


def test_a_conflict_is_an_integrity_error_and_stores_nothing(recorder: ApplicationRecorder, event: StoreEvent) -> None:
    stream, other = uuid4(), uuid4()
    recorder.insert_events([event(stream, 1), event(stream, 2)])

    with pytest.raises(IntegrityError):
        recorder.insert_events([event(other, 1), event(stream, 2)])

    assert recorder.max_notification_id() == 2
    assert recorder.select_events(other) == []


def test_events_of_a_stream(recorder: ApplicationRecorder, event: StoreEvent) -> None:
    stream, other = uuid4(), uuid4()
    events = [event(stream, n, b"%d" % n) for n in range(1, 6)]
    recorder.insert_events([*events[:2], event(other, 1), *events[2:]])

    assert list(recorder.select_events(stream)) == events
    assert list(recorder.select_events(stream, gt=2)) == events[2:]
    assert list(recorder.select_events(stream, lte=2)) == events[:2]
    assert list(recorder.select_events(stream, gt=1, lte=4, desc=True, limit=2)) == [events[3], events[2]]
    assert list(recorder.select_events(stream, gt=5)) == []


def test_notifications_in_order_of_position(recorder: ApplicationRecorder, event: StoreEvent) -> None:
    assert recorder.max_notification_id() is None
    assert recorder.select_notifications(None, 10) == []
    for type_ in "abcab":
        recorder.insert_events([event(uuid4(), type_=type_)])

    def ids(*where: Any, **more: Any) -> list[int]:
        return [notification.id for notification in recorder.select_notifications(*where, **more)]

    assert recorder.max_notification_id() == 5
    assert ids(None, 10) == ids(1, 10) == ids(0, 10) == [1, 2, 3, 4, 5]
    assert ids(2, 2) == [2, 3]
    assert ids(2, 2, inclusive_of_start=False) == [3, 4]
    assert ids(2, 10, 4) == [2, 3, 4]
    assert ids(1, 10, topics=["a", "c"]) == [1, 3, 4]
    assert ids(2, 1, topics=["a", "c"]) == [3]
    assert ids(1, 10, 3, topics=["a"]) == [1]


def test_a_subscription_goes_on_with_what_comes(recorder: ApplicationRecorder, event: StoreEvent) -> None:
    recorder.insert_events([event(uuid4()), event(uuid4())])
    with recorder.subscribe(gt=1) as subscription:
        assert next(subscription).id == 2
        later = Thread(target=lambda: recorder.insert_events([event(uuid4())]))
        later.start()
        assert next(subscription).id == 3
        later.join()


def test_nothing_to_insert_is_nothing(recorder: ApplicationRecorder) -> None:
    assert list(recorder.insert_events([]) or []) == []
    assert recorder.max_notification_id() is None


def test_a_key_is_kept_with_the_events(ledger: Ledger, log: Log, event: StoreEvent) -> None:
    recorder, asked = AgencyRecorder("bandung", ledger, log), Idempotency("k", b"hash")

    assert list(recorder.insert_events([event(uuid4()), event(uuid4())], idempotency=asked)) == [1, 2]
    assert list(recorder.insert_events([event(uuid4()), event(uuid4())], idempotency=asked)) == [1, 2]
    assert recorder.max_notification_id() == 2


def test_the_log_gives_back_the_envelopes(ledger: Ledger, log: Log, mapper: EventMapper) -> None:
    stream, bodies = uuid4(), [Opened(), Counted(3)]
    store: EventStore[UUID] = EventStore(mapper, AgencyRecorder("bandung", ledger, log))
    store.put([entry(stream, n, body) for n, body in enumerate(bodies, 1)])

    read = list(decoded(mapper, log.replay("bandung")))

    assert [envelope.body for _, envelope in read] == bodies
    assert [logged.id for logged, _ in read] == ["bandung:1", "bandung:2"]


def test_an_unreadable_event_is_named_by_its_id(
    ledger: Ledger, log: Log, event: StoreEvent, mapper: EventMapper
) -> None:
    AgencyRecorder("bandung", ledger, log).insert_events([event(uuid4(), type_="strange.thing")])
    with pytest.raises(ValueError, match=r"event bandung:1: stored event type 'strange\.thing'"):
        list(decoded(mapper, log.replay("bandung")))
