import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg_pool import ConnectionPool

from neraca.store import notifier as notifier_module
from neraca.store.arrays import Texts
from neraca.store.ledger import Append, Ledger
from neraca.store.notifier import Listener, Notifier

StoreEvent = Callable[..., StoredEvent]

SOON, NOW = timedelta(seconds=10), timedelta()


def test_an_append_wakes_the_followers(pool: ConnectionPool[Connection], url: str, event: StoreEvent) -> None:
    with Notifier(url) as notifier, Listener(url) as listener:
        ledger = Ledger(pool, on_stored=notifier.notify)
        assert listener.wait(NOW) == set()

        ledger.append("bandung", Append([event(uuid4())]))
        assert listener.wait(SOON) == {"bandung"}

        ledger.append("surabaya", Append([event(uuid4())]))
        assert listener.wait(SOON) == {"surabaya"}


def test_a_burst_is_one_call_per_agency_and_tick(url: str) -> None:
    with Listener(url) as listener:
        listener.wait(NOW)
        with Notifier(url, tick=timedelta(milliseconds=500)) as notifier:
            notifier.notify("bandung")
            assert listener.wait(SOON) == {"bandung"}
            for _ in range(1_000):
                notifier.notify("bandung")
                notifier.notify("surabaya")
            assert listener.wait(timedelta(milliseconds=100)) == set()
            assert listener.wait(SOON) == {"bandung", "surabaya"}
            assert listener.wait(timedelta(milliseconds=700)) == set()


def test_what_was_rung_before_closing_is_still_sent(url: str) -> None:
    with Listener(url) as listener:
        listener.wait(NOW)
        with Notifier(url, tick=timedelta(minutes=1)) as notifier:
            notifier.notify("bandung")
            assert listener.wait(SOON) == {"bandung"}
            notifier.notify("surabaya")
        assert listener.wait(SOON) == {"surabaya"}


def test_both_ends_come_back_after_a_lost_connection(url: str) -> None:
    with Notifier(url, tick=timedelta()) as notifier, Listener(url) as listener:
        listener.wait(NOW)
        notifier.notify("bandung")
        assert listener.wait(SOON) == {"bandung"}
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )

        with ThreadPoolExecutor(1) as threads:
            heard = threads.submit(lambda: [listener.wait(timedelta(seconds=1)) for _ in range(3)])
            for _ in range(20):
                sleep(0.1)
                notifier.notify("surabaya")
            assert {"surabaya"} in heard.result()


def connections(url: str) -> int:
    with psycopg.connect(url) as admin:
        row = admin.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchone()
    assert row
    return row[0]


