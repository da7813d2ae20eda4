"""Gathers commands: those of an agency that come while others are being done are done together next, on one thread.

A thread for each would cost more in waking threads, which take turns at the interpreter, than the commands themselves.
What may take longer, or is a list, has a thread of its own, and so has what must wait for one of those. What measures a
city has its own few threads, lest plain commands wait for them.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Lock
from typing import Never, TypeAlias
from uuid import UUID

from msgspec import Struct

from neraca.api.dependencies import CommandHandling
from neraca.api.worker_threads import WorkerThreads, settle, within
from neraca.domain import streams
from neraca.domain.errors import Refusal
from neraca.domain.policy_register import AttachImpact
from neraca.service import Busy, CommandBatch, CommandResult, is_brief
from neraca.service.impact_measurement import AT_ONCE
from neraca.store.shares import AgencyBusy

MOST = 64
"""Commands that are done together."""

ABREAST = 2
"""Groups of an agency that are under way at a time: one is decided while another is on its way to the disk."""

LONGEST = 750
"""Commands of an agency that are not answered yet. Each keeps a connection, of which the server has 1,000
(connection_limits): whoever comes with more is told at once, or those of a stalled agency would take them all.
"""

_TURN = 32
"""Groups after which a thread goes to whoever waits for one, such as another agency."""

Outcome: TypeAlias = CommandResult | BaseException


class _Pending(Struct, frozen=True, eq=False):
    batch: CommandBatch
    answer: "asyncio.Future[CommandResult]"
    streams: frozenset[UUID]


class _Line:
    """Of one agency: who waits, and which streams the groups under way touch."""

    __slots__ = ("groups", "touched", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[_Pending] = deque()
        self.touched: set[UUID] = set()
        self.groups = 0

    def take(self, most: int) -> list[_Pending]:
        """From the front, those that share no stream with another before them; the order of the rest is kept. Those
        that nobody waits for any more are left out.
        """
        group: list[_Pending] = []
        left: list[_Pending] = []
        passed = set(self.touched)
        while self.waiting and len(group) < most:
            pending = self.waiting.popleft()
            if pending.answer.done():
                continue
            (group if passed.isdisjoint(pending.streams) else left).append(pending)
            passed |= pending.streams
        self.waiting.extendleft(reversed(left))
        self.touched.update(*(pending.streams for pending in group))
        return group


class CommandQueue:
    """Belongs to one event loop. No agency waits for another."""

    def __init__(self, service: CommandHandling, *, most: int = MOST, abreast: int = ABREAST) -> None:
        self._service = service
        self._threads = WorkerThreads()
        self._measuring = WorkerThreads(AT_ONCE, each=1, kept=0)
        self._most = most
        self._abreast = abreast
        self._lines: dict[str, _Line] = {}
        self._unanswered: Counter[str] = Counter()
        self._mutex = Lock()

    async def run(self, batch: CommandBatch, patience: timedelta) -> CommandResult:
        """What the service returns or raises, or TimeoutError if that takes longer: then it is given up, and not undone
        if it had begun. AgencyBusy if it had not.
        """
        agency = batch.agency
        if self._unanswered[agency] >= LONGEST:
            raise AgencyBusy(agency)
        self._unanswered[agency] += 1
        try:
            return await self._answer(batch, patience)
        finally:
            self._unanswered[agency] -= 1

    async def _answer(self, batch: CommandBatch, patience: timedelta) -> CommandResult:
        if len(batch.commands) != 1 or not is_brief(batch.commands[0]):
            measures = any(isinstance(command, AttachImpact) for command in batch.commands)
            threads = self._measuring if measures else self._threads
            return await threads.run(batch.agency, partial(self._service.handle, batch), patience)
        loop = asyncio.get_running_loop()
        pending = _Pending(batch, loop.create_future(), _streams(batch))
        with self._mutex:
            line = self._lines.setdefault(batch.agency, _Line())
            line.waiting.append(pending)
            free = line.groups < self._abreast and line.touched.isdisjoint(pending.streams)
            line.groups += free
        if free:
            try:
                self._threads.start(batch.agency, partial(self._work, batch.agency))
            except RuntimeError:  # there is no thread at all, and once there is one nobody waits for this any more
                pending.answer.cancel()
                raise
        try:
            return await within(pending.answer, patience)
        except TimeoutError:
            if self._forgotten(pending):
                raise AgencyBusy(batch.agency) from None
            raise

    def _forgotten(self, pending: _Pending) -> bool:
        """Whether it had not been begun."""
        with self._mutex:
            line = self._lines.get(pending.batch.agency)
            if line is None or pending not in line.waiting:
                return False
            line.waiting.remove(pending)
        return True

    def _work(self, agency: str, group: Sequence[_Pending] = ()) -> None:
        """On a thread, until nobody waits. `group` was done last."""
        for _ in range(_TURN):
            group = self._next(agency, group)
            if not group:
                return
            outcomes: Sequence[Outcome]
            try:
                outcomes = self._service.handle_together(agency, [pending.batch for pending in group])
            except BaseException as error:
                outcomes = [error] * len(group)
            with suppress(RuntimeError):  # the loop has ended: nobody waits any more
                group[0].answer.get_loop().call_soon_threadsafe(self._settle, group, outcomes)
        self._threads.start(agency, partial(self._work, agency, group))

    def _next(self, agency: str, before: Sequence[_Pending]) -> list[_Pending]:
        """The group to be done after the one before; none where nobody waits who could be in it."""
        with self._mutex:
            line = self._lines[agency]
            for pending in before:
                line.touched -= pending.streams
            group = line.take(self._most)
            if not group:
                line.groups -= 1
                if not line.groups:
                    del self._lines[agency]
        return group

    def _settle(self, group: Sequence[_Pending], outcomes: Sequence[Outcome]) -> None:
        for pending, outcome in zip(group, outcomes, strict=True):
            match outcome:
                case Busy():
                    self._threads.start(
                        pending.batch.agency, partial(self._service.handle, pending.batch), pending.answer
                    )
                case BaseException():
                    settle(pending.answer, None, outcome)
                case CommandResult():
                    settle(pending.answer, outcome, None)
                case _:
                    settle(pending.answer, None, _no_outcome(outcome))


def _no_outcome(unknown: Never) -> TypeError:
    """Told to whoever waits: raised, it would leave them waiting until their time is up, and all behind them."""
    return TypeError(f"{type(unknown).__name__} is no outcome of a command")


def _streams(batch: CommandBatch) -> frozenset[UUID]:
    """None of a command that will be refused for what it names."""
    try:
        return frozenset(streams.stream_of(batch.agency, command) for command in batch.commands)
    except Refusal:
        return frozenset()
