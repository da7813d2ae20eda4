import signal
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Lock, Thread, main_thread
from time import sleep

import pytest

from neraca.store import group_commit
from neraca.store.errors import OutcomeUnknown
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


def test_whoever_was_led_by_an_interrupted_leader_learns_that_nobody_knows() -> None:
    disk = Disk()

    def commit(group: list[int]) -> list[int | Exception]:
        disk.commit(group)
        if 2 in group:
            raise KeyboardInterrupt
        return list(group)

    gathering = GroupCommit(commit, touches)
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(gathering.submit, 1)
        assert disk.busy.wait(10)
        led = []
        for number in (2, 3):
            led.append(threads.submit(gathering.submit, number))
            sleep(0.05)
        disk.go.set()

        assert first.result(10) == 1
        assert isinstance(led[0].exception(10), KeyboardInterrupt)
        assert isinstance(led[1].exception(10), OutcomeUnknown)
        assert str(led[1].exception()) == ("the thread that was committing was interrupted; repeat with the same key")
    assert gathering.submit(4) == 4


def test_many_threads_each_get_their_own_answer() -> None:
    gathering = GroupCommit[int, int](lambda group: [2 * number for number in group], touches)
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(gathering.submit, range(5_000))) == [2 * number for number in range(5_000)]


def test_a_group_has_500_at_most_unless_told(eventually: Callable[[Callable[[], bool]], None]) -> None:
    disk = Disk()
    gathering = GroupCommit(disk.commit, lambda number: frozenset([number]))
    with ThreadPoolExecutor(502) as threads:
        threads.submit(gathering.submit, 0)
        assert disk.busy.wait(10)
        for number in range(1, 502):
            threads.submit(gathering.submit, number)
        eventually(lambda: len(gathering._waiting) == 501)  # pyright: ignore[reportPrivateUsage]
        disk.go.set()
    assert [len(group) for group in disk.groups] == [1, 500, 1]


class Interrupted(BaseException):
    pass


@contextmanager
def interrupting_this_thread() -> Iterator[Callable[[], None]]:
    """Gives what interrupts the main thread in whatever it waits for, as Ctrl-C does."""

    def handler(_number: int, _frame: object) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGUSR1, handler)
    ident = main_thread().ident
    assert ident
    try:
        yield lambda: signal.pthread_kill(ident, signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)


@pytest.mark.parametrize("earlier", [[], [2]], ids=["first of those who wait", "behind another"])
def test_whoever_is_interrupted_while_waiting_is_left_out(
    earlier: list[int], eventually: Callable[[Callable[[], bool]], None]
) -> None:
    disk = Disk()
    gathering = GroupCommit(disk.commit, touches)
    waiting = gathering._waiting  # pyright: ignore[reportPrivateUsage]
    with ThreadPoolExecutor(8) as threads, interrupting_this_thread() as interrupt:
        first = threads.submit(gathering.submit, 1)
        assert disk.busy.wait(10)
        others = [threads.submit(gathering.submit, number) for number in earlier]
        eventually(lambda: len(waiting) == len(earlier))

        def soon() -> None:
            eventually(lambda: len(waiting) == len(earlier) + 1)
            sleep(0.05)
            interrupt()

        Thread(target=soon, daemon=True).start()
        with pytest.raises(Interrupted):
            gathering.submit(3)
        others.append(threads.submit(gathering.submit, 4))
        eventually(lambda: len(waiting) == len(earlier) + 2)
        disk.go.set()

        assert [future.result(10) for future in (first, *others)] == [2, *(2 * number for number in earlier), 8]
    assert disk.groups == [[1], [*earlier, 4]]


def test_whoever_is_interrupted_when_told_to_lead_hands_over(
    monkeypatch: pytest.MonkeyPatch, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    made: list[object] = []

    class Door:
        """A lock; the third that is made, the signal of the second request, is interrupted as soon as it opens."""

        def __init__(self) -> None:
            self.lock = Lock()
            self.acquired = 0
            made.append(self)

        def acquire(self) -> None:
            self.lock.acquire()
            self.acquired += 1
            if made.index(self) == 2 and self.acquired == 2:
                raise Interrupted

        def release(self) -> None:
            self.lock.release()

        def __enter__(self) -> None:
            self.lock.acquire()

        def __exit__(self, *_: object) -> None:
            self.lock.release()

    monkeypatch.setattr(group_commit, "Lock", Door)
    disk = Disk()
    gathering = GroupCommit(disk.commit, touches)
    with ThreadPoolExecutor(8) as threads:
        futures = []
        for number in (1, 2, 3):
            futures.append(threads.submit(gathering.submit, number))
            eventually(lambda number=number: len(made) == number + 1)
            assert disk.busy.wait(10)
        disk.go.set()

        assert futures[0].result(10) == 2
        assert isinstance(futures[1].exception(10), Interrupted)
        assert futures[2].result(10) == 6
    assert disk.groups == [[1], [3]]
    assert gathering.submit(5) == 10
