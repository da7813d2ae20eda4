"""Feedback in words: what a reader may have of it beside an appraisal, and what is their own to say or take back."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.authentication import AccessScope
from neraca.api.graphql.appraisals.rows import AppraisalRow
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.enums import FeedbackSource, FeedbackTone, ScoreStatus
from neraca.api.graphql.support.visibility import reach
from neraca.domain import rater_privacy, streams
from neraca.domain.appraisal.events import FeedbackGiven


@strawberry.type(description="Feedback in words: input to whoever judges, and in no number.")
class Feedback:
    source: FeedbackSource = strawberry.field(description="How its giver stands to the employee.")
    tone: FeedbackTone = strawberry.field(description="Whether it praises, or asks for something.")
    words: str = strawberry.field(description="What was said.")
    result: str | None = strawberry.field(description="Id of the planned result it is about.")
    indicator: str | None = strawberry.field(
        description="Name of the value it is about; with `result`, both null for the whole."
    )
    giver: str | None = strawberry.field(description="Employee number of a leader; null of everybody else.")
    on: date | None = strawberry.field(description="The day on which a leader gave it; null of everybody else.")


@strawberry.type(description="That somebody is asked for feedback on an employee.")
class FeedbackRequest:
    employee_number: str = strawberry.field(description="Employee number of the person it would be about.")
    period: str = strawberry.field(description="Label of the period.")
    asker: str = strawberry.field(description="Who asks: the employee or the appraiser.")
    asked: str = strawberry.field(description="Who is asked.")
    on: date = strawberry.field(description="The day of the request.")
    result: str | None = strawberry.field(description="Id of the planned result it is to be about.")
    indicator: str | None = strawberry.field(description="Name of the value it is to be about.")
    question: str | None = strawberry.field(description="What the asker wrote.")
    waits: bool | None = strawberry.field(
        description="Whether it waits for an answer. Null to whoever asked a colleague: that they answered, or did "
        "not, is nobody's to know."
    )


@strawberry.type(description="Feedback that the reader gave, and may withdraw while the appraisal is open.")
class OwnFeedback:
    employee_number: str = strawberry.field(description="Employee number of the person it is about.")
    period: str = strawberry.field(description="Label of the period.")
    feedback: str = strawberry.field(description="The id the reader gave it.")
    tone: FeedbackTone = strawberry.field(description="Whether it praises, or asks for something.")
    words: str = strawberry.field(description="What the reader said.")
    on: date = strawberry.field(description="The day on which it was given.")
    result: str | None = strawberry.field(description="Id of the planned result it is about.")
    indicator: str | None = strawberry.field(description="Name of the value it is about.")


class _Request(Struct, frozen=True):
    employee: str
    period: str
    asker: str
    asked: str
    on: date
    result: str | None
    indicator: str | None
    question: str | None
    waits: bool | None


class _Given(Struct, frozen=True):
    employee: str
    period: str
    feedback: str
    tone: FeedbackTone
    words: str
    on: date
    result: str | None
    indicator: str | None


class OwnRows(Struct, frozen=True):
    """What one person is asked for, has asked for and has given."""

    asked: list[FeedbackRequest]
    requested: list[FeedbackRequest]
    given: list[OwnFeedback]


_WORDS = msgspec.json.Decoder(list[FeedbackGiven])
_REQUESTS = msgspec.json.Decoder(list[_Request])
_GIVEN = msgspec.json.Decoder(list[_Given])


async def of_appraisal(
    context: RequestContext, row: AppraisalRow, result: str | None, indicator: str | None
) -> list[Feedback]:
    """What the reader may have of it, of one result or value or of all."""
    if row.status is ScoreStatus.CANCELLED:
        return []
    stream = streams.appraisal(row.agency, row.employee, row.period)
    params = {"agency": row.agency, "stream": stream, "position": row.as_of}
    found = await context.parts.reads.one(row.agency, "graphql/feedback", params)
    given = _WORDS.decode(found["rows"])
    if not given:
        return []
    # As of the past only what closed by then: from what stood at each position one would have the day of each piece.
    judges = (row.as_of is None or found["closed"]) and await _judges(context, row, stream)
    told = rater_privacy.feedback_shown(given, judges=judges, closed=found["closed"])
    return [
        Feedback(
            source=one.source,
            tone=one.tone,
            words=one.words,
            result=one.result,
            indicator=one.indicator,
            giver=one.giver,
            on=one.on,
        )
        for one in told
        if result in (None, one.result) and indicator in (None, one.indicator)
    ]


async def own(context: RequestContext, access_scope: AccessScope, position: int | None) -> OwnRows:
    """Of whoever asks, as it is now."""
    if position is not None:
        raise client_error("NOT_AS_OF", "what is asked of the reader is of the present: ask without asOf")
    params = {"agency": access_scope.agency, "person": context.actor.id, "leader": FeedbackSource.LEADER.value}
    found = await context.parts.reads.one(access_scope.agency, "graphql/own-feedback", params)
    return OwnRows(
        asked=_requests(_REQUESTS.decode(found["asked"])),
        requested=_requests(_REQUESTS.decode(found["requested"])),
        given=[
            OwnFeedback(
                employee_number=one.employee,
                period=one.period,
                feedback=one.feedback,
                tone=one.tone,
                words=one.words,
                on=one.on,
                result=one.result,
                indicator=one.indicator,
            )
            for one in _GIVEN.decode(found["given"])
        ],
    )


def _requests(rows: Sequence[_Request]) -> list[FeedbackRequest]:
    return [
        FeedbackRequest(
            employee_number=row.employee,
            period=row.period,
            asker=row.asker,
            asked=row.asked,
            on=row.on,
            result=row.result,
            indicator=row.indicator,
            question=row.question,
            waits=row.waits,
        )
        for row in rows
    ]


async def _judges(context: RequestContext, row: AppraisalRow, stream: UUID) -> bool:
    """Whether the reader judges, or reviews who does, today: whoever is named, and who acts in the place of one."""
    reader = context.actor.id
    if reader == row.employee or context.actor.agency != row.agency:
        return False
    if reader in (row.appraiser, row.reviewer):
        return True
    found = await reach(context, row.agency, reader)
    return stream in found["acting_for"]
