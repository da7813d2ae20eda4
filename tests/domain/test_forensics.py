"""How people judge, beside chance: exact, and only where there is enough of it to say anything."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neraca.domain.forensics.chance import tail
from neraca.domain.forensics.comparison import beside
from neraca.domain.forensics.findings import Answered, Finding, JudgedCase, findings, said, words
from neraca.domain.forensics.reciprocity import RatingGiven, reciprocal
from neraca.domain.vocabulary import FindingKind

START = datetime(2026, 1, 12, 2, tzinfo=UTC)
DAYS = [START + timedelta(days=n) for n in range(40)]


def case(n: int, judge: str = "sri", **more: Any) -> JudgedCase:
    """Judged on a day of its own, like nobody else; `own` and `others` are shares of the scale by indicator."""
    beside_ = beside(more.pop("own", {}), more.pop("others", {}))
    told: dict[str, Any] = {"at": DAYS[n % 40], "position": 100 + n, "mark": f"{judge}{n}"} | more
    told |= {"elements": beside_.elements, "alike": beside_.alike, "mean": beside_.mean, "shift": beside_.shift}
    return JudgedCase(employee=f"p{n:02}", judge=judge, **told)


def shares(*values: int) -> dict[str, Fraction]:
    return {f"i{n}": Fraction(value, 100) for n, value in enumerate(values)}


def of(found: list[Finding], judge: str = "sri") -> list[Finding]:
    return [one for one in found if one.judge == judge]


@given(st.integers(0, 8), st.integers(0, 9), st.fractions(0, 1, max_denominator=7))
def test_a_tail_is_the_sum_over_everything_that_may_happen(cases: int, found: int, p: Fraction) -> None:
    brute = Fraction(0)
    for ways in product((True, False), repeat=cases):
        if sum(ways) >= found:
            one = Fraction(1)
            for way in ways:
                one *= p if way else 1 - p
            brute += one

    assert tail(cases, found, p) == brute


def test_who_gives_all_more_than_others_is_told_beside_chance() -> None:
    """8 of 8 above comes once in 256 times; 20 per cent of the scale on the mean."""
    own = [case(n, own=shares(90, 80), others=shares(70, 60)) for n in range(8)]

    (found,) = findings(own)

    assert (found.kind, found.cases, found.found, found.measure) == (FindingKind.LENIENCY, 8, 8, Decimal(20))
    assert (found.expected, found.chance) == (Decimal(4), Decimal("0.003906"))
    assert [one.position for one in found.of] == list(range(100, 108))
    assert words(found) == (
        "sri gave 8 of 8 people above what others gave the same people, 20 per cent of the scale on the mean; chance "
        "alone gives 4, and as much or more once in 256 times"
    )
    severe = [case(n, own=shares(50, 40), others=shares(70, 60)) for n in range(8)]
    assert [(one.kind, one.measure) for one in findings(severe)] == [(FindingKind.SEVERITY, Decimal(-20))]


@pytest.mark.parametrize(
    "own",
    [
        [case(n, own=shares(90), others=shares(70)) for n in range(6)],  # 1 in 64 is no rarity
        [case(n, own=shares(75), others=shares(70)) for n in range(12)],  # half of the margin
        [case(n, own=shares(90), others=shares(90)) for n in range(12)],  # ties are no case
        [case(n, own={"a": Fraction(1)}, others={"b": Fraction(0)}) for n in range(12)],  # nothing to compare
    ],
)
def test_little_few_or_nothing_to_compare_is_no_finding(own: list[JudgedCase]) -> None:
    assert findings(own) == []


def test_everybody_alike_is_a_finding_where_others_are_not() -> None:
    """Six of one mark out of 26 of whom 6 have it: one way in 230,230."""
    own = [case(n, mark="baik, 3") for n in range(6)]
    others = [case(n, "tono") for n in range(10, 30)]

    (found,) = findings([*own, *others])

    assert (found.kind, found.cases, found.chance) == (FindingKind.NO_SPREAD, 6, said(Fraction(1, comb(26, 6))))
    assert words(found).endswith("once in 250,000 times")
    everybody = [case(n, judge, mark="baik") for n, judge in enumerate(["sri"] * 6 + ["tono"] * 20)]
    assert findings(everybody) == []


def test_one_value_in_all_elements_is_told_beside_how_often_others_give_that() -> None:
    halo = [case(n, own=shares(80, 80, 80)) for n in range(6)]
    spread = [case(n, "tono", own=shares(70, 80, 90)) for n in range(10, 30)]

    (found,) = findings([*halo, *spread])

    assert (found.kind, found.found, found.cases) == (FindingKind.HALO, 6, 6)
    assert found.expected == said(Fraction(6, 22))
    assert findings([*halo, *[case(n, "tono", own=shares(60, 60, 60)) for n in range(10, 30)]]) == []


def test_many_within_minutes_are_told_with_when() -> None:
    at_once = [case(n, at=START + timedelta(seconds=20 * n)) for n in range(12)]
    others = [case(n, "tono") for n in range(12, 35)]

    (found,) = findings([*at_once, *others])

    assert (found.kind, found.found, found.cases) == (FindingKind.BULK_JUDGEMENT, 12, 12)
    assert (found.since, found.until) == (START, START + timedelta(seconds=220))
    assert found.chance == 0
    assert words(found).endswith("less than once in a million times")
    slower = [case(n, at=START + timedelta(minutes=2 * n)) for n in range(12)]
    assert findings([*slower, *others]) == []


def test_final_while_reports_had_no_answer_is_told_beside_the_others() -> None:
    unread = [case(n, reports=9, unread=2) for n in range(6)]
    read = [case(n, "tono", reports=9) for n in range(10, 30)]

    (found,) = findings([*unread, *read])

    assert (found.kind, found.found, found.cases) == (FindingKind.UNREAD_REPORTS, 6, 6)
    assert findings([*unread, *[case(n, "tono", reports=9, unread=1) for n in range(10, 30)]]) == []


def test_judging_by_the_last_days_is_told_by_pairs_in_which_the_two_differ() -> None:
    """Those who reported most late reported least in all: 15 pairs, and judgement goes with the last days in each."""
    own = [case(n, own=shares(50 + 5 * n, 90), reports=100 - 10 * n, late=n) for n in range(6)]

    (found,) = findings(own)

    assert (found.kind, found.cases, found.found, found.expected) == (FindingKind.RECENCY, 15, 15, Decimal("7.5"))
    assert len(found.of) == 6
    whole = [case(n, own=shares(50 + 5 * n, 90), reports=10 + 10 * n, late=6 - n) for n in range(6)]
    assert findings(whole) == []


def test_answers_at_once_are_told_with_their_events_and_how_many_more_there_are() -> None:
    month = Answered("sri", "2026-03", 60, 40, START, START + timedelta(minutes=4), [500, 590, 591])

    (found,) = findings([], [month])

    assert (found.kind, found.cases, found.found, found.events) == (FindingKind.BULK_ANSWERS, 60, 40, (500, 590, 591))
    assert found.further == 37
    assert findings([], [Answered("sri", "2026-03", 29, 29, START, START, [1, 29])]) == []


def rated(rater: str, employee: str, value: int, position: int = 1, *, hidden: bool = True) -> RatingGiven:
    return RatingGiven(rater, employee, Fraction(value, 100), hidden, position)


def test_a_pair_who_rate_each_other_above_all_others_is_a_finding() -> None:
    others = [rated(who, whom, 60) for who in ("cici", "dedi") for whom in ("ani", "budi")]
    pair = [rated("ani", "budi", 90, 7), rated("budi", "ani", 80, 8)]

    (found,) = reciprocal([*others, *pair])

    assert (found.judge, found.other, found.measure, found.events) == ("ani", "budi", Decimal(20), (7, 8))
    assert (found.chance, found.anonymous) == (said(Fraction(1, 9)), True)
    assert reciprocal([*others[:1], *pair]) == []  # too few others to be above
    assert reciprocal([*others, pair[0], rated("budi", "ani", 70)]) == []


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 4), st.integers(0, 4), st.integers(0, 9))))
def test_findings_depend_on_no_order_and_every_chance_is_one(rows: list[tuple[str, int, int, int]]) -> None:
    cases = [
        case(n, judge, own=shares(10 * a, 10 * b, 50), others=shares(50, 50), reports=r, late=r // 2, mark=str(a))
        for n, (judge, a, b, r) in enumerate(rows)
    ]

    found = findings(cases)

    assert found == findings(reversed(cases))
    assert all(0 <= one.chance <= Decimal("0.01") and one.found <= one.cases for one in found)