def test_each_end_keeps_one_connection_and_closes_it(
    url: str, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    before = connections(url)
    with Notifier(url, tick=timedelta()) as notifier, Listener(url) as listener:
        assert listener.wait(NOW) == set()
        for _ in range(3):
            notifier.notify("bandung")
            assert listener.wait(SOON) == {"bandung"}
        assert connections(url) == before + 2
    eventually(lambda: connections(url) == before)


def test_ends_that_were_never_used_close_as_well() -> None:
    with Notifier("host=/nonexistent"), Listener("host=/nonexistent"):
        pass


def test_its_thread_holds_no_program_up_and_ends_with_it(url: str) -> None:
    def threads() -> list[bool]:
        return [thread.daemon for thread in threading.enumerate() if thread.name == "neraca-notifier"]

    with Notifier(url):
        assert threads() == [True]
    assert threads() == []


def test_a_follower_without_a_database_just_polls() -> None:
    with Listener("host=/nonexistent") as listener:
        assert listener.wait(SOON) == set()


def test_a_follower_listens_as_a_projector_unless_told(url: str) -> None:
    with Listener(url) as listener, Listener(url, role="neraca_app") as other:
        listener.wait(NOW)
        other.wait(NOW)
        roles = [
            end._connection.execute("select current_user::text").fetchone()  # pyright: ignore[reportPrivateUsage, reportOptionalMemberAccess]
            for end in (listener, other)
        ]
    assert roles == [("neraca_projector",), ("neraca_app",)]


class Line:
    """A connection that fails, if it is told to, without being closed by that."""

    def __init__(self, *fails: bool) -> None:
        self.fails = list(fails)
        self.closed = False
        self.asked = 0
        self.said: list[object] = []

    def execute(self, query: str, params: tuple[object, ...] = ()) -> None:
        self.asked += 1
        if self.fails and self.fails.pop(0):
            raise psycopg.OperationalError("for a moment")
        self.said.append(set(params[0]) if params and isinstance(params[0], Texts) else query)

    def notifies(self, *, timeout: float, stop_after: int) -> list[SimpleNamespace]:
        self.said.append((timeout, stop_after))
        return [SimpleNamespace(payload="bandung"), SimpleNamespace(payload="surabaya")]

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[Line]:
    made: list[Line] = []

    def connect(_url: str, **_: object) -> Line:
        made.append(Line(*([False, True] if not made else [])))
        return made[-1]

    monkeypatch.setattr(notifier_module, "open_connection", connect)
    return made


def test_a_call_that_fails_costs_its_connection_and_no_later_call(
    lines: list[Line], eventually: Callable[[Callable[[], bool]], None]
) -> None:
    with Notifier("", tick=timedelta()) as notifier:
        for number in range(4):
            notifier.notify(f"a{number}")
            eventually(lambda number=number: sum(line.asked for line in lines) == number + 1)

    assert [line.said for line in lines] == [[{"a0"}], [{"a2"}, {"a3"}]]
    assert lines[1].closed


def test_a_notifier_that_nobody_calls_opens_no_line(lines: list[Line]) -> None:
    with Notifier(""):
        pass
    assert lines == []


def test_a_line_that_was_closed_is_opened_again(
    lines: list[Line], eventually: Callable[[Callable[[], bool]], None]
) -> None:
    with Notifier("", tick=timedelta()) as notifier:
        notifier.notify("a0")
        eventually(lambda: bool(lines and lines[0].said))
        lines[0].closed = True
        notifier.notify("a1")
        eventually(lambda: len(lines) == 2 and bool(lines[1].said))
    assert lines[1].said == [{"a1"}]


def test_a_follower_listens_once_on_each_connection(lines: list[Line]) -> None:
    listener = Listener("")
    heard = [listener.wait(timedelta(seconds=2)) for _ in range(2)]
    lines[0].closed = True
    heard.append(listener.wait(timedelta(milliseconds=5)))
    listener.close()

    assert heard == [{"bandung", "surabaya"}] * 3
    assert [line.said for line in lines] == [
        ["listen neraca_ledger", (2.0, 1), (2.0, 1)],
        ["listen neraca_ledger", (0.005, 1)],
    ]
    assert lines[1].closed


def test_a_follower_that_could_not_listen_tries_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [Line(True), Line()]
    waiting = iter(made)
    monkeypatch.setattr(notifier_module, "open_connection", lambda _url, **_: next(waiting))
    listener = Listener("")

    assert listener.wait(SOON) == set()
    assert listener.wait(SOON) == {"bandung", "surabaya"}
    assert [line.said for line in made] == [[], ["listen neraca_ledger", (10.0, 1)]]


def test_calls_are_50_milliseconds_apart_unless_told(
    monkeypatch: pytest.MonkeyPatch, lines: list[Line], eventually: Callable[[Callable[[], bool]], None]
) -> None:
    waited: list[float | None] = []

    class Patient(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout)
            return super().wait(0)

    monkeypatch.setattr(notifier_module, "Event", Patient)
    for number, notifier in enumerate((Notifier(""), Notifier("", tick=timedelta(seconds=2))), 1):
        with notifier:
            notifier.notify("bandung")
            eventually(lambda number=number: len(waited) == number)

    assert waited == [0.05, 2.0]
