"""An append whose answer is lost is asked for again and recognised, whatever was lost and when."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from time import sleep
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from neraca.store import embedded
from neraca.store.errors import OutcomeUnknown, VersionConflict
from neraca.store.ledger import Append, AppendReceipt, Idempotency, Ledger
from neraca.store.log import Log
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool

StoreEvent = Callable[..., StoredEvent]

HASH = b"body"


class Wire:
    """Stands between client and server. When told to, it swallows the next answer and hangs up."""

    def __init__(self, url: str) -> None:
        given = conninfo_to_dict(url)
        host, port = str(given.get("host") or "localhost"), int(given.get("port") or 5432)
        self._server: str | tuple[str, int] = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = make_conninfo(url, host="127.0.0.1", port=self._door.getsockname()[1], sslmode="disable")
        self.cut = 0
        self.reachable = True
        self._open: list[socket.socket] = []
        Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            if not self.reachable:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET)
            server.connect(self._server)
            self._open += [client, server]
            for source, target, answers in ((client, server, False), (server, client, True)):
                Thread(target=self._pass_on, args=(source, target, answers), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        try:
            while data := source.recv(65536):
                if answers and self.cut:
                    self.cut -= 1
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for end in self._open:
            end.close()


@pytest.fixture
def wire(url: str) -> Iterator[Wire]:
    wire = Wire(url)
    yield wire
    wire.close()


@pytest.mark.parametrize("key", [None, "key"])
@pytest.mark.parametrize("events", [1, 3])
def test_a_lost_answer_is_recognised_as_done(wire: Wire, event: StoreEvent, key: str | None, events: int) -> None:
    with open_pool(wire.url, smallest=1, largest=1) as pool:
        ledger, log = Ledger(pool), Log(pool)
        stream = uuid4()
        ledger.append("bandung", Append([event(stream, 1)]))
        append = Append(
            [event(stream, 2 + n, data=b'{"n":%d}' % n) for n in range(events)],
            Idempotency(key, HASH) if key else None,
        )

        wire.cut = 1
        stored = ledger.append("bandung", append)

        assert wire.cut == 0
        assert stored.positions == range(2, 2 + events)
        assert [e.data for e in log.read("bandung")] == [b"{}", *(e.state for e in append.events)]


def test_a_lost_answer_is_recognised_though_the_stream_moved_on(
    wire: Wire, url: str, event: StoreEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_pool(wire.url, smallest=1, largest=1) as pool, open_pool(url) as other:
        ledger, rival = Ledger(pool), Ledger(other)
        stream = uuid4()
        ledger.append("bandung", Append([event(stream, 1)]))
        append_after = pool.check

        def check() -> None:
            monkeypatch.undo()
            rival.append("bandung", Append([event(stream, 3)]))
            append_after()

        monkeypatch.setattr(pool, "check", check)
        wire.cut = 1
        assert ledger.append("bandung", Append([event(stream, 2, data=b'{"mine":1}')])) == AppendReceipt(2, 2)
        assert Log(other).head("bandung") == 3


def test_anothers_event_is_not_mistaken_for_ones_own(
    wire: Wire, url: str, event: StoreEvent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends the connection before anything is stored, and a rival takes the version meanwhile."""
    with open_pool(wire.url, smallest=1, largest=1) as pool, open_pool(url) as other:
        ledger, rival = Ledger(pool), Ledger(other)
        stream = uuid4()
        ledger.append("bandung", Append([event(stream, 1)]))
        with pool.connection() as connection:
            ended = connection.info.backend_pid
        with psycopg.connect(url) as admin:
            admin.execute("select pg_terminate_backend(%s)", (ended,))
        rival.append("bandung", Append([event(stream, 2, data=b'{"theirs":1}')]))

        with pytest.raises(VersionConflict):
            ledger.append("bandung", Append([event(stream, 2, data=b'{"mine":1}')]))
        assert Log(other).head("bandung") == 2


def test_sixteen_clients_behind_a_wire_that_keeps_breaking(wire: Wire, url: str, event: StoreEvent) -> None:
    done, through = Event(), list[int]()

    def breaking() -> None:
        """Cuts again once something got through, however slow the machine is."""
        seen = -1
        while not done.wait(0.05):
            if len(through) > seen:
                wire.cut, seen = 1, len(through)

    def write(ledger: Ledger, number: int) -> list[int]:
        stream, positions = uuid4(), list[int]()
        for version in range(1, 21):
            key = Idempotency(f"{number}/{version}", HASH) if version % 2 else None
            data = f'{{"by":{number},"n":{version}}}'.encode()
            positions += ledger.append("bandung", Append([event(stream, version, data)], key)).positions
            through.append(number)
        return positions

    with open_pool(wire.url, largest=2) as pool, open_pool(url) as safe, ThreadPoolExecutor(17) as threads:
        ledger = Ledger(pool)
        breaker = threads.submit(breaking)
        try:
            written = list(threads.map(lambda number: write(ledger, number), range(16)))
        finally:
            done.set()
            breaker.result()
        stored = Log(safe).read("bandung")

    assert sorted(position for positions in written for position in positions) == list(range(1, 321))
    assert [e.position for e in stored] == list(range(1, 321))


def test_an_outcome_that_cannot_be_learnt_is_called_unknown(wire: Wire, event: StoreEvent) -> None:
    with open_pool(wire.url, smallest=1, largest=1, timeout=timedelta(milliseconds=300)) as pool:
        ledger = Ledger(pool, patience=timedelta(milliseconds=200))
        ledger.append("bandung", Append([event(uuid4())]))
        wire.reachable = False
        wire.cut = 1

        with pytest.raises(OutcomeUnknown, match="repeat with the same key"):
            ledger.append("bandung", Append([event(uuid4())]))


BACKENDS = "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"


def kill_a_client(url: str) -> None:
    """As soon as the server answers and has one."""
    while True:
        try:
            with psycopg.connect(url) as admin:
                victims = admin.execute(BACKENDS).fetchall()
        except psycopg.OperationalError:
            victims = []
        if victims:
            os.kill(victims[0][0], signal.SIGKILL)
            return
        sleep(0.1)


def test_nothing_acknowledged_is_lost_when_a_backend_is_killed(fast_folder: Path, event: StoreEvent) -> None:
    """kill -9 of one backend makes the whole server recover; the appends under way are repeated and recognised."""
    with embedded.open(fast_folder / "killed", fsync=False, linger_seconds=0) as server:
        migrate(server.url, ["bandung"])
        with open_pool(server.url, largest=2) as pool, ThreadPoolExecutor(9) as threads:
            ledger = Ledger(pool)
            done = Event()

            def write(number: int) -> list[int]:
                stream, positions, version = uuid4(), list[int](), 0
                while not done.is_set():
                    version += 1
                    data = f'{{"by":{number},"n":{version}}}'.encode()
                    positions += ledger.append("bandung", Append([event(stream, version, data)])).positions
                return positions

            writers = [threads.submit(write, number) for number in range(8)]
            try:
                for _ in range(3):
                    sleep(0.5)
                    kill_a_client(server.url)
                sleep(0.5)
            finally:
                done.set()
            written = sorted(position for writer in writers for position in writer.result(60))
            stored = [e.position for e in Log(pool).replay("bandung")]

        assert stored == written == list(range(1, len(written) + 1))
    assert embedded.stopped(fast_folder / "killed", within_seconds=30)
