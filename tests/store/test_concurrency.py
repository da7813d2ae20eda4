"""Sixteen writers and four readers on one agency at once; among the writes are conflicts, repeats and failures."""

from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import pairwise
from random import Random
from threading import Event
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from neraca.store.errors import KeyReused, VersionConflict
from neraca.store.ledger import Append, AppendReceipt, Idempotency, Ledger
from neraca.store.log import Log, LoggedEvent
from neraca.store.pool import open_pool

StoreEvent = Callable[..., StoredEvent]

WRITERS, READERS, ROUNDS = 16, 4, 250

Written = tuple[tuple[StoredEvent, ...], AppendReceipt]


def write(ledger: Ledger, event: StoreEvent, number: int) -> tuple[list[Written], Counter[str]]:
    """Own streams, and forty shared ones that all writers fight over by guessing their version."""
    random = Random(number)
    guesses = dict.fromkeys(range(40), 0)
    versions: dict[UUID, int] = {}
    written: list[Written] = []
    seen: Counter[str] = Counter()
    for round_ in range(ROUNDS):
        kind = random.choice(["own", "own", "own", "several", "shared", "shared", "repeat", "reuse", "impossible"])
        data = [sha256(f"{number}/{round_}/{n}".encode()).digest() * random.randint(1, 9) for n in range(3)]
        own = UUID(int=number << 64 | random.randint(1, 30))
        shared = random.randint(0, 39)
        version = versions.get(own, 0)
        key = Idempotency(f"{number}/{round_}", b"body") if round_ % 2 else None
        try:
            match kind:
                case "own" | "several":
                    events = [event(own, version + n, d) for n, d in enumerate(data[: 1 if kind == "own" else 3], 1)]
                    stored = ledger.append("bandung", Append(events, key))
                    versions[own] = version + len(events)
                case "shared":
                    # A save of two streams: the second must never appear without the first.
                    events = [event(UUID(int=shared), guesses[shared] + 1, data[0]), event(own, version + 1, data[1])]
                    stored = ledger.append("bandung", Append(events, key))
                    versions[own] = version + 1
                    guesses[shared] += 1
                case "repeat" if written:
                    events, _ = random.choice(written)
                    again = Idempotency(f"again {number}/{round_}", b"body")
                    with pytest.raises(VersionConflict):
                        ledger.append("bandung", Append(events, again))
                    seen[kind] += 1
                    continue
                case "reuse" if written:
                    with pytest.raises(KeyReused):
                        ledger.append("bandung", Append([event(own, version + 1)], Idempotency(f"taken {number}", b"")))
                    seen[kind] += 1
                    continue
                case _:
                    with pytest.raises(psycopg.DataError):
                        ledger.append("bandung", Append([event(own, version + 1, type_="nul \0")], key))
                    seen["impossible"] += 1
                    continue
        except VersionConflict as conflict:
            assert conflict.stream == UUID(int=shared)  # noqa: PT017 - own streams have no rivals
            guesses[shared] = conflict.current
            seen["conflict"] += 1
        else:
            written.append((tuple(events), stored))
            seen[kind] += 1
    return written, seen


def tail(log: Log, page: int, finished: Event) -> list[LoggedEvent]:
    """Follows as projections do: from the last position on, never looking back."""
    read: list[LoggedEvent] = []
    while True:
        last_time = finished.is_set()
        events = log.read("bandung", read[-1].position if read else 0, page)
        read += events
        if last_time and not events:
            return read


def test_no_event_is_lost_doubled_or_out_of_order(url: str, event: StoreEvent) -> None:
    finished = Event()
    # Two ledgers stand for two servers: they meet only in the database.
    with open_pool(url) as pool, open_pool(url) as other, ThreadPoolExecutor(WRITERS + READERS) as threads:
        ledgers, log = (Ledger(pool), Ledger(other)), Log(pool)
        for number in range(1, WRITERS + 1):
            ledgers[0].append("bandung", Append([], Idempotency(f"taken {number}", b"by another body")))
        readers = [threads.submit(tail, log, page, finished) for page in (1_000, 100, 7, 1_000)]
        writers = [threads.submit(write, ledgers[number % 2], event, number) for number in range(1, WRITERS + 1)]
        try:
            results = [writer.result() for writer in writers]
        finally:
            finished.set()
        tails = [reader.result() for reader in readers]
        whole = list(log.replay("bandung", page=333))
        head = log.head("bandung")

    seen = sum((counts for _, counts in results), Counter())
    assert min(seen[kind] for kind in ("own", "several", "shared", "conflict", "repeat", "reuse", "impossible")) > 50

    # No gap and none twice; every reader saw the same in the same order.
    assert [e.position for e in whole] == list(range(1, head + 1))
    assert all(read == whole for read in tails)

    # Exactly what was acknowledged is there, byte for byte, at the position that was answered.
    acknowledged = {
        position: event
        for written, _ in results
        for events, stored in written
        for position, event in zip(stored.positions, events, strict=True)
    }
    assert {e.position: StoredEvent(e.stream, e.version, e.type, e.data) for e in whole} == acknowledged

    # Each stream counts on by one, and time does not run backwards.
    versions: defaultdict[UUID, list[int]] = defaultdict(list)
    for e in whole:
        versions[e.stream].append(e.version)
    assert all(counted == list(range(1, len(counted) + 1)) for counted in versions.values())
    assert all(a.recorded_at <= b.recorded_at for a, b in pairwise(whole))
