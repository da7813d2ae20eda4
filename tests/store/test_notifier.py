from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from uuid import uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg_pool import ConnectionPool

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
