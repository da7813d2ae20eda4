"""Findings about how people judged in a period, from what the read models keep and whoever reads may know.

Of anonymous raters only what their group came to is taken, as it is shown to everybody who sees the result. Pairs of
anonymous raters are found in the log itself, for those alone who read it with its raters.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from cachetools import LRUCache
from msgspec import Struct

from neraca.domain.appraisal.events import Cancelled, Cut, Rated, RatingRevised, RatingWithdrawn
from neraca.domain.case import Micro, micro
from neraca.domain.forensics.findings import Answered, Finding, JudgedCase, findings, total
from neraca.domain.forensics.reciprocity import RatingGiven, reciprocal
from neraca.domain.forensics.thresholds import THRESHOLDS, Thresholds
from neraca.domain.period import Period
from neraca.domain.rater_privacy import RATING_EVENTS, Rules
from neraca.domain.vocabulary import RATER_GROUP, Relation
from neraca.policy.published import PolicyAltered
from neraca.service.event_reader import EventReader
from neraca.service.report_source import ReportSource

STAMP, CASES, ANSWERS, RETURNED, STREAMS = (
    "forensics-stamp",
    "forensics-cases",
    "forensics-answers",
    "forensics-returned",
    "forensics-streams",
)
"""The statements. The first changes with what is found; the next three give `CaseRow`, `Answered` and `RatingRow`, the
last stream, employee and policy.
"""

RulesByHash: TypeAlias = Mapping[str, Rules]
"""The rating rules of each policy, by its hash."""

_OWN, _SELF = RATER_GROUP[Relation.SUPERVISOR], RATER_GROUP[Relation.SELF]
_RATINGS = msgspec.json.Decoder(dict[str, dict[str, list[Micro]]])
_LEVELS = msgspec.json.Decoder(dict[str, str])
_SCORES = msgspec.json.Decoder(dict[str, Decimal])


MOST_KEPT = 64
"""Periods whose findings are kept: a city's take a second or two to be reckoned, and are read page by page."""


_DIVIDED = 16_384
"""Shares of scales that are remembered."""


class KeptFindings:
    """The findings of the last periods that were asked for, as long as nothing changes that they rest on. Belongs to
    one event loop.
    """

    def __init__(self) -> None:
        self._kept: LRUCache[tuple[str, str], tuple[tuple[object, ...], list[Finding]]] = LRUCache(MOST_KEPT)

    def get(self, agency: str, period: str, stamp: tuple[object, ...]) -> list[Finding] | None:
        known = self._kept.get((agency, period))
        return known[1] if known is not None and known[0] == stamp else None

    def keep(self, agency: str, period: str, stamp: tuple[object, ...], found: list[Finding]) -> None:
        self._kept[agency, period] = (stamp, found)


class CaseRow(Struct, frozen=True):
    employee: str
    judge: str
    at: datetime
    position: int
    reports: int
    late: int
    unread: int
    levels: str
    predicate: str
    policy_hash: str
    ratings: str


class RatingRow(Struct, frozen=True):
    rater: str
    employee: str
    position: int
    policy_hash: str
    relation: str
    scores: str


def params(period: Period, by: Thresholds = THRESHOLDS) -> dict[str, Any]:
    """What the statements are asked with, besides the agency."""
    last = period.ends + timedelta(days=31)
    months = [f"{year}-{month:02}" for year in (period.starts.year, last.year) for month in range(1, 13)]
    return {
        "period": period.label,
        # A period is judged, and its last reports answered, in the month after it as well.
        "months": [one for one in dict.fromkeys(months) if f"{period.starts:%Y-%m}" <= one <= f"{last:%Y-%m}"],
        "least": by.answers_at_once,
    }


def told(
    cases: Iterable[CaseRow],
    answered: Iterable[Answered],
    returned: Iterable[RatingRow],
    rules: RulesByHash,
    by: Thresholds = THRESHOLDS,
) -> list[Finding]:
    """All findings of a period that rest on named people and on what closed groups came to."""
    named = [one for row in returned if (one := _given(row, rules)) is not None]
    return [*findings((_case(row, rules) for row in cases), answered, by), *reciprocal(named, by)]


