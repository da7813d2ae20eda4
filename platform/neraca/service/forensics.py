"""Findings about how people judged in a period, from what the read models keep and whoever reads may know.

Of anonymous raters only what their group came to is taken, as it is shown to everybody who sees the result. Pairs of
anonymous raters are found in the log itself, for those alone who read it with its raters.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from neraca.domain.appraisal.events import Cancelled, Cut, Rated, RatingRevised, RatingWithdrawn
from neraca.domain.case import micro
from neraca.domain.forensics.comparison import mean_share
from neraca.domain.forensics.findings import Answered, Finding, findings_beside
from neraca.domain.forensics.reciprocity import RatingGiven, reciprocal
from neraca.domain.forensics.tallies import Tally, everybody, suspects
from neraca.domain.forensics.thresholds import THRESHOLDS, Thresholds
from neraca.domain.period import Period
from neraca.domain.rater_privacy import RATING_EVENTS, Rules
from neraca.domain.vocabulary import RATER_GROUP, FindingKind, Relation
from neraca.policy.published import PolicyAltered
from neraca.service import judged_results
from neraca.service.event_reader import EventReader
from neraca.service.judged_results import JudgedResults
from neraca.service.report_source import ReportSource

JUDGED, MARKS, RATERS, ANSWERS, RETURNED, STREAMS = (
    "forensics-judged",
    "forensics-marks",
    "forensics-raters",
    "forensics-answers",
    "forensics-returned",
    "forensics-streams",
)
"""The statements. They give the row of `judged_results`, `MarkRow`, `Raters`, `Answered` and `RatingRow`; the last
stream, employee and policy.
"""

RulesByHash: TypeAlias = Mapping[str, Rules]
"""The rating rules of each policy, by its hash."""

_NOBODY: frozenset[str] = frozenset()
_NAMES = msgspec.json.Decoder(list[str])
_SCORES = msgspec.json.Decoder(dict[str, Decimal])


class MarkRow(Struct, frozen=True):
    """How many people have a mark, and in which of the results that were asked about."""

    people: int
    positions: Sequence[int]


class Raters(Struct, frozen=True):
    """Of each appraisal; `raters` is JSON, of most the same."""

    streams: bytes | None
    employees: str | None
    raters: str | None


class RatingRow(Struct, frozen=True, gc=False):
    rater: str
    employee: str
    position: int
    policy_hash: str
    relation: str
    scores: str


class LookedFor(Struct, frozen=True):
    """What all judges come to, of which of them there may be which findings, and who may have given one mark."""

    tallies: Sequence[Tally]
    kinds: Mapping[str, Collection[FindingKind]]
    one_mark: Sequence[str]


class Counted(Struct, frozen=True):
    """What the statements found of named people."""

    results: JudgedResults
    looked_for: LookedFor
    marks: Sequence[MarkRow]
    answered: Sequence[Answered]
    returned: Sequence[RatingRow]


def params(period: Period, by: Thresholds = THRESHOLDS) -> dict[str, Any]:
    """What the statements are asked with, besides the agency; `MARKS` also with judges, and `RETURNED` with streams."""
    last = period.ends + timedelta(days=31)
    months = [f"{year}-{month:02}" for year in (period.starts.year, last.year) for month in range(1, 13)]
    return {
        "period": period.label,
        # A period is judged, and its last reports answered, in the month after it as well.
        "months": [one for one in dict.fromkeys(months) if f"{period.starts:%Y-%m}" <= one <= f"{last:%Y-%m}"],
        "least": by.answers_at_once,
        "fewest": by.fewest,
    }


def look(results: JudgedResults, by: Thresholds = THRESHOLDS) -> LookedFor:
    tallies = judged_results.tallies(results, by)
    return LookedFor(tallies, suspects(tallies, by), [one.judge for one in tallies if one.one_mark])


def returned(rated: Raters) -> list[UUID]:
    """The appraisals of those who rated somebody by name who rated them."""
    employees, raters = judged_results.apart(rated.employees), judged_results.apart(rated.raters)
    names = {text: frozenset(_NAMES.decode(text)) for text in set(raters)}
    each = [(employee, names[text]) for employee, text in zip(employees, raters, strict=True)]
    everybody_who_rated = _NOBODY.union(*names.values())
    back: dict[str, frozenset[str]] = {}
    for employee, by_whom in each:
        if employee in everybody_who_rated:
            back[employee] = back.get(employee, _NOBODY) | by_whom
    # Of a city few come so far as to be looked at one by one.
    some = _NOBODY.union(*back.values())
    return [
        UUID(bytes=(rated.streams or b"")[16 * nth : 16 * nth + 16])
        for nth, (employee, by_whom) in enumerate(each)
        if employee in some and any(employee in back.get(rater, _NOBODY) for rater in by_whom)
    ]


def told(counted: Counted, rules: RulesByHash, by: Thresholds = THRESHOLDS) -> list[Finding]:
    """All findings of a period that rest on named people and on what closed groups came to."""
    looked_for = counted.looked_for
    all_ = everybody(looked_for.tallies, [one.people for one in counted.marks])
    # A number for each mark will do: whether two are the same is all that is asked.
    marks = {position: f"mark {nth}" for nth, one in enumerate(counted.marks) for position in one.positions}
    cases = judged_results.cases(counted.results, looked_for.kinds, marks)
    named = [one for row in counted.returned if (one := _given(row, rules)) is not None]
    return [*findings_beside(all_, cases, counted.answered, by, looked_for.kinds), *reciprocal(named, by)]


def forensics(
    source: ReportSource, period: Period, *, anonymous: bool = False, by: Thresholds = THRESHOLDS
) -> list[Finding]:
    """By judge and kind; with `anonymous` also pairs of raters whom nobody but an auditor may know."""
    asked = params(period, by)
    results = judged_results.read(source.rows(JUDGED, asked))
    looked_for = look(results, by)
    [raters] = source.rows(RATERS, asked)
    streams = returned(Raters(*raters))
    counted = Counted(
        results=results,
        looked_for=looked_for,
        marks=[MarkRow(*row) for row in source.rows(MARKS, asked | {"judges": looked_for.one_mark})],
        answered=[Answered(*row) for row in source.rows(ANSWERS, asked)],
        returned=[RatingRow(*row) for row in source.rows(RETURNED, asked | {"streams": streams})],
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
