from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from neraca.store.clock import DatabaseClock, own_time
from neraca.store.errors import ClockSkewed


def off_by(apart: timedelta) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + apart


def told_by(database: str) -> datetime:
    with psycopg.connect(database) as connection:
        row = connection.execute("select clock_timestamp()").fetchone()
    assert row
    return row[0]


@pytest.mark.parametrize("apart", [timedelta(0), timedelta(seconds=50), timedelta(seconds=-50)])
def test_the_time_is_the_database_s(database: str, apart: timedelta) -> None:
    with DatabaseClock(database, own=off_by(apart)) as clock:
        before = told_by(database)
        now = clock.now()
        after = told_by(database)

    assert before - timedelta(milliseconds=50) <= now <= after + timedelta(milliseconds=50)


@pytest.mark.parametrize(
    ("apart", "words"),
    [(timedelta(seconds=70), "70 s ahead of the database's"), (timedelta(hours=-7), "25200 s behind the database's")],
)
def test_a_server_that_is_off_gives_no_time_and_says_what_to_do(database: str, apart: timedelta, words: str) -> None:
    with DatabaseClock(database, own=off_by(apart)) as clock, pytest.raises(ClockSkewed, match=words) as astray:
        clock.now()

    assert "set both by NTP" in str(astray.value)


def test_it_is_looked_at_again_and_survives_a_lost_connection(
    database: str, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    apart = [timedelta(0)]
    with DatabaseClock(database, own=lambda: own_time() + apart[0], every=timedelta(milliseconds=5)) as clock:
        clock.now()
        apart[0] = timedelta(minutes=2)
        eventually(lambda: clock.reading.apart > timedelta(minutes=1))
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        apart[0] = timedelta(0)
        eventually(lambda: clock.reading.apart == timedelta(0))
        clock.now()
