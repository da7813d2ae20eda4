"""Processes that share independent pieces of work with the one that asks, started once and kept for the next batch."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Generic, Self, TypeVar

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


class Workers:
    """`count` processes, this one among them: it begins at once, while the others are still starting."""

    def __init__(self, count: int) -> None:
        self._others = count - 1
        self._processes: ProcessPoolExecutor | None = None

    def map(self, work: Callable[[Task], Outcome], tasks: Iterable[Task]) -> list[Outcome]:
        """The outcomes in the order of the tasks, which are begun in that order. `work` is imported there by name."""
        queue: _Queue[Task, Outcome] = _Queue(tasks)
        if self._others < 1 or len(queue) < 2:
            queue.take(work)
            return queue.outcomes()
        processes = self._started()
        with ThreadPoolExecutor(self._others) as feeders:
            for _ in range(self._others):
                feeders.submit(queue.take, lambda task: processes.submit(work, task).result())
            queue.take(work)
        return queue.outcomes()

    def start(self) -> None:
        """Lets the others start while this process still prepares what they are to do."""
        if self._others > 0:
            self._started()

    def close(self) -> None:
        if self._processes:
            self._processes.shutdown(cancel_futures=True)
            self._processes = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _started(self) -> ProcessPoolExecutor:
        if self._processes is None:
            self._processes = ProcessPoolExecutor(self._others, mp_context=get_context("spawn"))
            self._processes.submit(int)  # which is when they are started
        return self._processes


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
