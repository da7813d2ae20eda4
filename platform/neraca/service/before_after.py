"""Before and after: what two periods came to, of everybody who counts in them, and of the same people only.

A rule, a programme or whatever else began in between is not proved to be the cause. People come and go, so the same
people are told of beside everybody; where they were judged by other policies, scales may differ, and it says so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, zip_longest
from typing import Any, Literal, TypeAlias, assert_never

import msgspec
from msgspec import Struct

from neraca.domain.achievement import AchievementPublished, AchievementRevised
from neraca.domain.case import MICRO, Micro
from neraca.domain.command_rules import PolicyRef
from neraca.domain.facts import UNIT_INDEX
from neraca.domain.group_privacy import FLOOR
from neraca.domain.rater_privacy import FLOORS
from neraca.domain.service_times.events import ServiceTimesConfirmed
from neraca.domain.survey import SurveyClosed
from neraca.policy.numbers import half_up
from neraca.service.group_spread import decimal, node_of
from neraca.service.report_source import ReportSource

STATEMENT, FACTS = "before-after", "unit-facts"
PREDICATE = "predicate"
"""What the predicate is called among the measures: people are counted by it."""

Whom: TypeAlias = Literal["EVERYBODY", "SAME_PEOPLE", "FACT"]
_CITIZENS = FLOORS["warga"]
"""Fewest answers to a survey that are told of."""


class Numbers(Struct, frozen=True):
    """What one side comes to. Of a predicate only `people` is told, who have it; of a fact `mean` is its value, and
    `people` how many answered or were served, None where that was not recorded.
    """

    policy: str | None = None
    people: int | None = None
    lower_quartile: Decimal | None = None
    median: Decimal | None = None
    upper_quartile: Decimal | None = None
    mean: Decimal | None = None
    position: int | None = None


class BeforeAfter(Struct, frozen=True):
    """One measure of everybody, of the same people, or a fact of the unit. `change` is that of the median, of a fact
    that of its value; `one_rule` tells whether both sides were judged by the same policy. Of the same people `more`
    have a greater value after, `fewer` a smaller one, `alike` the same: told where every result may be seen.
    """

    whom: Whom
    measure: str
    before: Numbers
    after: Numbers
    change: Decimal | None
    one_rule: bool | None
    more: int | None = None
    fewer: int | None = None
    alike: int | None = None


class KnownPairs(Struct, frozen=True):
    """A row of the statement."""

    before_policy: str | None
    after_policy: str | None
    before_hash: str | None
    after_hash: str | None
    pairs: str | bytes
    before_position: int | None
    after_position: int | None


Value: TypeAlias = Micro | str
_PAIRS = msgspec.json.Decoder(list[tuple[Value | None, Value | None]])


class KnownOfUnit(Struct, frozen=True):
    position: int
    event: SurveyClosed | AchievementPublished | AchievementRevised | ServiceTimesConfirmed


_OF_UNIT = msgspec.json.Decoder(list[KnownOfUnit])


class Side(Struct, frozen=True):
    """The values of one policy in one of the periods."""

    policy: str
    hash: str
    position: int
    values: list[Value]


def asked(
    *, measure: str, before: str, after: str, unit: str | None = None, programme: str | None = None
) -> dict[str, Any]:
    """The parameters of the statement; without unit and programme, of the whole agency. Of a programme only for
    whoever may see every result: people may be in several, and the one who is in one more could be told apart.
    """
    return {
        "node": "=" if measure == PREDICATE else node_of(measure),
        "before": before,
        "after": after,
        "unit": unit,
        "programme": programme,
    }


def compared(rows: Iterable[KnownPairs], measure: str, *, everything: bool, mean: bool) -> list[BeforeAfter]:
    """By policy; nothing of fewer than five. Where not `everything` may be told, the same people are left out if those
    who are not among them could be told apart, and what single people did is not counted.
    """
    known = [(row, _PAIRS.decode(row.pairs)) for row in rows]
    before = _sides([(r.before_hash, r.before_policy, r.before_position, [b for b, _ in p]) for r, p in known])
    after = _sides([(r.after_hash, r.after_policy, r.after_position, [a for _, a in p]) for r, p in known])
    if measure == PREDICATE:
        return _predicates(before, after, everything=everything)
    found = [_everybody(measure, *sides, mean=mean) for sides in _paired(before, after)]
    for row, pairs in known:
        both = [(b, a) for b, a in pairs if isinstance(b, int) and isinstance(a, int)]
        if len(both) < FLOOR or row.before_hash is None or row.after_hash is None:
            continue
        left = (len(before[row.before_hash].values) - len(both), len(after[row.after_hash].values) - len(both))
        if everything or all(not out or out >= FLOOR for out in left):
            found.append(_same(measure, row, both, everything=everything))
    return found


def facts(rows: Iterable[tuple[str, str | bytes]], before: str, after: str) -> list[BeforeAfter]:
    """Of a unit: what surveys, service times and its own achievement came to; a side without the fact is empty."""
    found = {period: _facts(_OF_UNIT.decode(told)) for period, told in rows}
    first, then = found.get(before, {}), found.get(after, {})
    sides = {
        name: (first.get(name, Numbers()), then.get(name, Numbers())) for name in sorted(first.keys() | then.keys())
    }
    return [BeforeAfter("FACT", name, *both, _change(both[0].mean, both[1].mean), None) for name, both in sides.items()]


def before_after(
    source: ReportSource, measure: str, before: str, after: str, unit: str | None, programme: str | None
) -> list[BeforeAfter]:
    """For whoever may see every result."""
    params = asked(measure=measure, before=before, after=after, unit=unit, programme=programme)
    found = compared([KnownPairs(*row) for row in source.rows(STATEMENT, params)], measure, everything=True, mean=True)
    if unit is None:
        return found
    return found + facts([(period, told) for period, told in source.rows(FACTS, params)], before, after)


def _sides(told: Iterable[tuple[str | None, str | None, int | None, list[Value | None]]]) -> dict[str, Side]:
    found: dict[str, Side] = {}
    for hash_, policy, position, values in told:
        if hash_ is not None:
            side = found.setdefault(hash_, Side(policy or "", hash_, position or 0, []))
            side.values.extend(value for value in values if value is not None)
    return {hash_: side for hash_, side in found.items() if len(side.values) >= FLOOR}


def _paired(before: Mapping[str, Side], after: Mapping[str, Side]) -> list[tuple[Side | None, Side | None]]:
    """Those of the same policy beside each other, in whichever versions."""
    sides = (sorted(one.values(), key=lambda side: side.policy) for one in (before, after))
    first, then = ({id_: list(of) for id_, of in groupby(one, lambda side: _id(side.policy))} for one in sides)
    return [
        pair
        for id_ in sorted(first.keys() | then.keys())
        for pair in zip_longest(first.get(id_, ()), then.get(id_, ()))
    ]


def _id(policy: str) -> str:
    return PolicyRef.parsed(policy)[0]


def _everybody(measure: str, before: Side | None, after: Side | None, *, mean: bool) -> BeforeAfter:
    first, then = (
        _numbers(one.policy, one.position, one.values, mean=mean) if one else Numbers() for one in (before, after)
    )
    one_rule = before.hash == after.hash if before and after else None
    return BeforeAfter("EVERYBODY", measure, first, then, _change(first.median, then.median), one_rule)


def _same(measure: str, row: KnownPairs, both: Sequence[tuple[Micro, Micro]], *, everything: bool) -> BeforeAfter:
    before = _numbers(row.before_policy, row.before_position, [b for b, _ in both], mean=everything)
    after = _numbers(row.after_policy, row.after_position, [a for _, a in both], mean=everything)
    told = {
        "more": sum(a > b for b, a in both),
        "fewer": sum(a < b for b, a in both),
        "alike": sum(a == b for b, a in both),
    }
    return BeforeAfter(
        "SAME_PEOPLE",
        measure,
        before,
        after,
        _change(before.median, after.median),
        row.before_hash == row.after_hash,
        **(told if everything else {}),
    )


def _numbers(policy: str | None, position: int | None, told: Iterable[Value], *, mean: bool) -> Numbers:
    values = sorted(value for value in told if isinstance(value, int))
    people = len(values)
    return Numbers(
        policy=policy,
        people=people,
        lower_quartile=decimal(values[(people + 3) // 4 - 1]),
        median=decimal(half_up(values[(people + 1) // 2 - 1] + values[people // 2], 2)),
        upper_quartile=decimal(values[(3 * people + 3) // 4 - 1]),
        mean=decimal(half_up(sum(values), people)) if mean else None,
        position=position,
    )


def _predicates(before: Mapping[str, Side], after: Mapping[str, Side], *, everything: bool) -> list[BeforeAfter]:
    """How many have each; of fewer than five only where everything may be told."""
    found: list[BeforeAfter] = []
    for first, then in _paired(before, after):
        counts = [_counted(one, everything=everything) for one in (first, then)]
        for predicate in sorted(counts[0].keys() | counts[1].keys()):
            sides = [
                Numbers(policy=one.policy, people=count.get(predicate, 0), position=one.position) if one else Numbers()
                for one, count in zip((first, then), counts, strict=True)
            ]
            one_rule = first.hash == then.hash if first and then else None
            found.append(BeforeAfter("EVERYBODY", f"{PREDICATE}/{predicate}", sides[0], sides[1], None, one_rule))
    return found


def _counted(side: Side | None, *, everything: bool) -> Counter[str]:
    """Predicates that too few have are told of together, with the next where those are still too few."""
    counts = Counter(str(value) for value in (side.values if side else ()))
    if everything:
        return counts
    few = {one for one, people in counts.items() if people < FLOOR}
    for one in sorted(counts, key=lambda name: (counts[name], name)):
        if few and sum(counts[name] for name in few) < FLOOR:
            few.add(one)
    told: Counter[str] = Counter()
    for one, people in counts.items():
        told["others" if one in few else one] += people
    return told


def _facts(told: Iterable[KnownOfUnit]) -> dict[str, Numbers]:
    """By name; what is told later of the same stands in the place of what was told before."""
    found: dict[str, Numbers] = {}
    for one in told:
        match one.event:
            case SurveyClosed():
                found[f"survey/{one.event.survey}"] = _survey(one.event, one.position)
            case AchievementPublished() | AchievementRevised():
                found[f"fact/{UNIT_INDEX}"] = Numbers(mean=one.event.index, position=one.position)
            case ServiceTimesConfirmed():
                found |= {
                    f"fact/{fact.fact}": Numbers(mean=fact.number, position=one.position) for fact in one.event.facts
                }
            case _:
                assert_never(one.event)
    return {name: numbers for name, numbers in found.items() if numbers.mean is not None}


def _survey(event: SurveyClosed, position: int) -> Numbers:
    """The mean of its elements' means, on the scale of the answers, rounded half up to a millionth."""
    means = [Fraction(total) / event.counts[element] for element, total in event.sums.items() if event.counts[element]]
    answers = min(event.counts.values(), default=0)
    if not means or answers < _CITIZENS:
        return Numbers()
    mean = sum(means, Fraction()) * MICRO / len(means)
    return Numbers(people=answers, mean=decimal(half_up(mean.numerator, mean.denominator)), position=position)


def _change(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    return None if before is None or after is None else after - before
