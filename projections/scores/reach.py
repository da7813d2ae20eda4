"""The rows that an event reaches through others, and all facts of an appraisal, the hidden among them."""

from collections.abc import Iterable
from uuid import UUID

from msgspec import structs

from neraca.domain.appraisal import events as appraisal
from neraca.domain.facts import Facts
from neraca.projecting.projection import Workspace
from projections.scores.rows import (
    APPRAISAL,
    POLICY_REGISTER,
    SEALED,
    SUBJECT,
    UNIT_PERIOD,
    Appraisal,
    PolicyRegister,
    Subject,
    UnitPeriod,
)

# The key of the one row there is, by the word of when it was first stored.
REGISTER = "policy-book"


def appraisals(work: Workspace, wanted: list[UUID]) -> Iterable[Appraisal]:
    if len(wanted) > 1:
        work.prefetch(APPRAISAL, [(stream,) for stream in wanted])
    for stream in wanted:
        row = work.get(APPRAISAL, stream)
        if row is not None:
            yield row


def subject_of(work: Workspace, stream: UUID) -> Subject:
    return work.get(SUBJECT, stream) or Subject(work.agency, stream, [], [])


def unit_period_of(work: Workspace, unit: str, period: str) -> UnitPeriod:
    return work.get(UNIT_PERIOD, unit, period) or UnitPeriod(work.agency, unit, period, [], [])


def register_of(work: Workspace) -> PolicyRegister:
    return work.get(POLICY_REGISTER, REGISTER) or PolicyRegister(work.agency, REGISTER, [], [])


def all_facts(work: Workspace, row: Appraisal) -> Facts:
    """With the hidden ratings, which never go into the row."""
    sealed = work.get(SEALED, row.stream)
    if sealed is None:
        return row.facts
    # A copy of all that ratings change, for the row's own facts must never have held a hidden one. The raters who are
    # there already are not among the hidden, and stay as they are.
    facts = structs.replace(
        row.facts,
        case=structs.replace(row.facts.case, ratings={name: dict(of) for name, of in row.facts.case.ratings.items()}),
        sources=dict(row.facts.sources),
        raters=dict(row.facts.raters),
    )
    for rating in sealed.ratings:
        facts.apply(rating.event, rating.position)
    return facts


def unseal(work: Workspace, row: Appraisal) -> None:
    """Of those who rated under their name the row's own facts tell by now, and go on with what becomes of it."""
    sealed = work.get(SEALED, row.stream)
    if sealed is None or not any(isinstance(one.event, appraisal.Rated) and one.event.sealed for one in sealed.ratings):
        return
    sealed.ratings = [
        one
        for one in sealed.ratings
        if isinstance(one.event, appraisal.OfRaterAssignment) or one.event.rater not in row.facts.raters
    ]
    work.put(SEALED, sealed)
