"""A projector killed with -9 at any point neither skips an event nor takes one in twice."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event as Signal
from typing import Any

import psycopg
import pytest

from neraca.projecting.event_pages import decoder
from neraca.projecting.follower import Follower
from neraca.projecting.rebuild import ensure, rebuild
from projections import roster, timeline

MODELS = [roster.PROJECTION, timeline.PROJECTION]
FOLLOW_AND_DIE = Path(__file__).with_name("follow_and_die.py")


@contextmanager
def child(database: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-P", str(FOLLOW_AND_DIE), database, *arguments]
    with subprocess.Popen(command) as process:
        try:
            yield process
        finally:
            process.kill()


def assert_sound(database: str) -> None:
    """The rows are those of the position they claim."""
    for projection in MODELS:
        report = rebuild(database, projection)
        assert report.equal, report


def positions(database: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute("select sum(position)::bigint from read.positions").fetchone()
    assert row
    return row[0]


def history(journal: Any, round_: int) -> None:
    for agency in ("solo", "biak"):
        for person in ("a", "b", "c"):
            journal.register(agency, f"{person}{round_}")
            journal.assign(agency, f"{person}{round_}")
            journal.sanction(agency, f"{person}{round_}", 2)


def test_killed_around_any_statement(journal: Any, database: str) -> None:
    ensure(database, MODELS)
    history(journal, 0)
    sides = ["before", "after"]
    reached = [0]

    for number, at in enumerate(range(5, 29, 2)):
        with child(database, sides[number % 2], str(at + number % 2)) as process:
            assert process.wait() in (-signal.SIGKILL, 0)
        reached.append(positions(database))
        if number % 4 == 3:
            history(journal, number + 1)

    assert reached == sorted(reached)
    assert reached[-1] > 0
    # A rebuild goes on to the head, so the comparison comes last: it is made where the last kill left the rows.
    assert_sound(database)
    Follower(database, MODELS, decoder(), batch=4).catch_up()
    assert_sound(database)


@pytest.mark.parametrize("at", [9, 11, 12, 13, 14])
def test_rows_are_sound_right_after_a_kill(journal: Any, database: str, at: int) -> None:
    ensure(database, MODELS)
    history(journal, 0)

    for side in ("before", "after"):
        with child(database, side, str(at)) as process:
            assert process.wait() == -signal.SIGKILL

    assert_sound(database)


def test_killed_at_any_time(journal: Any, database: str, eventually: Any) -> None:
    ensure(database, MODELS)
    chance = random.Random(5)
    pause = Signal()

    for number in range(4):
        before = positions(database)
        history(journal, 100 + number)
        with child(database, "never", "0") as process:
            eventually(lambda since=before: positions(database) > since)
            for part in range(6):
                history(journal, 10 * number + part)
                pause.wait(timedelta(milliseconds=chance.randrange(150)).total_seconds())
            process.kill()
    assert_sound(database)
    Follower(database, MODELS, decoder()).catch_up()
    assert_sound(database)
