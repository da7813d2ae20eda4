"""From the events of appraisals to one row each, in the words that the person appraised may read.

A hidden rating leaves no row: that its group closed, and how many were in it, is told by the row of the finalisation.
Of other ratings it is told who gave them where everybody knows that, and never what was given or written; of feedback,
that a leader gave it or was asked for some.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, assert_never, cast
from uuid import UUID

from msgspec import Struct, to_builtins

from neraca.domain import rater_privacy, streams
from neraca.domain.appraisal import events as appraisal
from neraca.domain.event_facets import ReadableWhole
from neraca.domain.vocabulary import Relation
from neraca.projecting.projection import Entry, Key, Table, Workspace


class Event(Struct):
    """`by` and `on_behalf_of` are None where they would name a rater. `version` counts the rows of the stream."""

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
    """Whose the stream is, how many rows it has, and what each rater who is not hidden is to that person.

    `hidden` tells whether anybody else rated, `closed_by` the hash of the policy with which their groups closed.
    `sealed` are those who rated under their name and of whom nothing is told yet. `telling` are the positions of
    results whose values may rest on more than may be shown of those who are hidden, and of what was joined from such.
    """

    agency: str
    stream: UUID
    employee: str
    period: str
    raters: dict[str, Relation]
    version: int = 0
    hidden: bool = False
    closed_by: str | None = None
    telling: list[int] = []
    sealed: dict[str, Relation] = {}


EVENTS = Table("events", Event, key=("position",), append=True)
APPRAISALS = Table("appraisals", Appraisal, key=("stream",), private=True)


def keys(entry: Entry) -> Iterable[tuple[Table[Appraisal], tuple[Key, ...]]]:
    return ((APPRAISALS, (entry.stream,)),)


def apply(work: Workspace, entry: Entry) -> None:
    event = cast(appraisal.AppraisalEvent, entry.body)
    of = work.get(APPRAISALS, entry.stream)
    if of is None:
        if not isinstance(event, appraisal.Opened):
            raise LookupError(f"stream {entry.stream} has no appraisal.opened before its {entry.tag}")
        of = Appraisal(entry.agency, entry.stream, event.employee, event.period, {})
    if rater_privacy.is_hidden(event, of.raters):
        if isinstance(event, appraisal.Rated) and event.sealed and not event.hidden:
            of.sealed[event.rater] = event.relation
            work.put(APPRAISALS, of)
        elif isinstance(event, appraisal.RatingWithdrawn) and of.sealed.pop(event.rater, None) is not None:
            work.put(APPRAISALS, of)
        # Feedback is in no result, nor who is to rate: whether that may be told does not hang on it.
        if not of.hidden and not isinstance(event, appraisal.OfFeedback | appraisal.OfRaterAssignment):
            of.hidden = True
            work.put(APPRAISALS, of)
        return
    if isinstance(event, appraisal.Rated):
        of.raters[event.rater] = event.relation
    elif isinstance(event, appraisal.RatingsClosed | appraisal.Finalised):
        of.closed_by = of.closed_by or event.policy.hash
        # That they rated is told with what they gave; from now on, what becomes of it.
        of.raters, of.sealed = of.raters | of.sealed, {}
    of.version += 1
    if _tells(work, event, of):
        of.telling = [*of.telling, entry.position]
    # Before a withdrawn rater is forgotten: the row says in which relation they had rated.
    work.put(EVENTS, _row(entry, event, of))
    if isinstance(event, appraisal.RatingWithdrawn):
        del of.raters[event.rater]
    elif isinstance(event, appraisal.Cancelled):
        of.raters.clear()
        of.sealed.clear()
        of.hidden, of.closed_by = False, None
    work.put(APPRAISALS, of)


def _row(entry: Entry, event: appraisal.AppraisalEvent, of: Appraisal) -> Event:
    named = rater_privacy.may_name_actor(event, of.raters)
    return Event(
        agency=entry.agency,
        position=entry.position,
        employee=of.employee,
        period=of.period,
        stream=entry.stream,
        version=of.version,
        tag=entry.tag,
        at=entry.at,
        recorded_at=entry.recorded_at,
        by=entry.by if named else None,
        on_behalf_of=entry.on_behalf_of if named else None,
        effective=entry.effective,
        data=_summary(event, of, tells=entry.position in of.telling),
    )


def _tells(work: Workspace, event: appraisal.AppraisalEvent, of: Appraisal) -> bool:
    """Whether an event is a result whose values may rest on more than may be shown of hidden ratings."""
    if isinstance(event, appraisal.Finalised):
        return rater_privacy.tells_hidden(event, of.closed_by or event.policy.hash, of.hidden)
    if not isinstance(event, appraisal.Joined):
        return False
    parts = [
        (one.position, work.get(APPRAISALS, streams.appraisal(of.agency, of.employee, one.period)))
        for one in event.parts
    ]
    return any(row is None or position in row.telling for position, row in parts)


def _summary(event: appraisal.AppraisalEvent, of: Appraisal, *, tells: bool) -> dict[str, Any]:
    """Each event is named here, or says itself that it may be read whole: a new one is never shown unawares."""
    match event:
        case appraisal.Rated() | appraisal.RatingRevised():
            return {"relation": of.raters[event.rater], "indicators": sorted(event.scores)}
        case appraisal.RatingWithdrawn():
            return {"relation": of.raters[event.rater]}
        case appraisal.FeedbackGiven() | appraisal.FeedbackWithdrawn() | appraisal.FeedbackRequested():
            # Not the words: they go where they are withdrawn, and a row stays.
            return _whole(event, "words", "question", "reason")
        case appraisal.FeedbackDeclined() | appraisal.OfRaterAssignment():
            return {}
        case appraisal.PlanTaken():
            taken: dict[str, Any] = {"plan": event.plan, "version": event.version}
            named = _planned(event)
            if event.taken_over:
                named["taken_over"] = to_builtins(event.taken_over)
            said = {"due": event.due and event.due.isoformat(), "reason": event.reason}
            return taken | named | {name: one for name, one in said.items() if one is not None}
        case appraisal.PlanDrafted():
            return _planned(event)
        case appraisal.Finalised():
            # Which of them follow from what may be shown is told by the scores, which have the facts.
            return _whole(event, *rater_privacy.TELLING_FIELDS, *(("nodes",) if tells else ()))
        case appraisal.Joined():
            shown = _whole(event, *rater_privacy.TELLING_FIELDS, *(("nodes",) if tells else ()))
            if tells:
                for one in shown["parts"]:
                    one.pop("nodes", None)
            return shown
        case ReadableWhole():
            return _whole(event)
        case _:
            assert_never(event)


def _planned(event: appraisal.PlanDrafted | appraisal.PlanTaken) -> dict[str, Any]:
    named: dict[str, Any] = {"results": [{"id": result.id, "title": result.title} for result in event.results]}
    return named if event.terms is None else named | {"terms": to_builtins(event.terms)}


def _whole(event: appraisal.AppraisalEvent, *unshown: str) -> dict[str, Any]:
    data: dict[str, Any] = to_builtins(event)
    for name in ("type", *unshown):
        data.pop(name, None)
    return data
