"""From the events of service points and surveys to what can be told of them; single answers it never looks at."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias, assert_never
from uuid import UUID

from msgspec import Struct

from neraca.domain import survey as surveys
from neraca.domain.service_point.events import (
    OfServicePoint,
    ServicePointEnded,
    ServicePointOpened,
    ServicePointRevised,
)
from neraca.domain.survey import OfSurvey, PointSums, SurveyOpened
from neraca.domain.survey.satisfaction import enough, few_in_any
from neraca.domain.vocabulary import CommentStanding, ServicePointKind
from neraca.projecting.projection import Entry, Key, Missed, Table, Workspace, tags

SurveyEvent: TypeAlias = (
    surveys.SurveyOpened
    | surveys.TokensIssued
    | surveys.AnswersPassedOn
    | surveys.DoorShut
    | surveys.CommentReceived
    | surveys.CommentReleased
    | surveys.CommentRefused
    | surveys.SurveyClosed
    | surveys.SurveyReopened
)

TAGS = tags(
    ServicePointOpened,
    ServicePointRevised,
    ServicePointEnded,
    surveys.SurveyOpened,
    surveys.TokensIssued,
    surveys.AnswersPassedOn,
    surveys.DoorShut,
    surveys.CommentReceived,
    surveys.CommentReleased,
    surveys.CommentRefused,
    surveys.SurveyClosed,
    surveys.SurveyReopened,
)


class ServicePoint(Struct):
    agency: str
    point: str
    unit: str
    name: str
    kind: ServicePointKind
    hours: str
    since: date
    until: date | None
    position: int


class Survey(Struct):
    agency: str
    stream: UUID
    unit: str
    period: str
    survey: str
    elements: list[str]
    points: list[str]
    opens: date | None
    closes: date | None
    hourly: int
    position: int
    open: bool
    shut: bool
    afresh: bool


class Link(Struct):
    agency: str
    token: str
    stream: UUID
    point: str
    open: bool


class Standing(Struct):
    """What was issued, passed on and noticed of a service point until now."""

    agency: str
    stream: UUID
    point: str
    tokens: int
    verified: int
    unverified: int
    flagged: dict[str, int]


class Receipt(Struct):
    agency: str
    receipt: str
    stream: UUID
    point: str
    position: int


class Result(Struct):
    """What may be told, by the closing at `position`. `supplemented` tells that a later one had a few answers more,
    which are told of nowhere; `lacks` is the first event that it would have to take in and could not.
    """

    agency: str
    unit: str
    survey: str
    period: str
    point: str
    answered: int
    sums: dict[str, Decimal]
    counts: dict[str, int]
    unverified: int
    unverified_sums: dict[str, Decimal]
    unverified_counts: dict[str, int]
    flagged: dict[str, int]
    position: int
    supplemented: bool
    lacks: int | None


class Whole(Struct):
    agency: str
    survey: str
    period: str
    units: int
    sums: dict[str, Decimal]
    counts: dict[str, int]
    position: int
    lacks: int | None


class Comment(Struct):
    agency: str
    stream: UUID
    comment: str
    unit: str
    survey: str
    period: str
    point: str
    words: str
    standing: CommentStanding
    released: str | None
    reason: str | None
    position: int


SERVICE_POINT = Table("service_point", ServicePoint, ("point",))
SURVEY = Table("survey", Survey, ("stream",))
LINK = Table("link", Link, ("token",))
STANDING = Table("standing", Standing, ("stream", "point"))
RECEIPT = Table("receipt", Receipt, ("receipt",))
RESULT = Table("result", Result, ("unit", "survey", "period", "point"))
WHOLE = Table("whole", Whole, ("survey", "period"))
COMMENT = Table("comment", Comment, ("stream", "comment"))


def keys(entry: Entry) -> Iterable[tuple[Table[Any], tuple[Key, ...]]]:
    event = entry.body
    if isinstance(event, OfServicePoint):
        yield SERVICE_POINT, (event.point,)
        return
    yield SURVEY, (entry.stream,)
    if isinstance(event, surveys.TokensIssued):
        for token in event.tokens:
            yield LINK, (token,)
    elif isinstance(event, surveys.AnswersPassedOn):
        for receipt in event.receipts:
            yield RECEIPT, (receipt,)


def apply(work: Workspace, entry: Entry) -> None:
    match entry.body:
        case ServicePointOpened() | ServicePointRevised() | ServicePointEnded() as event:
            _service_point(work, entry, event)
        case SurveyOpened() as event:
            _opened(work, entry, event)
        case (
            surveys.TokensIssued()
            | surveys.AnswersPassedOn()
            | surveys.DoorShut()
            | surveys.CommentReceived()
            | surveys.CommentReleased()
            | surveys.CommentRefused()
            | surveys.SurveyClosed()
            | surveys.SurveyReopened()
        ) as event:
            of = work.get(SURVEY, entry.stream)
            if of is None:
                raise LookupError(f"stream {entry.stream} has no survey.opened before its {entry.tag}")
            _of_survey(work, entry, event, of)
        case _:
            raise TypeError(f"{entry.tag} tells of no survey; handle it here, or take it out of TAGS")


def _service_point(
    work: Workspace, entry: Entry, event: ServicePointOpened | ServicePointRevised | ServicePointEnded
) -> None:
    if isinstance(event, ServicePointOpened):
        row = ServicePoint(
            entry.agency,
            event.point,
            event.unit,
            event.name,
            event.kind,
            event.hours,
            event.since,
            None,
            entry.position,
        )
        work.put(SERVICE_POINT, row)
        return
    row = work.get(SERVICE_POINT, event.point)
    if row is None:
        raise LookupError(f"stream {entry.stream} has no service-point.opened before its {entry.tag}")
    if isinstance(event, ServicePointRevised):
        row.name, row.kind, row.hours = event.name, event.kind, event.hours
    else:
        row.until = event.until
    work.put(SERVICE_POINT, row)


def _opened(work: Workspace, entry: Entry, event: SurveyOpened) -> None:
    row = Survey(
        agency=entry.agency,
        stream=entry.stream,
        unit=event.unit,
        period=event.period,
        survey=event.survey,
        elements=event.elements,
        points=event.points,
        opens=event.opens,
        closes=event.closes,
        hourly=event.hourly,
        position=entry.position,
        open=True,
        shut=event.closes is None,
        afresh=False,
    )
    work.put(SURVEY, row)
    for point in event.points:
        work.put(STANDING, Standing(entry.agency, entry.stream, point, 0, 0, 0, {}))


def _of_survey(work: Workspace, entry: Entry, event: SurveyEvent, of: Survey) -> None:
    match event:
        case surveys.TokensIssued():
            for token in event.tokens:
                # A stream knows its own tokens only. One that was issued for another survey leads there.
                if work.get(LINK, token) is not None:
                    continue
                work.put(LINK, Link(entry.agency, token, entry.stream, event.point, event.open))
            standing = _standing(work, entry, event.point)
            standing.tokens += 0 if event.open else len(event.tokens)
            work.put(STANDING, standing)
        case surveys.AnswersPassedOn():
            for receipt in event.receipts:
                if work.get(RECEIPT, receipt) is None:
                    work.put(RECEIPT, Receipt(entry.agency, receipt, entry.stream, event.point, entry.position))
            standing = _standing(work, entry, event.point)
            standing.verified += event.verified
            standing.unverified += event.unverified
            for kind, n in event.flagged.items():
                standing.flagged[kind] = standing.flagged.get(kind, 0) + n
            work.put(STANDING, standing)
        case surveys.DoorShut():
            of.shut = True
            work.put(SURVEY, of)
        case surveys.CommentReceived():
            work.put(COMMENT, _comment(entry, event, of))
        case surveys.CommentReleased() | surveys.CommentRefused():
            _judged(work, entry, event)
        case surveys.SurveyClosed():
            of.open = False
            work.put(SURVEY, of)
            _closed(work, entry, event, of)
        case surveys.SurveyReopened():
            of.open, of.afresh = True, of.afresh or event.afresh
            work.put(SURVEY, of)
        case SurveyOpened():
            pass  # taken above
        case _:
            assert_never(event)


def _standing(work: Workspace, entry: Entry, point: str) -> Standing:
    row = work.get(STANDING, entry.stream, point)
    if row is None:
        raise LookupError(f"stream {entry.stream} is no survey of {point}")
    return row


def _comment(entry: Entry, event: surveys.CommentReceived, of: Survey) -> Comment:
    return Comment(
        agency=entry.agency,
        stream=entry.stream,
        comment=event.comment,
        unit=of.unit,
        survey=of.survey,
        period=of.period,
        point=event.point,
        words=event.words,
        standing=CommentStanding.WAITING,
        released=None,
        reason=None,
        position=entry.position,
    )


def _judged(work: Workspace, entry: Entry, event: surveys.CommentReleased | surveys.CommentRefused) -> None:
    row = work.get(COMMENT, entry.stream, event.comment)
    if row is None:
        raise LookupError(f"stream {entry.stream} has no comment {event.comment}")
    if isinstance(event, surveys.CommentReleased):
        row.standing, row.released = CommentStanding.RELEASED, event.words
    else:
        row.standing, row.reason = CommentStanding.REFUSED, event.reason
    row.position = entry.position
    work.put(COMMENT, row)


def _closed(work: Workspace, entry: Entry, event: surveys.SurveyClosed, of: Survey) -> None:
    now = event.parts()
    before = {point: work.get(RESULT, event.unit, event.survey, event.period, point) for point in now}
    was = {point: row for point, row in before.items() if row is not None}
    # What a few had added would be known as the difference. What was told stays, and that something came is said.
    if event.few_wait or (not of.afresh and few_in_any(was, now)):
        for row in was.values():
            row.supplemented = True
            work.put(RESULT, row)
        return
    of.afresh = False
    work.put(SURVEY, of)
    _count(work, entry, event, before[""])
    for point, sums in now.items():
        work.put(RESULT, _result(entry, event, point, sums))


def _count(work: Workspace, entry: Entry, event: surveys.SurveyClosed, before: Result | None) -> None:
    """Into the sums of all units, of which none that too few answered is part: it would show as the difference."""
    whole = work.get(WHOLE, event.survey, event.period) or Whole(
        entry.agency, event.survey, event.period, 0, {}, {}, entry.position, None
    )
    whole.position = entry.position
    if before is not None and enough(before.counts):
        _add(whole, before.sums, before.counts, -1)
    if enough(event.counts):
        _add(whole, event.sums, event.counts, 1)
    work.put(WHOLE, whole)


def _add(whole: Whole, sums: Mapping[str, Decimal], counts: Mapping[str, int], sign: int) -> None:
    whole.units += sign
    for element, total in sums.items():
        whole.sums[element] = whole.sums.get(element, Decimal(0)) + sign * total
        whole.counts[element] = whole.counts.get(element, 0) + sign * counts[element]


def _result(entry: Entry, event: surveys.SurveyClosed, point: str, sums: PointSums) -> Result:
    return Result(
        agency=entry.agency,
        unit=event.unit,
        survey=event.survey,
        period=event.period,
        point=point,
        answered=sums.answered,
        sums=sums.sums,
        counts=sums.counts,
        unverified=sums.unverified,
        unverified_sums=sums.unverified_sums,
        unverified_counts=sums.unverified_counts,
        flagged=sums.flagged,
        position=entry.position,
        supplemented=False,
        lacks=None,
    )


def missed(work: Workspace, missed: Missed) -> None:
    """No number is shown that lacks a closing."""
    of = work.get(SURVEY, missed.stream)
    if of is None or not (missed.body is None or isinstance(missed.body, OfSurvey)):
        return
    for point in ("", *of.points):
        row = work.get(RESULT, of.unit, of.survey, of.period, point)
        if row is not None:
            row.lacks = row.lacks or missed.position
            work.put(RESULT, row)
    whole = work.get(WHOLE, of.survey, of.period)
    if whole is not None:
        whole.lacks = whole.lacks or missed.position
        work.put(WHOLE, whole)
