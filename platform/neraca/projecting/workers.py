"""Processes that share independent pieces of work with the one that asks, started once and kept for the next batch."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import active_count
from traceback import format_exc
from types import TracebackType
from typing import Any, Generic, Self, TypeAlias, TypeVar

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")
Helper: TypeAlias = tuple[BaseProcess, "Connection[Any, Any]"]


class Workers:
    """`count` processes, this one among them. The others end when this one does, however it ends.

    Entered while this process has no other thread, they are copies of it and ready at once. Otherwise they start when
    there is work to share, and import what they need again: that takes longer than to fold some ten thousand events.
    """

    def __init__(self, count: int) -> None:
        self._others = count - 1
        self._helpers: list[Helper] = []

    def _start(self) -> None:
        copies = active_count() == 1
        context = get_context("fork") if copies else get_context("spawn")
        while len(self._helpers) < self._others:
            here, there = context.Pipe()
            inherited = [*(end for _, end in self._helpers), here] if copies else []
            process = context.Process(target=_help, args=(there, inherited), daemon=True)
            process.start()
            there.close()
            self._helpers.append((process, here))

    def map(self, work: Callable[[Task], Outcome], tasks: Iterable[Task]) -> list[Outcome]:
        """The outcomes in the order of the tasks, which are begun in that order. `work` is imported there by name."""
        queue: _Queue[Task, Outcome] = _Queue(tasks)
        if self._others < 1 or len(queue) < 2:
            queue.take(work)
            return queue.outcomes()
        self._start()
        with ThreadPoolExecutor(self._others) as feeders:
            for _, end in self._helpers:
                # A thread for each helper only waits for its answers; this process works along.
                feeders.submit(queue.take, lambda task, end=end: _asked(end, work, task))
            queue.take(work)
        return queue.outcomes()

    def close(self) -> None:
        for _, end in self._helpers:
            # A helper sees the end of its pipe and goes: nobody is killed in the middle of a transaction.
            end.close()
        for process, _ in self._helpers:
            process.join()
        self._helpers = []

    def __enter__(self) -> Self:
        if active_count() == 1:
            self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _asked(end: "Connection[Any, Any]", work: Callable[[Task], Outcome], task: Task) -> Outcome:
    """What a helper made of a task. Raises what it raised there, and ChildProcessError if it is gone."""
    try:
        end.send((work, task))
        outcome, error = end.recv()
    except (EOFError, OSError) as gone:
        raise ChildProcessError("a helper process ended in the middle of its work: was it killed?") from gone
    if error is not None:
        raise error
    return outcome


def _help(end: "Connection[Any, Any]", inherited: Iterable["Connection[Any, Any]"]) -> None:
    """Works until nobody holds the other end; the copies of it that came along must not keep that from being seen."""
    for other in inherited:
        other.close()
    try:
        while True:
            work, task = end.recv()
            end.send(_tried(work, task))
    except (EOFError, KeyboardInterrupt):
        return


def _tried(work: Callable[[Task], Outcome], task: Task) -> tuple[Outcome | None, Exception | None]:
    try:
        return work(task), None
    except Exception as error:
        error.add_note(format_exc())  # where it happened does not travel otherwise
        return None, error


class _Queue(Generic[Task, Outcome]):
    """Tasks that several threads take from; after the first failure there are none left."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._results: list[tuple[Task, Future[Outcome]]] = [(task, Future()) for task in tasks]
        self._waiting = deque(self._results)

    def __len__(self) -> int:
        return len(self._results)

    def take(self, work: Callable[[Task], Outcome]) -> None:
        while self._waiting:
            try:
                task, future = self._waiting.popleft()
            except IndexError:
                return
            try:
                future.set_result(work(task))
            except BaseException as error:
                self._waiting.clear()
                future.set_exception(error)

    def outcomes(self) -> list[Outcome]:
        """Raises the first failure."""
        for _, future in self._results:
            if future.done() and (error := future.exception()) is not None:
                raise error
        return [future.result() for _, future in self._results]
