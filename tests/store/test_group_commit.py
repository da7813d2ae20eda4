from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from time import sleep

import pytest

from neraca.store.group_commit import GroupCommit


class Disk:
    """Commits numbers as their double; the first group waits until it is let go."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.busy = Event()
        self.go = Event()
        self.one_at_a_time = Lock()

    def commit(self, group: list[int]) -> list[int | Exception]:
        assert self.one_at_a_time.acquire(blocking=False)
        self.groups.append(group)
        self.busy.set()
        assert self.go.wait(10)
        self.one_at_a_time.release()
        return [ValueError(number) if number < 0 else 2 * number for number in group]


def touches(number: int) -> frozenset[Hashable]:
    """Numbers that end in the same digit."""
    return frozenset([abs(number) % 10])


def test_what_comes_during_a_commit_goes_together_in_the_next() -> None:
    disk = Disk()
    gathering = GroupCommit(disk.commit, touches)
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(gathering.submit, 1)
        assert disk.busy.wait(10)
        rest = []
        for number in (2, 3, -4):
            rest.append(threads.submit(gathering.submit, number))
            sleep(0.05)
        disk.go.set()

        assert first.result(10) == 2
        assert [future.exception(10) or future.result() for future in rest[:2]] == [4, 6]
        with pytest.raises(ValueError, match="-4"):
            rest[2].result(10)
    assert disk.groups == [[1], [2, 3, -4]]


def test_those_that_touch_the_same_keep_their_order_in_later_groups() -> None:
    disk = Disk()
    gathering = GroupCommit(disk.commit, touches)
    with ThreadPoolExecutor(8) as threads:
        threads.submit(gathering.submit, 1)
        assert disk.busy.wait(10)
        for number in (2, 12, 3, 22):
            threads.submit(gathering.submit, number)
            sleep(0.05)
        disk.go.set()
    assert disk.groups == [[1], [2, 3], [12], [22]]


def test_a_group_has_a_greatest_size() -> None:
    disk = Disk()
    gathering = GroupCommit(disk.commit, touches, most=2)
    with ThreadPoolExecutor(8) as threads:
        threads.submit(gathering.submit, 1)
        assert disk.busy.wait(10)
        for number in (2, 3, 4, 5, 6):
            threads.submit(gathering.submit, number)
            sleep(0.05)
        disk.go.set()
    assert disk.groups == [[1], [2, 3], [4, 5], [6]]


def test_a_failed_commit_is_everyones_answer_and_the_next_goes_on() -> None:
    failing = True

    def commit(group: list[int]) -> list[int | Exception]:
        if failing:
            raise OSError("disk")
        return list(group)

    gathering = GroupCommit(commit, touches)
    with pytest.raises(OSError, match="disk"):
        gathering.submit(1)
    failing = False
    assert gathering.submit(1) == 1


def test_an_interrupted_leader_hands_over() -> None:
    disk = Disk()

    def commit(group: list[int]) -> list[int | Exception]:
        disk.commit(group)
        if group == [1]:
            raise KeyboardInterrupt
        return list(group)

    gathering = GroupCommit(commit, touches)
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(gathering.submit, 1)
        assert disk.busy.wait(10)
        second = threads.submit(gathering.submit, 2)
        sleep(0.05)
        disk.go.set()

        assert isinstance(first.exception(10), KeyboardInterrupt)
        assert second.result(10) == 2


def test_many_threads_each_get_their_own_answer() -> None:
    gathering = GroupCommit[int, int](lambda group: [2 * number for number in group], touches)
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(gathering.submit, range(5_000))) == [2 * number for number in range(5_000)]
