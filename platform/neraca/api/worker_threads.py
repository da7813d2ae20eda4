"""Threads for what blocks, such as a command: fewer steps than a general pool takes, and none that a process waits for.

They are daemons: a call that hangs on a frozen database must not hold up the end of the process. Each agency has a
share of them, so that none waits for another's calls.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeAlias, TypeVar

from neraca.store.shares import AgencyBusy, Shares

ResultT = TypeVar("ResultT")
_Call: TypeAlias = tuple[str, asyncio.Future[Any] | None, Callable[[], Any]]

MOST = 40
"""Threads. Whoever comes while all are busy that the agency may have waits."""


class WorkerThreads:
    """Belongs to one event loop, and starts a thread only where none is idle."""

    def __init__(self, most: int = MOST, *, each: int | None = None, kept: int | None = None) -> None:
        self._most = most
        self._shares = Shares(most, each=each, kept=kept)
        self._started = 0
        self._unfinished = 0
        self._mutex = Lock()
        self._calls: SimpleQueue[_Call] = SimpleQueue()

    async def run(self, agency: str, call: Callable[[], ResultT], patience: timedelta) -> ResultT:
        """What the call returns or raises, or TimeoutError if that takes longer: then it is given up, and not undone if
        it had begun. AgencyBusy, which is a TimeoutError, if it had not.
        """
        answer: asyncio.Future[ResultT] = asyncio.get_running_loop().create_future()
        begin = partial(self._give, (agency, answer, call))
        try:
            self._begin(agency, begin)
            return await within(answer, patience)
        except (TimeoutError, asyncio.CancelledError) as given_up:
            waited = self._shares.forget(agency, begin)
            if waited and isinstance(given_up, TimeoutError):
                raise AgencyBusy(agency) from None
            raise
        finally:
            answer.cancel()  # nobody waits any more, if there was no thread at all

    def start(self, agency: str, call: Callable[[], Any], answer: "asyncio.Future[Any] | None" = None) -> None:
        """Gives the future, on its loop, what the call returns or raises. What nobody waits for any more when its turn
        comes is not begun; without a future nobody ever does, and it is. May be called from any thread.

        Raises RuntimeError where there is no thread at all; it is begun as soon as there is one.
        """
        self._begin(agency, partial(self._give, (agency, answer, call)))

    def _begin(self, agency: str, begin: Callable[[], None]) -> None:
        if self._shares.take(agency, begin):
            begin()
        else:
            with self._mutex:  # where the system had no thread to give when one was wanted, it may have now
                self._more_threads()

    def _give(self, call: _Call) -> None:
        with self._mutex:
            self._calls.put(call)
            self._unfinished += 1
            self._more_threads()

    def _more_threads(self) -> None:
        """Call with the mutex held."""
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
            agency, answer, call = self._calls.get()
            wanted = answer is None or not answer.done()
            result, error = _outcome(call) if wanted else (None, None)
            # Before the answer, or whoever calls again upon it would find no thread idle.
            with self._mutex:
                self._unfinished -= 1
            self._shares.leave(agency)
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
