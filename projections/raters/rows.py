"""From the events of assignments to one row for each rater; an appraisal in which nobody is assigned has none."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from neraca.domain.appraisal import events
from neraca.domain.vocabulary import AssignmentStanding, Relation
from neraca.projecting.projection import Entry, Key, Table, Workspace, tags

TAGS = tags(
    events.RatersAssigned,
    events.RaterNamed,
    events.RaterDeclined,
    events.RaterReplaced,
    events.Rated,
    events.RatingWithdrawn,
    events.RatingsClosed,
    events.Finalised,
    events.Cancelled,
    events.Cut,
)
"""Those of who is to rate, those that come and go as they do, and those that end it."""


class Rater(Struct):
    """`position` and `day` are of the event that assigned them, declined or replaced, `reason` what it says. `moves`
    are when a rating of theirs came and went, in turns. `closed` where nobody of the appraisal rates any more.
    """

    agency: str
    stream: UUID
    rater: str
    relation: Relation
    standing: AssignmentStanding
    position: int
    day: date
    reason: str | None
    instead: str | None
    moves: list[datetime]
    closed: bool


class Appraisal(Struct):
    """Those who were assigned, and the day on which the first were."""

    agency: str
    stream: UUID
    day: date
    raters: list[str]


RATER = Table("rater", Rater, ("stream", "rater"))
APPRAISAL = Table("appraisal", Appraisal, ("stream",), private=True)


def keys(entry: Entry) -> Iterable[tuple[Table[Any], tuple[Key, ...]]]:
    found: list[tuple[Table[Any], tuple[Key, ...]]] = [(APPRAISAL, (entry.stream,))]
    if isinstance(entry.body, events.Rated | events.RatingWithdrawn):
        found.append((RATER, (entry.stream, entry.body.rater)))
    return found


def apply(work: Workspace, entry: Entry) -> None:
    event = entry.body
    match event:
        case events.RatersAssigned():
            for group in event.groups:
                for rater in group.raters:
                    _assign(work, entry, rater, group.relation, event.on)
        case events.RaterNamed():
            _assign(work, entry, event.rater, event.relation, event.on, event.reason)
        case events.RaterDeclined():
            _end(work, entry, event, AssignmentStanding.DECLINED)
        case events.RaterReplaced():
            _end(work, entry, event, AssignmentStanding.REPLACED)
        case events.Rated():
            _move(work, entry, event.rater, given=True)
        case events.RatingWithdrawn():
            _move(work, entry, event.rater, given=False)
        case events.RatingsClosed() | events.Finalised():
            for row in _all(work, entry):
                row.closed = True
                work.put(RATER, row)
        case events.Cancelled():
            for row in _all(work, entry):
                work.drop(RATER, entry.stream, row.rater)
            if work.get(APPRAISAL, entry.stream) is not None:
                work.drop(APPRAISAL, entry.stream)
        case _:
            raise TypeError(f"{entry.tag} is of no rater; handle it here, or take it out of TAGS")


def _assign(
    work: Workspace, entry: Entry, rater: str, relation: Relation, day: date, reason: str | None = None
) -> None:
    of = work.get(APPRAISAL, entry.stream) or Appraisal(entry.agency, entry.stream, day, [])
    if rater not in of.raters:
        of.raters.append(rater)
        work.put(APPRAISAL, of)
    row = Rater(
        agency=entry.agency,
        stream=entry.stream,
        rater=rater,
        relation=relation,
        standing=AssignmentStanding.ASSIGNED,
        position=entry.position,
        day=day,
        reason=reason,
        instead=None,
        moves=[],
        closed=False,
    )
    work.put(RATER, row)


def _end(
    work: Workspace, entry: Entry, event: events.RaterDeclined | events.RaterReplaced, standing: AssignmentStanding
) -> None:
    row = work.get(RATER, entry.stream, event.rater)
    if row is None:
        raise LookupError(f"stream {entry.stream} has no assignment of {event.rater} before its {entry.tag}")
    row.standing, row.position, row.day = standing, entry.position, event.on
    row.reason, row.instead = event.reason, event.instead
    work.put(RATER, row)
    if event.instead is not None:
        _assign(work, entry, event.instead, event.relation, event.on)


def _move(work: Workspace, entry: Entry, rater: str, *, given: bool) -> None:
    """Nothing of whoever rates without an assignment."""
    row = work.get(RATER, entry.stream, rater)
    if row is not None and given != bool(len(row.moves) % 2):
        row.moves.append(entry.at)
        work.put(RATER, row)


def _all(work: Workspace, entry: Entry) -> list[Rater]:
    of = work.get(APPRAISAL, entry.stream)
    found = [] if of is None else [work.get(RATER, entry.stream, rater) for rater in of.raters]
    return [row for row in found if row is not None]
