import asyncio
import threading
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from neraca.api.worker_threads import WorkerThreads
from neraca.store.shares import AgencyBusy

OURS = "surabaya"
LONG, AT_ONCE = timedelta(seconds=20), timedelta(0)


def test_a_call_answers_or_fails_as_it_would_here() -> None:
    async def ask() -> None:
        threads = WorkerThreads(2, each=2, kept=0)
        assert await threads.run(OURS, lambda: 7, LONG) == 7
        with pytest.raises(ZeroDivisionError):
            await threads.run(OURS, lambda: 1 // 0, LONG)
        assert await threads.run(OURS, threading.get_ident, LONG) != threading.get_ident()

    asyncio.run(ask())


def test_what_takes_too_long_is_given_up_and_not_undone() -> None:
    begun, leave, done = Event(), Event(), Event()

    def slow() -> None:
        begun.set()
        assert leave.wait(20)
        done.set()

    async def ask() -> None:
        threads = WorkerThreads(1)
        asked = asyncio.create_task(threads.run(OURS, slow, timedelta(seconds=0.2)))
        assert await asyncio.to_thread(begun.wait, 20)
        with pytest.raises(TimeoutError):
            await asked
        leave.set()
        assert await threads.run(OURS, lambda: "next", LONG) == "next"

    asyncio.run(ask())
    assert done.is_set()


def test_what_was_given_up_before_its_turn_is_never_begun() -> None:
    leave, late = Event(), Event()

    async def ask() -> None:
        threads = WorkerThreads(1)
        first = asyncio.create_task(threads.run(OURS, lambda: leave.wait(20), LONG))
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await threads.run(OURS, late.set, AT_ONCE)
        leave.set()
        assert await first
        assert await threads.run(OURS, lambda: "next", LONG) == "next"

    asyncio.run(ask())
    assert not late.is_set()


def test_where_the_system_has_no_thread_to_give_those_there_are_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    leave, scarce = Event(), [True]
    really = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if scarce and thread.name.startswith("neraca-worker"):
            raise RuntimeError("can't start new thread")
        really(thread)

    monkeypatch.setattr(threading.Thread, "start", start)

    async def ask() -> None:
        threads = WorkerThreads(2, each=2, kept=0)
        for _ in range(3):  # more often than there may be threads
            with pytest.raises(RuntimeError, match="can't start new thread"):
                await threads.run(OURS, lambda: 1, LONG)
        scarce.clear()
        assert await threads.run(OURS, lambda: 2, LONG) == 2
        scarce.append(True)
        stalled = asyncio.create_task(threads.run(OURS, lambda: leave.wait(20), LONG))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(threads.run(OURS, lambda: 3, LONG))
        await asyncio.sleep(0)
        scarce.clear()
        assert await threads.run(OURS, lambda: 4, LONG) == 4  # by a second thread, while the first is stalled
        assert await waiting == 3
        leave.set()
        assert await stalled

    asyncio.run(ask())


def test_threads_are_bounded_and_used_again() -> None:
    seen: set[int] = set()
    begun, leave = threading.Semaphore(0), Event()

    def busy() -> None:
        seen.add(threading.get_ident())
        begun.release()
        assert leave.wait(20)

    async def ask() -> None:
        threads = WorkerThreads(3, each=3, kept=0)
        for _ in range(5):
            await threads.run(OURS, lambda: None, LONG)
        asked: list[asyncio.Task[Any]] = [asyncio.create_task(threads.run(OURS, busy, LONG)) for _ in range(9)]
        await asyncio.sleep(0)
        for _ in range(3):
            assert await asyncio.to_thread(begun.acquire, timeout=20)
        assert not begun.acquire(blocking=False)
        leave.set()
        await asyncio.gather(*asked)

    asyncio.run(ask())
    assert len(seen) == 3


def test_an_agency_has_half_of_them_and_what_it_gave_up_in_its_line_is_never_begun() -> None:
    leave, late = Event(), Event()

    async def ask() -> None:
        threads = WorkerThreads(4)
        stalled = [asyncio.create_task(threads.run(OURS, lambda: leave.wait(20), LONG)) for _ in range(9)]
        await asyncio.sleep(0)
        with pytest.raises(AgencyBusy, match="surabaya is busy"):
            await threads.run(OURS, late.set, AT_ONCE)
        given_up = asyncio.create_task(threads.run(OURS, late.set, LONG))
        await asyncio.sleep(0)
        given_up.cancel()
        assert await threads.run("bandung", lambda: 1, LONG) == 1
        leave.set()
        assert all(await asyncio.gather(*stalled))
        assert await threads.run(OURS, lambda: 2, LONG) == 2

    asyncio.run(ask())
    assert not late.is_set()


def test_a_loop_that_ended_is_told_nothing() -> None:
    leave, done = Event(), Event()

    def slow() -> None:
        assert leave.wait(20)
        done.set()

    async def ask() -> None:
        asked = asyncio.create_task(WorkerThreads(1).run(OURS, slow, LONG))
        await asyncio.sleep(0)
        asked.cancel()

    asyncio.run(ask())
    leave.set()
    assert done.wait(20)
