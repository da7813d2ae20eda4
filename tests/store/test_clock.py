import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import psycopg
import pytest

from neraca.store import clock as clock_module
from neraca.store.clock import DatabaseClock, Reading, own_time, read
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


def test_one_that_is_closed_before_it_looks_again_ends_in_silence(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[object] = []
    monkeypatch.setattr(threading, "excepthook", faults.append)
    with DatabaseClock(database, every=timedelta(hours=1)):
        pass

    assert faults == []


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Answer:
    """A connection whose database has this time; of a list, each time it is asked the next, be it an error."""

    def __init__(self, *told: datetime | Exception) -> None:
        self.told = list(told)
        self.closed = False
        self.asked = 0

    def execute(self, _query: str) -> "Answer":
        self.asked += 1
        if isinstance(self.told[0], Exception):
            raise self.told.pop(0)  # type: ignore[misc]
        return self

    def fetchone(self) -> tuple[datetime]:
        told = self.told.pop(0) if len(self.told) > 1 else self.told[0]
        assert isinstance(told, datetime)
        return (told,)

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> "Answer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the counter that nobody sets is at; of several, the next each time."""
    counts = [0.0]
    monkeypatch.setattr(clock_module, "_counter", lambda: counts.pop(0) if len(counts) > 1 else counts[0])
    return counts


@pytest.mark.parametrize(
    ("before", "after", "apart"),
    [
        (-1, 1, 0),
        (0, 2, 0),  # the database's time is the first of the span, or the last: all of it can be the way there
        (-2, 0, 0),
        (1, 3, 1),
        (-4, -1, -1),
        (0, 0, 0),
    ],
)
def test_only_what_the_round_trip_cannot_explain_counts(
    counter: list[float], before: int, after: int, apart: int
) -> None:
    counter[:] = [100.0, 104.0]
    own = iter([NOON + before * SECOND, NOON + after * SECOND])

    reading = read(cast("psycopg.Connection[Any]", Answer(NOON)), lambda: next(own))

    assert reading == Reading(told=NOON, at=102.0, apart=apart * SECOND)


def test_its_own_time_is_utc_and_now() -> None:
    before = datetime.now(UTC)

    assert before <= own_time() <= datetime.now(UTC)
    assert own_time().utcoffset() == timedelta(0)


MINUTE, INSTANT = timedelta(minutes=1), timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("apart", "tells"),
    [
        (MINUTE, True),
        (-MINUTE, True),
        (MINUTE + INSTANT, False),
        (-MINUTE - INSTANT, False),
    ],
)
def test_a_minute_apart_is_borne_and_the_time_runs_on_between_looks(
    monkeypatch: pytest.MonkeyPatch, counter: list[float], apart: timedelta, tells: bool
) -> None:
    monkeypatch.setattr(clock_module, "open_connection", lambda _url: Answer(NOON))
    with DatabaseClock("", own=lambda: NOON + apart) as clock:
        assert clock.reading == Reading(NOON, 0.0, apart)
        counter[:] = [7.5]
        if tells:
            assert clock.now() == NOON + timedelta(seconds=7.5)
        else:
            with pytest.raises(ClockSkewed) as astray:
                clock.now()
            assert astray.value.apart == apart


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """Connections in the order in which they are opened."""
    made: list[Answer] = []
    scripts = iter(
        [
            [NOON],
            [NOON + SECOND, psycopg.OperationalError("for a moment"), NOON],
            [NOON + 2 * SECOND, NOON + 3 * SECOND],
        ]
    )

    def connect(_url: str) -> Answer:
        made.append(Answer(*next(scripts)))
        return made[-1]

    monkeypatch.setattr(clock_module, "open_connection", connect)
    return made


def test_it_looks_on_one_connection_until_that_fails(
    opened: list[Answer], eventually: Callable[[Callable[[], bool]], None]
) -> None:
    with DatabaseClock("", own=lambda: NOON, every=timedelta(milliseconds=1)) as clock:
        eventually(lambda: clock.reading.told == NOON + 3 * SECOND)
        eventually(lambda: opened[2].asked > 5)

    assert len(opened) == 3
    assert [connection.closed for connection in opened] == [True, False, True]


def test_a_connection_that_was_closed_is_opened_again(
    opened: list[Answer], eventually: Callable[[Callable[[], bool]], None]
) -> None:
    with DatabaseClock("", own=lambda: NOON, every=timedelta(milliseconds=20)) as clock:
        eventually(lambda: clock.reading.told == NOON + SECOND)
        opened[1].told[:] = [NOON]
        opened[1].closed = True
        eventually(lambda: clock.reading.told == NOON + 3 * SECOND)


def test_closing_ends_its_thread_which_holds_no_program_up(database: str) -> None:
    def threads() -> list[bool]:
        return [thread.daemon for thread in threading.enumerate() if thread.name == "neraca-clock"]

    with DatabaseClock(database):
        assert threads() == [True]
    assert threads() == []


def test_it_is_looked_at_every_15_seconds_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float | None] = []

    class Patient(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout)
            return True

    monkeypatch.setattr(clock_module, "open_connection", lambda _url: Answer(NOON))
    monkeypatch.setattr(clock_module, "Event", Patient)
    DatabaseClock("").close()
    DatabaseClock("", every=timedelta(minutes=2)).close()

    assert waited == [15.0, 120.0]
