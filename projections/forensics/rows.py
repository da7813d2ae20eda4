"""From the events of an appraisal to one row of how it was judged, and one of how fast somebody answered reports.

Of ratings only those count whose rater everybody knows: an anonymous one leaves no trace here, not even a time.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from neraca.domain.appraisal import events
from neraca.domain.forensics.answers import FindingClosed, FindingExplained
from neraca.domain.forensics.comparison import words
from neraca.domain.forensics.findings import MOST_CASES
from neraca.domain.forensics.thresholds import LATE, WINDOW
from neraca.domain.vocabulary import FindingKind, Relation
from neraca.projecting.projection import Entry, Key, Table, Workspace, tags

TAGS = tags(
    events.Opened,
    events.ProgressReported,
    events.ActivityReported,
    events.ReportAccepted,
    events.ReportReturned,
    events.Rated,
    events.RatingRevised,
    events.LevelJudged,
    events.Finalised,
    events.Reopened,
    events.Cancelled,
    events.Cut,
    FindingExplained,
    FindingClosed,
)


class Judged(Struct):
    """`reports` that were filed, those of the last days of the period as `late`, and those not yet answered.

    `mark` are the levels that were judged, each once, in one text. `judge` is who rated as the appraiser or judged
    levels last, and when; `fixed_by` who finalised, None while it is not final, and `unread` how many reports nobody
    had answered then.
    """

    agency: str
    stream: UUID
    employee: str
    period: str
    ends: date
    reports: int = 0
    late: int = 0
    unanswered: int = 0
    levels: dict[str, str] = {}
    mark: str = ""
    judge: str | None = None
    judged_at: datetime | None = None
    judged_position: int | None = None
    fixed_by: str | None = None
    fixed_at: datetime | None = None
    fixed_position: int | None = None
    unread: int | None = None


class Settled(Struct, frozen=True):
    at: datetime
    position: int


class Settlement(Struct):
    """How many reports somebody accepted or returned in a calendar month (UTC), and the `most` of them within the
    window of the thresholds, with when and the first positions. `recent` are those that are still within it.
    """

    agency: str
    settler: str
    month: str
    reports: int = 0
    recent: list[Settled] = []
    most: int = 0
    since: datetime | None = None
    until: datetime | None = None
    positions: list[int] = []


class Answer(Struct):
    """What the person concerned said to findings of a kind, or, `closed`, what HR made of them."""

    agency: str
    judge: str
    period: str
    finding: FindingKind
    position: int
    closed: bool
    words: str
    by: str
    at: datetime


ANSWER = Table("answer", Answer, ("judge", "period", "finding", "position"), append=True)
JUDGED = Table("judged", Judged, ("stream",))
SETTLEMENT = Table("settlement", Settlement, ("settler", "month"))

Keyed: TypeAlias = tuple[Table[Judged] | Table[Settlement], tuple[Key, ...]]
_KEPT = 500
"""Reports within one window that are told apart: more are told as so many."""

_ANSWERING = tags(FindingExplained, FindingClosed)
_SETTLING = tags(events.ReportAccepted, events.ReportReturned)


def keys(entry: Entry) -> Iterable[Keyed]:
    if entry.tag not in _ANSWERING:
        yield JUDGED, (entry.stream,)
    if entry.tag in _SETTLING:
        yield SETTLEMENT, (entry.by, _month(entry))


def apply(work: Workspace, entry: Entry) -> None:
    event = entry.body
    if isinstance(event, events.Opened):
        work.put(JUDGED, Judged(entry.agency, entry.stream, event.employee, event.period, event.ends))
        return
    if isinstance(event, FindingExplained | FindingClosed):
        work.put(ANSWER, _answer(entry, event))
        return
    of = work.get(JUDGED, entry.stream)
    if of is None:
        raise LookupError(f"stream {entry.stream} has no appraisal.opened before its {entry.tag}")
    match event:
        case events.ActivityReported() | events.ProgressReported():
            day = event.day if isinstance(event, events.ActivityReported) else event.until
            of.reports += 1
            of.unanswered += 1
            of.late += of.ends - LATE < day <= of.ends
        case events.ReportAccepted() | events.ReportReturned():
            of.unanswered -= 1
            _settled(work, entry)
        case events.Rated():
            # What is sealed is nobody's to know of before the time to rate is over, not even that it was given.
            if event.hidden or event.sealed or event.relation is not Relation.SUPERVISOR:
                return
            _judged(of, event.rater, entry)
        case events.RatingRevised():
            if event.rater != of.judge:
                return
            _judged(of, event.rater, entry)
        case events.LevelJudged():
            of.levels = {**of.levels, event.result: event.level}
            of.mark = words(sorted({*of.levels.values()}))
            _judged(of, event.by or entry.by, entry)
        case events.Finalised():
            of.fixed_by, of.fixed_at, of.fixed_position = entry.by, entry.at, entry.position
            of.unread = of.unanswered
        case events.Reopened():
            of.fixed_by = of.fixed_at = of.fixed_position = of.unread = None
        case events.Cancelled():
            of = Judged(of.agency, of.stream, of.employee, of.period, of.ends)
        case _:
            raise TypeError(f"{entry.tag} tells nothing of how somebody judged; handle it, or take it out of TAGS")
    work.put(JUDGED, of)


def _answer(entry: Entry, event: FindingExplained | FindingClosed) -> Answer:
    return Answer(
        agency=entry.agency,
        judge=event.judge,
        period=event.period,
        finding=event.finding,
        position=entry.position,
        closed=isinstance(event, FindingClosed),
        words=event.reason if isinstance(event, FindingClosed) else event.explanation,
        by=entry.by,
        at=entry.at,
    )


def _judged(of: Judged, judge: str, entry: Entry) -> None:
    of.judge, of.judged_at, of.judged_position = judge, entry.at, entry.position


def _settled(work: Workspace, entry: Entry) -> None:
    month = _month(entry)
    of = work.get(SETTLEMENT, entry.by, month) or Settlement(entry.agency, entry.by, month)
    of.reports += 1
    within = [one for one in of.recent if entry.at - one.at <= WINDOW]
    of.recent = [*within, Settled(entry.at, entry.position)][-_KEPT:]
    if len(of.recent) > of.most:
        of.most, of.since, of.until = len(of.recent), of.recent[0].at, of.recent[-1].at
        of.positions = [one.position for one in of.recent[:MOST_CASES]]
    work.put(SETTLEMENT, of)


def _month(entry: Entry) -> str:
    return f"{entry.at.year:04}-{entry.at.month:02}"