def forensics(
    source: ReportSource, period: Period, *, anonymous: bool = False, by: Thresholds = THRESHOLDS
) -> list[Finding]:
    """By judge and kind; with `anonymous` also pairs of raters whom nobody but an auditor may know."""
    asked = params(period, by)
    cases = [CaseRow(*row) for row in source.rows(CASES, asked)]
    answered = [Answered(*row) for row in source.rows(ANSWERS, asked)]
    returned = [RatingRow(*row) for row in source.rows(RETURNED, asked)]
    hashes = {one.policy_hash for one in (*cases, *returned)}
    rules = {hash_: found for hash_ in hashes if (found := _rules(source, hash_)) is not None}
    found = told(cases, answered, returned, rules, by)
    if anonymous:
        of = {stream: (employee, hash_) for stream, employee, hash_ in source.rows(STREAMS, asked)}
        rules |= {hash_: told_ for _, hash_ in of.values() if (told_ := _rules(source, hash_)) is not None}
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
    found: list[RatingGiven] = []
    for (stream, rater), (relation, scores, hidden, position) in given.items():
        employee, hash_ = of[stream]
        if relation in (Relation.SELF, Relation.CITIZEN):
            continue
        value = _mean(scores, RATER_GROUP[relation], rules.get(hash_, {}))
        if value is not None:
            found.append(RatingGiven(rater, employee, value, hidden, position))
    return [one for one in reciprocal(found) if one.anonymous]


def _rules(source: ReportSource, hash_: str) -> Rules | None:
    try:
        return source.policies.by_hash(source.agency.id, hash_).rules.ratings
    except (KeyError, PolicyAltered):
        return None


def _case(row: CaseRow, rules: RulesByHash) -> JudgedCase:
    own: dict[str, Fraction] = {}
    others: dict[str, Fraction] = {}
    given: list[str] = []
    ratings = _RATINGS.decode(row.ratings)
    scales = rules.get(row.policy_hash, {})
    for indicator, groups in sorted(ratings.items()):
        asked = scales.get(indicator, {})
        # Of two superiors' ratings it is not known here whose is whose.
        if len(groups.get(_OWN, ())) == 1 and (rule := asked.get(_OWN)) is not None:
            own[indicator] = share = _share(groups[_OWN][0], rule.min, rule.max)
            given.append(_words(indicator, share.numerator, share.denominator))
        means = tuple(
            (sum(values) - len(values) * rule.min, len(values) * (rule.max - rule.min))
            for group, values in groups.items()
            if group not in (_OWN, _SELF) and values and (rule := asked.get(group)) is not None
        )
        if means:
            others[indicator] = _mean_of(means)
    levels = _LEVELS.decode(row.levels)
    marks = (*given, *sorted(set(levels.values())))
    return JudgedCase(
        employee=row.employee,
        judge=row.judge,
        at=row.at,
        position=row.position,
        # What others and the facts made of it is not what they gave.
        mark=marks or (row.predicate,),
        own=own,
        others=others,
        reports=row.reports,
        late=row.late,
        unread=row.unread,
    )


def _given(row: RatingRow, rules: RulesByHash) -> RatingGiven | None:
    scores = _SCORES.decode(row.scores)
    value = _mean(scores, RATER_GROUP[Relation(row.relation)], rules.get(row.policy_hash, {}))
    return None if value is None else RatingGiven(row.rater, row.employee, value, hidden=False, position=row.position)


def _mean(scores: Mapping[str, Decimal], group: str, rules: Rules) -> Fraction | None:
    """Over the indicators whose scale is known, as a share of it."""
    found: Sequence[Fraction] = [
        _share(micro(value), rule.min, rule.max)
        for indicator, value in scores.items()
        if (rule := rules.get(indicator, {}).get(group)) is not None
    ]
    return total(found) / len(found) if found else None


# A city is rated by the same few values: to divide them each time took longer than all the rest.
@lru_cache(_DIVIDED)
def _mean_of(groups: tuple[tuple[int, int], ...]) -> Fraction:
    """Of the means of groups, each a number and what to divide it by; 0 for a scale of one value."""
    means = [Fraction(number, span) if span > 0 else Fraction(0) for number, span in groups]
    return total(means) / len(means)


@lru_cache(_DIVIDED)
def _share(value: Micro, least: Micro, most: Micro) -> Fraction:
    return Fraction(value - least, most - least) if most > least else Fraction(0)


@lru_cache(_DIVIDED)
def _words(indicator: str, number: int, by: int) -> str:
    return f"{indicator}={Fraction(number, by)}"
