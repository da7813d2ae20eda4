"""A lock is an open file: held by one or shared by many, waited for until a deadline, and gone with its holder."""

import os
import stat
from pathlib import Path
from threading import Timer

import pytest

from neraca.store.embedded import locks

NOW = locks.Deadline(0)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.lock"


def test_one_holds_it_and_nobody_else(path: Path) -> None:
    held = locks.take(path, until=NOW)

    assert locks.is_held(path)
    assert locks.take_now(path) is None
    for shared in (False, True):
        with pytest.raises(locks.StillHeld, match=r"some\.lock"):
            locks.take(path, shared=shared, until=NOW)

    os.close(held)
    assert not locks.is_held(path)
    os.close(locks.take(path, until=NOW))


def test_many_share_it_and_none_of_them_counts_as_its_holder(path: Path) -> None:
    several = [locks.take(path, shared=True, until=NOW) for _ in range(2)]

    assert not locks.is_held(path)
    assert locks.take_now(path) is None
    with pytest.raises(locks.StillHeld):
        locks.take(path, until=NOW)

    for one in several:
        os.close(one)
    alone = locks.take_now(path)
    assert alone is not None
    assert locks.is_held(path)
    os.close(alone)


def test_who_waits_has_it_when_the_holder_goes(path: Path) -> None:
    held = locks.take(path, until=NOW)
    leaving = Timer(0.1, os.close, [held])
    leaving.start()

    taken = locks.take(path, until=locks.Deadline(20))

    leaving.join()
    assert locks.is_held(path)
    os.close(taken)


def test_who_waits_leaves_the_processor_to_others_meanwhile(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = locks.take(path, until=NOW)
    pauses: list[int] = []

    def pause(milliseconds: int) -> None:
        pauses.append(milliseconds)
        if len(pauses) == 3:
            os.close(held)

    monkeypatch.setattr(locks, "pause", pause)
    os.close(locks.take(path, until=locks.Deadline(20)))

    assert len(pauses) == 3
    assert all(0 < pause <= 100 for pause in pauses)


def test_a_pause_is_as_long_as_it_says() -> None:
    began = locks.time.monotonic_ns()
    locks.pause(10)
    assert locks.time.monotonic_ns() - began >= 10 * locks.MILLISECONDS


def test_asking_leaves_nothing_open_and_makes_no_file(path: Path) -> None:
    assert not locks.is_held(path)
    assert not path.exists()
    held = locks.take(path, until=NOW)
    before = descriptors()

    assert locks.is_held(path)
    assert locks.take_now(path) is None
    with pytest.raises(locks.StillHeld):
        locks.take(path, until=NOW)

    assert descriptors() == before
    os.close(held)


def test_its_file_is_its_owners_only_and_not_inherited(path: Path) -> None:
    held = locks.take(path, until=NOW)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not os.get_inheritable(held)
    os.close(held)


def test_a_deadline_is_seconds_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 5_000_000_000
    monkeypatch.setattr(locks.time, "monotonic_ns", lambda: clock)
    deadline = locks.Deadline(3)

    seen: list[tuple[int, bool, int]] = []
    for clock in (5_000_000_000, 7_999_999_999, 8_000_000_000, 9_000_000_000):
        seen.append((clock // 1_000_000, deadline.passed, deadline.milliseconds_left))

    assert seen == [(5_000, False, 3_000), (7_999, False, 0), (8_000, True, 0), (9_000, True, 0)]
