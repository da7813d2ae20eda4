"""Threads for what blocks, such as a command: fewer steps than a general pool takes, and none that a process waits for.

They are daemons: a call that hangs on a frozen database must not hold up the end of the process.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")

MOST = 40
"""Threads. Whoever comes while all are busy waits."""


class WorkerThreads:
    """Belongs to one event loop, and starts a thread only where none is idle."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._started = 0
        self._unfinished = 0
        self._mutex = Lock()
        self._calls: SimpleQueue[tuple[asyncio.Future[Any] | None, Callable[[], Any]]] = SimpleQueue()

    async def run(self, call: Callable[[], ResultT], patience: timedelta) -> ResultT:
        """What the call returns or raises, or TimeoutError if that takes longer: then it is given up, and not undone if
        it had begun.
        """
        answer: asyncio.Future[ResultT] = asyncio.get_running_loop().create_future()
        self.start(call, answer)
        return await within(answer, patience)

    def start(self, call: Callable[[], Any], answer: "asyncio.Future[Any] | None" = None) -> None:
        """Gives the future, on its loop, what the call returns or raises. What nobody waits for any more when its turn
        comes is not begun; without a future nobody ever does, and it is. May be called from any thread.
        """
        with self._mutex:
            self._calls.put((answer, call))
            self._unfinished += 1
            if self._started < min(self._unfinished, self._most):
                self._start_thread()

    def _start_thread(self) -> None:
        """Call with the mutex held. Raises RuntimeError where there is no thread at all; the next call tries again."""
        try:
            Thread(target=self._work, name=f"neraca-worker-{self._started + 1}", daemon=True).start()
        except RuntimeError:  # the system has no more just now: those there are come to it
            if not self._started:
                raise
        else:
            self._started += 1

    def _work(self) -> None:
        while True:
            answer, call = self._calls.get()
            wanted = answer is None or not answer.done()
            result, error = _outcome(call) if wanted else (None, None)
            # Before the answer, or whoever calls again upon it would find no thread idle.
            with self._mutex:
                self._unfinished -= 1
            if answer is not None and wanted:
                with suppress(RuntimeError):  # the loop has ended: nobody waits any more
                    answer.get_loop().call_soon_threadsafe(settle, answer, result, error)
            del answer, call, result, error  # an idle thread keeps nothing


async def within(answer: "asyncio.Future[ResultT]", patience: timedelta) -> ResultT:
    """Its result, or TimeoutError."""
    # A timer of the loop: asyncio's own time limits take more steps for each call.
    timer = answer.get_loop().call_later(patience.total_seconds(), settle, answer, None, TimeoutError())
    try:
        return await answer
    finally:
        timer.cancel()


def _outcome(call: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    try:
        return call(), None
    except BaseException as error:
        return None, error


def settle(answer: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is None:
        answer.set_result(result)
    else:
        answer.set_exception(error)
