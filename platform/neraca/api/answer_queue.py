"""Gathers what citizens answer: answers for a service point that come while others are being stored are stored together
next, in the order in which they came.

One answer of a service point is counted after the other, and the next begins when the one before is on the disk. One by
one a service point would take as many as the disk writes in turn; together all of them wait for one writing.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct
from psycopg import DataError

from neraca.api.database_reads import Reads
from neraca.domain.survey.questionnaire import MANY, MINUTES, SAME

MOST = 64
"""Answers that are stored together."""

LetIn: TypeAlias = Callable[[str], AbstractAsyncContextManager[None]]
"""A turn at the door of an agency."""


class AskedPoint(Struct, frozen=True):
    """A service point of a survey; `hourly` answers an open link may let in."""

    agency: str
    stream: UUID
    point: str
    hourly: int


class SentAnswer(Struct, frozen=True):
    """`token` is None for the open link; `receipt` is the hash of what the citizen is told, `answers` are JSON."""

    token: str | None
    receipt: str
    answers: str
    comment: str | None
    outside_hours: bool
    now: datetime


class _Pending(Struct, frozen=True, eq=False):
    answer: SentAnswer
    outcome: "asyncio.Future[str]"


class AnswerQueue:
    """Belongs to one event loop."""

    def __init__(self, reads: Reads, let_in: LetIn) -> None:
        self._reads = reads
        self._let_in = let_in
        self._lines: dict[AskedPoint, deque[_Pending]] = {}
        self._working: set[asyncio.Task[None]] = set()

    async def take(self, point: AskedPoint, answer: SentAnswer) -> str:
        """What became of it, as `door.take` says, once it is on the disk. Raises what the database does."""
        loop = asyncio.get_running_loop()
        pending = _Pending(answer, loop.create_future())
        line = self._lines.get(point)
        if line is None:
            self._lines[point] = deque([pending])
            task = loop.create_task(self._work(point))
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        else:
            line.append(pending)
        return await pending.outcome

    async def _work(self, point: AskedPoint) -> None:
        line = self._lines[point]
        while line:
            async with self._let_in(point.agency):
                # Whoever has gone was told no receipt, and may answer again.
                some = [one for _ in range(min(len(line), MOST)) if not (one := line.popleft()).outcome.done()]
                if some:
                    await self._store(point, some)
        # No other begins a line between this and the last look at it.
        del self._lines[point]

    async def _store(self, point: AskedPoint, some: Sequence[_Pending]) -> None:
        try:
            outcomes = await self._outcomes(point, [one.answer for one in some])
        except DataError as error:
            # What is wrong with one of them is not the others' fault, of which nothing was stored with it.
            if len(some) == 1:
                _fail(some, error)
            for one in some if len(some) > 1 else ():
                await self._store(point, [one])
        except Exception as error:
            _fail(some, error)
        else:
            for one, outcome in zip(some, outcomes, strict=True):
                if not one.outcome.done():
                    one.outcome.set_result(outcome)

    async def _outcomes(self, point: AskedPoint, answers: Sequence[SentAnswer]) -> list[str]:
        params = {
            "agency": point.agency,
            "stream": point.stream,
            "point": point.point,
            "hourly": point.hourly,
            "many": MANY,
            "minutes": MINUTES,
            "same": SAME,
            "tokens": [one.token for one in answers],
            "receipts": [one.receipt for one in answers],
            "answers": [one.answers for one in answers],
            "comments": [one.comment for one in answers],
            "outside_hours": [one.outside_hours for one in answers],
            "nows": [one.now for one in answers],
        }
        return [row["outcome"] for row in await self._reads.called(point.agency, "take-answers", params)]


def _fail(some: Sequence[_Pending], error: Exception) -> None:
    for one in some:
        if not one.outcome.done():
            one.outcome.set_exception(error)
