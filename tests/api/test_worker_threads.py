import asyncio
import threading
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from neraca.api.worker_threads import WorkerThreads

LONG, AT_ONCE = timedelta(seconds=20), timedelta(0)


def test_a_call_answers_or_fails_as_it_would_here() -> None:
    async def ask() -> None:
        threads = WorkerThreads(2)
        assert await threads.run(lambda: 7, LONG) == 7
        with pytest.raises(ZeroDivisionError):
            await threads.run(lambda: 1 // 0, LONG)
        assert await threads.run(threading.get_ident, LONG) != threading.get_ident()

    asyncio.run(ask())


def test_what_takes_too_long_is_given_up_and_not_undone() -> None:
    leave, done = Event(), Event()

    def slow() -> None:
        assert leave.wait(20)
        done.set()

    async def ask() -> None:
        threads = WorkerThreads(1)
        with pytest.raises(TimeoutError):
            await threads.run(slow, AT_ONCE)
        leave.set()
        assert await threads.run(lambda: "next", LONG) == "next"

    asyncio.run(ask())
    assert done.is_set()


def test_threads_are_bounded_and_used_again() -> None:
    seen: set[int] = set()
    begun, leave = threading.Semaphore(0), Event()

    def busy() -> None:
        seen.add(threading.get_ident())
        begun.release()
        assert leave.wait(20)

    async def ask() -> None:
        threads = WorkerThreads(3)
        for _ in range(5):
            await threads.run(lambda: None, LONG)
        asked: list[asyncio.Task[Any]] = [asyncio.create_task(threads.run(busy, LONG)) for _ in range(9)]
        await asyncio.sleep(0)
        for _ in range(3):
            assert await asyncio.to_thread(begun.acquire, timeout=20)
        assert not begun.acquire(blocking=False)
        leave.set()
        await asyncio.gather(*asked)

    asyncio.run(ask())
    assert len(seen) == 3


def test_a_loop_that_ended_is_told_nothing() -> None:
    leave, done = Event(), Event()

    def slow() -> None:
        assert leave.wait(20)
        done.set()

    async def ask() -> None:
        asked = asyncio.create_task(WorkerThreads(1).run(slow, LONG))
        await asyncio.sleep(0)
        asked.cancel()

    asyncio.run(ask())
    leave.set()
    assert done.wait(20)
