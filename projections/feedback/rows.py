"""From the events of feedback to one row for each piece that stands, and one for each request."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from msgspec import Struct

from neraca.domain.appraisal import events
from neraca.domain.vocabulary import FeedbackSource, FeedbackTone
from neraca.projecting.projection import Entry, Key, Table, Workspace, tags

TAGS = tags(
    events.Opened,
    events.FeedbackGiven,
    events.FeedbackWithdrawn,
    events.FeedbackRequested,
    events.FeedbackDeclined,
    events.Finalised,
    events.Joined,
    events.Cancelled,
    events.Cut,
)
"""Those of feedback, and those that begin an appraisal or end what is asked for in it."""


class Feedback(Struct):
    """`opened` is the position of the opening it was given after: whoever opens again begins anew."""

    agency: str
    stream: UUID
    opened: int
    giver: str
    feedback: str
    position: int
    employee: str
    period: str
    source: FeedbackSource
    tone: FeedbackTone
    words: str
    day: date
    result: str | None
    indicator: str | None


class Request(Struct):
    """`subject` is what it is about in one word, for the key; `waits` until it is answered, declined or too late.
    `open` as far as whoever asked is told: until it is answered by name, or too late.
    """

    agency: str
    stream: UUID
    opened: int
    asker: str
    asked: str
    subject: str
    position: int
    employee: str
    period: str
    source: FeedbackSource
    day: date
    result: str | None
    indicator: str | None
    question: str | None
    waits: bool
    open: bool


class Opening(Struct):
    agency: str
    stream: UUID
    position: int


class Fixing(Struct):
    """That the result was fixed, be it for the first time or again."""

    agency: str
    stream: UUID
    position: int


class Waiting(Struct, frozen=True):
    """A request that waits for an answer: with the appraisal it is the key of its row."""

    asker: str
    asked: str
    result: str | None
    indicator: str | None

    @property
    def subject(self) -> str:
        return _subject(self.result, self.indicator)


class Appraisal(Struct):
    """What the fold must know of an appraisal for the next of its events."""

    agency: str
    stream: UUID
    employee: str
    period: str
    opened: int
    waiting: list[Waiting]
    open: list[Waiting]


FEEDBACK = Table("feedback", Feedback, ("stream", "opened", "giver", "feedback"))
REQUEST = Table("request", Request, ("stream", "opened", "asker", "asked", "subject"))
OPENING = Table("opening", Opening, ("stream", "position"), append=True)
FIXING = Table("fixing", Fixing, ("stream", "position"), append=True)
APPRAISAL = Table("appraisal", Appraisal, ("stream",), private=True)


def keys(entry: Entry) -> Iterable[tuple[Table[Appraisal], tuple[Key, ...]]]:
    return ((APPRAISAL, (entry.stream,)),)


def apply(work: Workspace, entry: Entry) -> None:
    event = entry.body
    if isinstance(event, events.Opened):
        work.put(APPRAISAL, Appraisal(entry.agency, entry.stream, event.employee, event.period, entry.position, [], []))
        work.put(OPENING, Opening(entry.agency, entry.stream, entry.position))
        return
    of = work.get(APPRAISAL, entry.stream)
    if of is None:
        raise LookupError(f"stream {entry.stream} has no appraisal.opened before its {entry.tag}")
    match event:
        case events.FeedbackGiven():
            work.put(FEEDBACK, _given(entry, event, of))
            _end(work, of, [one for one in of.waiting if _answers(event, one)])
            if not event.hidden:
                _tell(work, of, [one for one in of.open if _answers(event, one)])
        case events.FeedbackWithdrawn():
            work.drop(FEEDBACK, of.stream, of.opened, event.giver, event.feedback)
        case events.FeedbackRequested():
            one = Waiting(event.asker, event.asked, event.result, event.indicator)
            work.put(REQUEST, _requested(entry, event, of, one))
            of.waiting.append(one)
            of.open = [*(other for other in of.open if other != one), one]
            work.put(APPRAISAL, of)
        case events.FeedbackDeclined():
            _end(work, of, [one for one in of.waiting if one.asked == event.asked])
        case events.Finalised() | events.Joined():
            work.put(FIXING, Fixing(entry.agency, entry.stream, entry.position))
            _end(work, of, of.waiting)
            _tell(work, of, of.open)
        case events.Cancelled():
            _end(work, of, of.waiting)
            _tell(work, of, of.open)
        case _:
            raise TypeError(f"{entry.tag} moves no feedback; handle it here, or take it out of TAGS")


def _answers(event: events.FeedbackGiven, one: Waiting) -> bool:
    """As the state of an appraisal has it: on the whole it answers all, else what was asked about the same."""
    about, whole = (event.result, event.indicator), (None, None)
    return one.asked == event.giver and (about == whole or (one.result, one.indicator) in (whole, about))


def _end(work: Workspace, of: Appraisal, ended: list[Waiting]) -> None:
    if not ended:
        return
    for one in ended:
        row = _request(work, of, one)
        row.waits = False
        work.put(REQUEST, row)
    of.waiting = [one for one in of.waiting if one not in ended]
    work.put(APPRAISAL, of)


def _tell(work: Workspace, of: Appraisal, told: list[Waiting]) -> None:
    """What ends for whoever asked, too: who leads may change, and nobody is told what was answered under no name."""
    if not told:
        return
    for one in told:
        row = _request(work, of, one)
        row.open = False
        work.put(REQUEST, row)
    of.open = [one for one in of.open if one not in told]
    work.put(APPRAISAL, of)


def _request(work: Workspace, of: Appraisal, one: Waiting) -> Request:
    row = work.get(REQUEST, of.stream, of.opened, one.asker, one.asked, one.subject)
    if row is None:
        raise LookupError(f"stream {of.stream} has no request of {one.asker} to {one.asked}")
    return row


def _given(entry: Entry, event: events.FeedbackGiven, of: Appraisal) -> Feedback:
    return Feedback(
        agency=entry.agency,
        stream=entry.stream,
        opened=of.opened,
        giver=event.giver,
        feedback=event.feedback,
        position=entry.position,
        employee=of.employee,
        period=of.period,
        source=event.source,
        tone=event.tone,
        words=event.words,
        day=event.on,
        result=event.result,
        indicator=event.indicator,
    )


def _requested(entry: Entry, event: events.FeedbackRequested, of: Appraisal, one: Waiting) -> Request:
    return Request(
        agency=entry.agency,
        stream=entry.stream,
        opened=of.opened,
        asker=event.asker,
        asked=event.asked,
        subject=one.subject,
        position=entry.position,
        employee=of.employee,
        period=of.period,
        source=event.source,
        day=event.on,
        result=event.result,
        indicator=event.indicator,
        question=event.question,
        waits=True,
        open=True,
    )


def _subject(result: str | None, indicator: str | None) -> str:
    if result is not None:
        return f"result:{result}"
    return "" if indicator is None else f"indicator:{indicator}"
