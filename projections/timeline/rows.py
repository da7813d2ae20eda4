"""From the events of appraisals to one row each, in the words that the person appraised may read.

A row about a rating says what the rater is to the person, never who it is, what was given or written: whether a
group of raters is anonymous is for a policy to say, and this table has no policy.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, assert_never, cast
from uuid import UUID

from msgspec import Struct, to_builtins

from neraca.domain.appraisal import events as appraisal
from neraca.domain.vocabulary import Relation
from neraca.projecting.projection import Entry, Key, Table, Workspace

_NAMED = frozenset({Relation.SUPERVISOR, Relation.SELF})
"""Raters whom everybody knows: there is one of each."""


class Event(Struct):
    """`by` and `on_behalf_of` are None where they would name a rater."""

    agency: str
    position: int
    employee: str
    period: str
    stream: UUID
    version: int
    tag: str
    at: datetime
    recorded_at: datetime
    by: str | None
    on_behalf_of: str | None
    effective: date | None
    data: dict[str, Any]


class Appraisal(Struct):
    """Whose the stream is, and what each rater in it is to that person."""

    agency: str
    stream: UUID
    employee: str
    period: str
    raters: dict[str, Relation]


EVENTS = Table("events", Event, key=("position",), append=True)
APPRAISALS = Table("appraisals", Appraisal, key=("stream",), private=True)


def keys(entry: Entry) -> Iterable[tuple[Table[Appraisal], tuple[Key, ...]]]:
    return ((APPRAISALS, (entry.stream,)),)


def apply(work: Workspace, entry: Entry) -> None:
    event = cast(appraisal.AppraisalEvent, entry.body)
    if isinstance(event, appraisal.Opened):
        of = Appraisal(entry.agency, entry.stream, event.employee, event.period, {})
        work.put(APPRAISALS, of)
    else:
        found = work.get(APPRAISALS, entry.stream)
        if found is None:
            raise LookupError(f"stream {entry.stream} has no appraisal.opened before its {entry.tag}")
        of = found
    if isinstance(event, appraisal.Rated):
        of.raters[event.rater] = event.relation
        work.put(APPRAISALS, of)
    work.put(EVENTS, _row(entry, event, of))


def _row(entry: Entry, event: appraisal.AppraisalEvent, of: Appraisal) -> Event:
    named = not isinstance(event, _RATING) or of.raters[event.rater] in _NAMED
    return Event(
        agency=entry.agency,
        position=entry.position,
        employee=of.employee,
        period=of.period,
        stream=entry.stream,
        version=entry.version,
        tag=entry.tag,
        at=entry.at,
        recorded_at=entry.recorded_at,
        by=entry.by if named else None,
        on_behalf_of=entry.on_behalf_of if named else None,
        effective=entry.effective,
        data=_summary(event, of),
    )


_RATING = (appraisal.Rated, appraisal.RatingRevised, appraisal.RatingWithdrawn)


def _summary(event: appraisal.AppraisalEvent, of: Appraisal) -> dict[str, Any]:
    """Each event is named here: a new one must be thought about before anybody reads it."""
    match event:
        case appraisal.Rated() | appraisal.RatingRevised():
            return {"relation": of.raters[event.rater], "indicators": sorted(event.scores)}
        case appraisal.RatingWithdrawn():
            return {"relation": of.raters[event.rater]}
        case appraisal.PlanDrafted():
            return {"results": [{"id": result.id, "title": result.title} for result in event.results]}
        case (
            appraisal.Opened()
            | appraisal.PlanSubmitted()
            | appraisal.PlanReturned()
            | appraisal.PlanApproved()
            | appraisal.TargetRevised()
            | appraisal.ProgressReported()
            | appraisal.ActivityReported()
            | appraisal.ReportAccepted()
            | appraisal.ReportReturned()
            | appraisal.LevelJudged()
            | appraisal.CompetenciesAssessed()
            | appraisal.FactEstablished()
            | appraisal.Reassigned()
            | appraisal.Finalised()
            | appraisal.Joined()
            | appraisal.DocumentReceived()
            | appraisal.ObjectionFiled()
            | appraisal.ObjectionExplained()
            | appraisal.ObjectionDecided()
            | appraisal.Reopened()
            | appraisal.FollowUpRecorded()
        ):
            data: dict[str, Any] = to_builtins(event)
            del data["type"]
            return data
        case _:
            assert_never(event)
