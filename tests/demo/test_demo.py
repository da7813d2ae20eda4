"""The year of the demo: told through the commands, shown in five tables, done once however often it is begun."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from neraca.demo import run
from neraca.demo.year import write
from neraca.store.log import Log
from neraca.store.pool import open_pool

DAYS = 25
SCRIPT = Path(__file__).with_name("live_and_tell.py")
NAMES = ("City of Surabaya", "City of Bandung", "City of Samarinda", "City of Surakarta", "District of Gajahmungkur")


@pytest.fixture
def demo(
    followed_database: str, open_service: Any, shipped: Any, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """Plays so many days over this test's database; what was printed, and the log afterwards."""

    def play(days: int, **given: Any) -> tuple[str, dict[str, int]]:
        with open_service(followed_database, shipped.agencies) as house:
            house.adopt(shipped)
            house.play(shipped, people=10, days=days, **given)
            return capsys.readouterr().out, house.log.positions()

    return play


def test_it_shows_a_table_for_each_agency(demo: Any) -> None:
    printed, log = demo(DAYS)

    assert len(log) == 5
    assert min(log.values()) > 50
    assert [name for name in NAMES if f"{name}" in printed] == [*NAMES]
    assert printed.count("blocked") == printed.count("scored") == 5
    assert printed.count("2025-Q1") == 2
    assert "Serving at" not in printed


def test_the_second_time_there_is_nothing_left_to_do(demo: Any) -> None:
    _, before = demo(DAYS)

    printed, after = demo(DAYS)

    assert after == before
    assert "0 steps done now" in printed


def test_a_longer_year_continues_the_shorter_one(
    demo: Any, followed_database: str, new_database: Callable[[], str], open_service: Any, shipped: Any
) -> None:
    demo(6)
    demo(DAYS)

    at_once = new_database()
    with open_service(at_once, shipped.agencies) as house:
        house.adopt(shipped)
        house.play(shipped, people=10, days=DAYS)

    assert bodies(followed_database) == bodies(at_once)


def test_another_size_does_not_mix_into_a_year_that_was_begun(demo: Any) -> None:
    _, before = demo(8)

    printed, after = demo(8, seed=3)

    assert after == before
    assert "This database holds the year of 10 people, seed 2025: continuing that one." in printed


def test_what_another_release_has_begun_is_shown_and_not_gone_on_with(
    demo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its steps go by their numbers, and are others."""
    with monkeypatch.context() as earlier:
        # As keys were when they did not carry the story.
        earlier.setattr(run, "write", lambda *given: structs.replace(write(*given), prefix=given[4]))
        _, before = demo(4)

    printed, after = demo(DAYS)

    assert after == before
    assert "was begun by another release or other files: shown as it is." in printed.replace("\n", " ")
    assert [name for name in NAMES if name in printed] == [*NAMES]


def test_a_year_of_one_day_has_nothing_to_show_and_says_so_calmly(demo: Any) -> None:
    printed, _ = demo(1, serving=True)

    assert [name for name in NAMES if name in printed] == [*NAMES]


def test_while_it_serves_it_shows_what_to_ask(demo: Any) -> None:
    printed, _ = demo(5, serving=True)

    assert printed.count("curl -s http://127.0.0.1:8000/graphql") == 3
    assert "Bearer operator" in printed


def test_what_was_acknowledged_before_a_kill_is_there_and_the_rest_follows(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    """Killed twice on the way; the log is then, event for event, that of a year nobody disturbed."""
    calm, killed = new_database(), new_database()
    acknowledged = tmp_path / "acknowledged"

    for kill in (25, 90):
        assert live(killed, acknowledged, kill) == -9
        check_acknowledged(killed, acknowledged)
    assert live(killed, acknowledged) == 0
    assert live(calm, tmp_path / "calm") == 0

    check_acknowledged(killed, acknowledged)
    assert keys(killed) == keys(calm)
    assert bodies(killed) == bodies(calm)


def live(url: str, file: Path, kill: int = 0) -> int:
    """The exit code of a process that lives the year."""
    call = [sys.executable, str(SCRIPT), url, str(file), str(DAYS), str(kill)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in (0, -9), done.stderr
    return done.returncode


def check_acknowledged(url: str, file: Path) -> None:
    """Every acknowledged unit is under its key, at the position and with the number of events it was told."""
    with open_pool(url) as pool:
        log = Log(pool)
        for line in file.read_text().splitlines():
            agency, key, position, events = line.split()
            found = log.requested(agency, key)
            assert found is not None, line
            assert (found[1].last, len(found[1].positions)) == (int(position), int(events)), line


def keys(url: str) -> dict[str, frozenset[str]]:
    with open_pool(url) as pool:
        log = Log(pool)
        return {agency: log.keys(agency, "demo/") for agency in log.positions()}


def bodies(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Who did what when, by agency in order of the log; correlations are of chance and left out."""
    with open_pool(url) as pool:
        log = Log(pool)
        return {agency: [_told(one) for one in log.replay(agency)] for agency in log.positions()}


def _told(one: Any) -> tuple[Any, ...]:
    envelope = msgspec.json.decode(one.data)
    return one.position, one.stream, one.version, one.type, envelope["at"], envelope["by"], envelope["body"]
