"""What an appraisal comes to, and what else that changes: counts, the change with its cause, what was given."""

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from neraca.domain import rater_privacy, streams
from neraca.domain.facts import Facts
from neraca.domain.forensics.comparison import compared
from neraca.domain.vocabulary import RATER_GROUP, Relation
from neraca.projecting.projection import Entry, Missed, Workspace
from projections.scores.reach import subject_of, unit_period_of
from projections.scores.rows import (
    APPRAISAL,
    CHANGE,
    COMPARISON,
    SEALED,
    SUBJECT,
    SUMMARY,
    UNIT_PERIOD,
    Appraisal,
    Change,
    Comparison,
    Summary,
)

FIXED = frozenset({"final", "objected"})
"""Stages in which a score does not move."""

_UNCOUNTED = frozenset({"new", "cancelled"})
_NAMED = frozenset(RATER_GROUP[relation] for relation in (Relation.SUPERVISOR, Relation.QUALITY_ASSURER))
"""The groups of those who may rate by name, but for the person rated."""


class Outcome(Struct, frozen=True):
    status: str
    reason: str | None
    score: Decimal | None
    predicate: str | None


def settle(work: Workspace, entry: Entry | Missed, row: Appraisal, now: Outcome) -> None:
    """Takes the outcome over; if it is another than before, counts it and keeps the change with its cause."""
    row.reason, before = now.reason, (row.status, row.score, row.predicate)
    if before == (now.status, now.score, now.predicate):
        return
    if row.status not in _UNCOUNTED:
        count(work, row, -1)
    if row.status == "final" != now.status:
        work.drop(COMPARISON, row.stream)
    row.status, row.score, row.predicate = now.status, now.score, now.predicate
    if row.status not in _UNCOUNTED:
        count(work, row, +1)
    work.put(
        CHANGE,
        Change(
            agency=row.agency,
            stream=row.stream,
            position=entry.position,
            tag=entry.tag,
            recorded_at=entry.recorded_at,
            at=entry.at,
            effective=entry.effective,
            by=entry.by,
            status=now.status,
            reason=now.reason,
            score=now.score,
            predicate=now.predicate,
            policy_hash=row.policy_hash,
        ),
    )


def withhold(work: Workspace, entry: Entry | Missed, row: Appraisal) -> None:
    """No number is shown that lacks an event."""
    row.levels, row.nodes = {}, {}
    why = "the score is withheld: an event it rests on is set aside; `neraca doctor` says which and why"
    settle(work, entry, row, Outcome("blocked", why, None, None))


def cancel(work: Workspace, entry: Entry, row: Appraisal) -> None:
    """Nothing of it counts any more, and nothing reaches it until it is opened again; the changes of its score stay."""
    subject = subject_of(work, streams.employee(row.agency, row.employee))
    subject.appraisals.remove(row.stream)
    work.put(SUBJECT, subject)
    unit = unit_period_of(work, row.unit, row.period)
    unit.appraisals.remove(row.stream)
    work.put(UNIT_PERIOD, unit)
    # Nothing hidden outlives the appraisal it was hidden in.
    work.drop(SEALED, row.stream)
    row.policy_id = row.policy_version = row.policy_hash = None
    row.levels, row.nodes, row.facts = {}, {}, Facts(starts=row.starts, ends=row.ends)
    row.lacks = None
    settle(work, entry, row, Outcome("cancelled", None, None, None))
    work.put(APPRAISAL, row)


def count(work: Workspace, row: Appraisal, change: int) -> None:
    outcome = row.predicate or row.status
    counted = work.get(SUMMARY, row.period, row.unit, outcome)
    if counted is None:
        counted = Summary(row.agency, row.period, row.unit, outcome, 0)
    counted.people += change
    if counted.people:
        work.put(SUMMARY, counted)
    else:
        work.drop(SUMMARY, row.period, row.unit, outcome)


def comparison(row: Appraisal, scales: rater_privacy.Rules) -> Comparison:
    told = compared(row.facts.case.ratings, scales)
    return Comparison(
        agency=row.agency,
        stream=row.stream,
        period=row.period,
        employee=row.employee,
        predicate=row.predicate or "",
        raters=sorted(name for name, rater in row.facts.raters.items() if rater.group in _NAMED),
        given=told.given,
        elements=told.elements,
        alike=told.alike,
        mean_number=_above(told.mean),
        mean_by=_below(told.mean),
        shift_number=_above(told.shift),
        shift_by=_below(told.shift),
    )


def _above(number: Fraction | None) -> Decimal | None:
    return None if number is None else Decimal(number.numerator)


def _below(number: Fraction | None) -> Decimal | None:
    return None if number is None else Decimal(number.denominator)
