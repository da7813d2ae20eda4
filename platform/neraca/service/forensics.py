"""Findings about how people judged in a period, from what the read models keep and whoever reads may know.

Of anonymous raters only what their group came to is taken, as it is shown to everybody who sees the result. Pairs of
anonymous raters are found in the log itself, for those alone who read it with its raters.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from neraca.domain.appraisal.events import Cancelled, Cut, Rated, RatingRevised, RatingWithdrawn
from neraca.domain.case import micro
from neraca.domain.forensics.comparison import mean_share
from neraca.domain.forensics.findings import Answered, Finding, JudgedCase, findings_beside
from neraca.domain.forensics.reciprocity import RatingGiven, reciprocal
from neraca.domain.forensics.tallies import Tally, everybody, suspects
from neraca.domain.forensics.thresholds import THRESHOLDS, WINDOW, Thresholds
from neraca.domain.period import Period
from neraca.domain.rater_privacy import RATING_EVENTS, Rules
from neraca.domain.vocabulary import RATER_GROUP, Relation
from neraca.policy.published import PolicyAltered
from neraca.service.event_reader import EventReader
from neraca.service.report_source import ReportSource

TALLIES, MARKS, CASES, ANSWERS, RETURNED, STREAMS = (
    "forensics-tallies",
    "forensics-marks",
    "forensics-cases",
    "forensics-answers",
    "forensics-returned",
    "forensics-streams",
)
"""The statements. They give `Tally`, how many people, `CaseRow`, `Answered`, `RatingRow`; the last stream, employee and
policy.
"""

RulesByHash: TypeAlias = Mapping[str, Rules]
"""The rating rules of each policy, by its hash."""

_SCORES = msgspec.json.Decoder(dict[str, Decimal])


class CaseRow(Struct, frozen=True, gc=False):
    employee: str
    judge: str
    at: datetime
    position: int
    mark: str
    elements: int
    alike: bool
    mean_number: Decimal | None
    mean_by: Decimal | None
    shift_number: Decimal | None
    shift_by: Decimal | None
    reports: int
    late: int
    unread: int


class RatingRow(Struct, frozen=True, gc=False):
    rater: str
    employee: str
    position: int
    policy_hash: str
    relation: str
    scores: str


class Counted(Struct, frozen=True):
    """What the statements found of named people; `cases` are those of the judges of whom something may be found."""

    tallies: Sequence[Tally]
    marks: Sequence[int]
    cases: Sequence[CaseRow]
    answered: Sequence[Answered]
    returned: Sequence[RatingRow]


def params(period: Period, by: Thresholds = THRESHOLDS) -> dict[str, Any]:
    """What the statements are asked with, besides the agency; `MARKS` and `CASES` also with what is `looked_for`."""
    last = period.ends + timedelta(days=31)
    months = [f"{year}-{month:02}" for year in (period.starts.year, last.year) for month in range(1, 13)]
    return {
        "period": period.label,
        # A period is judged, and its last reports answered, in the month after it as well.
        "months": [one for one in dict.fromkeys(months) if f"{period.starts:%Y-%m}" <= one <= f"{last:%Y-%m}"],
        "least": by.answers_at_once,
        "elements": by.elements,
        "fewest": by.fewest,
        "window": WINDOW,
    }


def looked_for(tallies: Sequence[Tally], by: Thresholds = THRESHOLDS) -> dict[str, Any]:
    """Whose cases are asked for, and whether marks are."""
    return {"judges": suspects(tallies, by), "one_mark": any(one.one_mark for one in tallies)}


def told(counted: Counted, rules: RulesByHash, by: Thresholds = THRESHOLDS) -> list[Finding]:
    """All findings of a period that rest on named people and on what closed groups came to."""
    all_ = everybody(counted.tallies, counted.marks)
    named = [one for row in counted.returned if (one := _given(row, rules)) is not None]
    cases = (_case(row) for row in counted.cases)
    return [*findings_beside(all_, cases, counted.answered, by), *reciprocal(named, by)]


def forensics(
    source: ReportSource, period: Period, *, anonymous: bool = False, by: Thresholds = THRESHOLDS
) -> list[Finding]:
    """By judge and kind; with `anonymous` also pairs of raters whom nobody but an auditor may know."""
    asked = params(period, by)
    tallies = [Tally(*row) for row in source.rows(TALLIES, asked)]
    asked |= looked_for(tallies, by)
    counted = Counted(
        tallies=tallies,
        marks=[people for (people,) in source.rows(MARKS, asked)],
        cases=[CaseRow(*row) for row in source.rows(CASES, asked)],
        answered=[Answered(*row) for row in source.rows(ANSWERS, asked)],
        returned=[RatingRow(*row) for row in source.rows(RETURNED, asked)],
    )
    rules = _by_hash(source, {one.policy_hash for one in counted.returned})
    found = told(counted, rules, by)
    if anonymous:
        of = {stream: (employee, hash_) for stream, employee, hash_ in source.rows(STREAMS, asked)}
        rules = _by_hash(source, {hash_ for _, hash_ in of.values()})
        found += hidden_pairs(source.history, source.agency.id, of, rules)
    return sorted(found, key=lambda one: (one.judge, one.kind, one.events))


def hidden_pairs(
    reader: EventReader, agency: str, of: Mapping[UUID, tuple[str, str]], rules: RulesByHash
) -> list[Finding]:
    """Pairs of whom at least one rated anonymously, from the log; `of` are employee and policy of each appraisal."""
    given: dict[tuple[UUID, str], tuple[Relation, dict[str, Decimal], bool, int]] = {}
    tags = RATING_EVENTS | {str(kind.__struct_config__.tag) for kind in (Cancelled, Cut)}
    for past in reader.streams_types(agency, list(of), tags, 2**31 - 1):
        match past.event:
            case Rated():
                key = past.stream, past.event.rater
                given[key] = past.event.relation, past.event.scores, past.event.hidden, past.position
            case RatingRevised():
                relation, scores, hidden, at = given[past.stream, past.event.rater]
                given[past.stream, past.event.rater] = relation, scores | past.event.scores, hidden, at
            case RatingWithdrawn():
                given.pop((past.stream, past.event.rater), None)
            case Cancelled():
                given = {key: one for key, one in given.items() if key[0] != past.stream}
            case _:
                raise TypeError(f"{type(past.event).__name__} is no event of a rating")
    between = {(rater, of[stream][0]) for stream, rater in given if rater != of[stream][0]}
    # Of everybody else nothing is asked, and to reckon it would take longer than to find them.
    returned = {employee for rater, employee in between if (employee, rater) in between}
    found: list[RatingGiven] = []
    for (stream, rater), (relation, scores, hidden, position) in given.items():
        employee, hash_ = of[stream]
        if employee not in returned or relation in (Relation.SELF, Relation.CITIZEN):
            continue
        value = _mean(scores, RATER_GROUP[relation], rules.get(hash_, {}))
        if value is not None:
            found.append(RatingGiven(rater, employee, value, hidden, position))
    return [one for one in reciprocal(found) if one.anonymous]


def _by_hash(source: ReportSource, hashes: Iterable[str]) -> RulesByHash:
    return {hash_: found for hash_ in hashes if (found := _rules(source, hash_)) is not None}


def _rules(source: ReportSource, hash_: str) -> Rules | None:
    try:
        return source.policies.by_hash(source.agency.id, hash_).rules.ratings
    except (KeyError, PolicyAltered):
        return None


def _case(row: CaseRow) -> JudgedCase:
    return JudgedCase(
        employee=row.employee,
        judge=row.judge,
        at=row.at,
        position=row.position,
        mark=row.mark,
        elements=row.elements,
        alike=row.alike,
        mean=_ratio(row.mean_number, row.mean_by),
        shift=_ratio(row.shift_number, row.shift_by),
        reports=row.reports,
        late=row.late,
        unread=row.unread,
    )


def _ratio(number: Decimal | None, by: Decimal | None) -> Fraction | None:
    return None if number is None or by is None else Fraction(int(number), int(by))


def _given(row: RatingRow, rules: RulesByHash) -> RatingGiven | None:
    scores = _SCORES.decode(row.scores)
    value = _mean(scores, RATER_GROUP[Relation(row.relation)], rules.get(row.policy_hash, {}))
    return None if value is None else RatingGiven(row.rater, row.employee, value, hidden=False, position=row.position)


def _mean(scores: Mapping[str, Decimal], group: str, rules: Rules) -> Fraction | None:
    """Over the indicators whose scale is known, as a share of it."""
    return mean_share(
        (micro(value), rule.min, rule.max)
        for indicator, value in scores.items()
        if (rule := rules.get(indicator, {}).get(group)) is not None
    )
