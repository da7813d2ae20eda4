"""Stores together what citizens answer of a service point at the same moment, in the order in which it came.

One answer of a service point is counted after the other, and the next begins when the one before is on the disk. One by
one a service point would take as many as the disk writes in turn; together all of them wait for one writing.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from neraca.api.database_reads import Reads
from neraca.api.micro_batches import MicroBatches, Turn
from neraca.domain.survey.questionnaire import MANY, MINUTES, SAME


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


class AnswerQueue:
    """Belongs to one event loop. `turn` is one at the door of an agency."""

    def __init__(self, reads: Reads, turn: Turn[str]) -> None:
        self._reads = reads
        self._turn = turn
        self._answers = MicroBatches[AskedPoint, SentAnswer, str](self._stored, self._of_agency)

    async def take(self, point: AskedPoint, answer: SentAnswer) -> str:
        """What became of it, as `door.take` says, once it is on the disk. Raises what the database does."""
        return await self._answers.take(point, answer)

    def _of_agency(self, point: AskedPoint) -> AbstractAsyncContextManager[object]:
        return self._turn(point.agency)

    async def _stored(self, point: AskedPoint, answers: Sequence[SentAnswer]) -> list[str]:
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
