"""Group commit: whoever comes first does the work of all who wait, and each gets an answer of his own.

While one group is on its way to the disk the next gathers, so a burst costs one flush for many requests instead of
one each, and a lone request waits for nobody.
"""

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from neraca.store.errors import OutcomeUnknown

RequestT = TypeVar("RequestT")
ResultT = TypeVar("ResultT")


class _PendingAppend(Generic[RequestT, ResultT]):
    __slots__ = ("abandoned", "leads", "outcome", "request", "signal", "touches")

    def __init__(self, request: RequestT, touches: frozenset[Hashable]) -> None:
        self.request = request
        self.touches = touches
        self.signal = Lock()
        # Taken from the start: whoever waits takes it once more, and goes on when somebody releases it.
        self.signal.acquire()
        self.outcome: ResultT | BaseException | None = None
        self.leads = False
        self.abandoned = False


class GroupCommit(Generic[RequestT, ResultT]):
    """`commit` answers a group request by request, with a result or an exception for each.

    `touches` says what a request must not share with another of its group; the later one waits for the next group.
    """

    def __init__(
        self,
        commit: Callable[[list[RequestT]], Sequence[ResultT | Exception]],
        touches: Callable[[RequestT], frozenset[Hashable]],
        most: int = 500,
    ) -> None:
        self._commit = commit
        self._touches = touches
        self._most = most
        self._waiting: deque[_PendingAppend[RequestT, ResultT]] = deque()
        self._led = False
        self._mutex = Lock()

    def submit(self, request: RequestT) -> ResultT:
        pending = _PendingAppend[RequestT, ResultT](request, self._touches(request))
        with self._mutex:
            self._waiting.append(pending)
            if not self._led:
                self._led = pending.leads = True
        if not pending.leads:
            self._wait(pending)
        if pending.outcome is None:
            self._lead()
        if isinstance(pending.outcome, BaseException):
            raise pending.outcome
        assert pending.outcome is not None  # noqa: S101 - the leader is always in the group he leads
        return pending.outcome

    def _wait(self, pending: _PendingAppend[RequestT, ResultT]) -> None:
        """Until the outcome is there or it is this one's turn to lead."""
        try:
            pending.signal.acquire()
        except BaseException:
            # Interrupted, as by Ctrl-C: whoever this one would have led needs another leader.
            with self._mutex:
                pending.abandoned = True
                successor = self._successor() if pending.leads else None
            if successor:
                successor.signal.release()
            raise

    def _lead(self) -> None:
        with self._mutex:
            group = self._take()
        outcomes: Sequence[ResultT | BaseException] = ()
        try:
            outcomes = self._commit([pending.request for pending in group])
        except BaseException as error:
            if isinstance(error, Exception):
                outcomes = [error] * len(group)
            else:
                interrupted = OutcomeUnknown("the thread that was committing was interrupted; repeat with the same key")
                outcomes = [interrupted] * len(group)
                raise
        finally:
            for pending, outcome in zip(group, outcomes, strict=True):
                pending.outcome = outcome
            with self._mutex:
                successor = self._successor()
            # The next group sets out for the disk before the answers of this one are handed round.
            if successor:
                successor.signal.release()
            for pending in group:
                pending.signal.release()

    def _take(self) -> list[_PendingAppend[RequestT, ResultT]]:
        """From the front, those that touch nothing another before them touches; the order of the rest is kept."""
        group: list[_PendingAppend[RequestT, ResultT]] = []
        touched: set[Hashable] = set()
        left: list[_PendingAppend[RequestT, ResultT]] = []
        while self._waiting and len(group) < self._most:
            pending = self._waiting.popleft()
            if pending.abandoned:
                continue
            (group if touched.isdisjoint(pending.touches) else left).append(pending)
            # Those left over too: a later one on the same stream must not overtake them.
            touched |= pending.touches
        self._waiting.extendleft(reversed(left))
        return group

    def _successor(self) -> _PendingAppend[RequestT, ResultT] | None:
        """Call with the mutex held."""
        while self._waiting and self._waiting[0].abandoned:
            self._waiting.popleft()
        self._led = bool(self._waiting)
        if not self._led:
            return None
        self._waiting[0].leads = True
        return self._waiting[0]
