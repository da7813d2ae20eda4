"""Who rules when: the days of each version, for whom, and what superseding and taking back makes of them."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.command_rules import PolicyRef
from neraca.domain.errors import NotOneInForce
from neraca.domain.period import parse
from neraca.domain.policy_register import validity
from neraca.domain.policy_register.events import (
    PolicyScheduled,
    PolicyScheduleWithdrawn,
    PolicySuperseded,
    RestoredSpan,
)
from neraca.domain.policy_register.validity import EVERYBODY, ValidityPeriod, members
from neraca.domain.vocabulary import PositionClass

ONE = PolicyRef("kota-uji", 1, "1a" * 32, "1b" * 32)
TWO = PolicyRef("kota-uji", 2, "2a" * 32, "2b" * 32)
THREE = PolicyRef("kota-uji", 3, "3a" * 32, "3b" * 32)
START, JUNE_30, JULY, OCTOBER = date(2025, 1, 1), date(2025, 6, 30), date(2025, 7, 1), date(2025, 10, 1)
FUNCTIONAL, SUPERVISOR, OPERATIONAL = PositionClass.FUNCTIONAL, PositionClass.SUPERVISOR, PositionClass.OPERATIONAL


def span(ref: PolicyRef, since: date, until: date | None = None, *classes: PositionClass) -> ValidityPeriod:
    return ValidityPeriod(ref.name, ref.hash, ref.calc_hash, since, until, classes or None)


def superseded(ref: PolicyRef, until: date, since: date | None = None, *classes: PositionClass) -> PolicySuperseded:
    return PolicySuperseded(policy=ref, until=until, reason="x", since=since, classes=classes or None)


HALF = span(ONE, START, JUNE_30)
OPEN = span(ONE, START)


def test_a_span_names_the_version_that_it_was_scheduled_by():
    assert span(TWO, START).ref == TWO
    with pytest.raises(ValueError, match=r"^kota-uji has no version$"):
        _ = replace(OPEN, policy="kota-uji").ref


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (START, JUNE_30, {START: True, date(2025, 3, 3): True, JUNE_30: True, JULY: False, date(2024, 12, 31): False}),
        (START, None, {START: True, JULY: True, date(2099, 1, 1): True, date(2024, 12, 31): False}),
        (START, START, {START: True, date(2025, 1, 2): False}),
    ],
)
def test_a_span_holds_its_first_and_last_day_and_what_lies_between(since, until, days):
    assert {day: span(ONE, since, until).holds(day) for day in days} == days


@pytest.mark.parametrize(
    ("since", "until", "half", "without_end"),
    [
        (date(2024, 1, 1), date(2024, 12, 31), False, False),
        (date(2024, 1, 1), START, True, True),
        (date(2024, 1, 1), None, True, True),
        (date(2025, 3, 1), date(2025, 3, 31), True, True),
        (JUNE_30, None, True, True),
        (JUNE_30, JULY, True, True),
        (JULY, None, False, True),
        (JULY, date(2025, 8, 1), False, True),
    ],
)
def test_spans_meet_where_they_share_a_day(since, until, half, without_end):
    assert (HALF.meets(since, until), OPEN.meets(since, until)) == (half, without_end)


def test_a_span_in_words():
    assert [each.words() for each in (OPEN, HALF, span(TWO, JULY, None, SUPERVISOR, FUNCTIONAL))] == [
        "kota-uji@1 rules from 2025-01-01 on without end",
        "kota-uji@1 rules from 2025-01-01 to 2025-06-30",
        "kota-uji@2 rules for SUPERVISOR, FUNCTIONAL from 2025-07-01 on without end",
    ]


def test_classes_are_written_in_one_order_and_all_of_them_as_none():
    assert validity.written(EVERYBODY) is None
    assert validity.written(frozenset({FUNCTIONAL, SUPERVISOR})) == (SUPERVISOR, FUNCTIONAL)
    assert validity.written(members(None) - {FUNCTIONAL}) == tuple(one for one in PositionClass if one != FUNCTIONAL)
    assert members((FUNCTIONAL,)) == {FUNCTIONAL}
    assert members(None) == frozenset(PositionClass)


def test_what_is_scheduled_stands_behind_what_was():
    event = PolicyScheduled(policy=TWO, since=JULY, until=OCTOBER, classes=(FUNCTIONAL,), legal_basis="Perwali")

    assert validity.schedule([HALF], event) == [HALF, span(TWO, JULY, OCTOBER, FUNCTIONAL)]


OTHERS = tuple(one for one in PositionClass if one is not FUNCTIONAL)


@pytest.mark.parametrize(
    ("event", "left", "taken"),
    [
        pytest.param(superseded(ONE, JUNE_30), [HALF], [OPEN], id="the open-ended one where no first day is named"),
        pytest.param(superseded(ONE, JUNE_30, START), [HALF], [OPEN], id="the one of that first day"),
        pytest.param(superseded(ONE, START, START), [span(ONE, START, START)], [OPEN], id="to its first day"),
        pytest.param(superseded(ONE, date(2024, 12, 31), START), [], [OPEN], id="one that never ruled is left out"),
        pytest.param(superseded(ONE, JUNE_30, JULY), [OPEN], [], id="another first day"),
        pytest.param(superseded(TWO, JUNE_30, START), [OPEN], [], id="another version"),
        pytest.param(
            superseded(ONE, JUNE_30, START, FUNCTIONAL),
            [span(ONE, START, None, *OTHERS), span(ONE, START, JUNE_30, FUNCTIONAL)],
            [span(ONE, START, None, FUNCTIONAL)],
            id="for some classes only it is split",
        ),
        pytest.param(
            superseded(ONE, date(2024, 12, 31), START, FUNCTIONAL),
            [span(ONE, START, None, *OTHERS)],
            [span(ONE, START, None, FUNCTIONAL)],
            id="some classes it never ruled",
        ),
    ],
)
def test_superseding_ends_a_span_for_those_it_names(event, left, taken):
    other = span(THREE, date(2020, 1, 1), date(2020, 12, 31))

    assert validity.supersede([other, OPEN], event) == [other, *left]
    assert validity.shortened([other, OPEN], event) == taken


@pytest.mark.parametrize(
    ("until", "moves"), [(date(2025, 6, 29), True), (JUNE_30, False), (JULY, False), (date(2099, 1, 1), False)]
)
def test_what_has_an_end_is_only_made_shorter(until, moves):
    event = superseded(ONE, until, START)

    assert validity.supersede([HALF], event) == [replace(HALF, until=until) if moves else HALF]
    assert validity.shortened([HALF], event) == ([HALF] if moves else [])


def test_without_a_first_day_what_has_an_end_stays():
    event = superseded(ONE, date(2025, 3, 31))

    assert validity.supersede([HALF], event) == [HALF]
    assert validity.shortened([HALF], event) == []


def test_of_other_classes_nothing_ends():
    ruling = span(ONE, START, None, FUNCTIONAL)
    event = superseded(ONE, JUNE_30, START, SUPERVISOR)

    assert validity.supersede([ruling], event) == [ruling]
    assert validity.shortened([ruling], event) == []


def withdrawn(*restored: RestoredSpan, since: date = JULY, classes: Any = None) -> PolicyScheduleWithdrawn:
    return PolicyScheduleWithdrawn(policy=TWO, since=since, reason="x", classes=classes, restored=restored)


def test_taken_back_a_span_is_gone_and_what_it_had_shortened_is_whole():
    rules = [HALF, span(TWO, JULY)]

    assert validity.withdraw(rules, withdrawn()) == [HALF]
    assert validity.withdraw(rules, withdrawn(RestoredSpan(ONE, START))) == [OPEN]
    assert validity.withdraw(rules, withdrawn(RestoredSpan(ONE, START, OCTOBER))) == [span(ONE, START, OCTOBER)]
    assert validity.withdraw(rules, withdrawn(since=OCTOBER)) == rules
    assert validity.withdraw(rules, withdrawn(classes=(FUNCTIONAL,))) == rules


def test_classes_that_were_taken_out_of_a_span_join_it_again():
    taken = RestoredSpan(ONE, START, None, (FUNCTIONAL,))
    rest, ended, new = (
        span(ONE, START, None, *OTHERS),
        span(ONE, START, JUNE_30, FUNCTIONAL),
        span(TWO, JULY, None, FUNCTIONAL),
    )
    other = span(THREE, date(2020, 1, 1), date(2020, 12, 31))

    assert validity.withdraw([other, rest, ended, new], withdrawn(taken, classes=(FUNCTIONAL,))) == [other, OPEN]
    some = span(ONE, START, None, SUPERVISOR)
    assert validity.withdraw([some, ended, new], withdrawn(taken, classes=(FUNCTIONAL,))) == [
        span(ONE, START, None, SUPERVISOR, FUNCTIONAL)
    ]
    until = span(ONE, START, OCTOBER, *OTHERS)
    assert validity.withdraw([until, ended, new], withdrawn(taken, classes=(FUNCTIONAL,))) == [
        until,
        span(ONE, START, None, FUNCTIONAL),
    ]


def test_one_of_two_that_rule_a_class_on_a_day_is_no_answer():
    twice = [OPEN, span(TWO, START, None, FUNCTIONAL)]

    assert validity.in_force(twice, START, SUPERVISOR) == OPEN
    with pytest.raises(NotOneInForce) as refused:
        validity.in_force(twice, START, FUNCTIONAL)
    assert refused.value.message == (
        "more than one policy is in force for FUNCTIONAL on 2025-01-01: kota-uji@1 rules from 2025-01-01 on without "
        "end; kota-uji@2 rules for FUNCTIONAL from 2025-01-01 on without end"
    )


def test_for_an_unknown_class_what_rules_all_of_them_rules():
    parted = [span(ONE, START, None, *OTHERS), span(ONE, START, None, FUNCTIONAL)]

    assert validity.in_force(parted, START) == parted[0]
    assert validity.in_force([span(TWO, JULY), OPEN], START) == OPEN
    assert validity.in_force([], START) is None


def test_whom_no_policy_rules_is_told():
    some = [span(ONE, START, None, FUNCTIONAL)]

    with pytest.raises(NotOneInForce) as refused:
        validity.require_in_force(iter(some), START, SUPERVISOR)
    assert refused.value.message == (
        "no policy is in force for SUPERVISOR on 2025-01-01: kota-uji@1 rules for FUNCTIONAL from 2025-01-01 on "
        "without end"
    )
    assert validity.require_in_force(iter(some), START, FUNCTIONAL) == some[0]


YEAR = parse("2025")
JOINED = span(ONE, START, JUNE_30), span(TWO, JULY)


def parts(spans: Any, *, joins: Any = lambda _: True, period: Any = YEAR) -> list[str]:
    return [part.label for part in validity.parts(iter(spans), period, None, joins)]


def test_a_rule_that_begins_within_a_period_cuts_it_into_parts():
    third = (span(ONE, START, JUNE_30), span(TWO, JULY, date(2025, 9, 30)), span(THREE, OCTOBER))

    assert parts(JOINED) == ["2025-S1", "2025-S2"]
    assert parts(third) == ["2025-S1", "2025-Q3", "2025-Q4"]
    assert parts(reversed(third)) == ["2025-S1", "2025-Q3", "2025-Q4"]


@pytest.mark.parametrize(
    "since",
    [date(2024, 12, 1), START, date(2026, 1, 1)],
)
def test_one_that_begins_on_the_first_day_or_outside_cuts_nothing(since):
    before = span(ONE, date(2020, 1, 1), date.fromordinal(since.toordinal() - 1))

    assert parts([before, span(TWO, since)]) == ["2025"]


def test_one_that_begins_in_the_last_month_cuts_it_off():
    december = date(2025, 12, 1)

    assert parts([span(ONE, START, date(2025, 11, 30)), span(TWO, december)]) == ["2025-01..11", "2025-12"]
    year_end = date(2025, 12, 31)
    assert parts([span(ONE, START, date(2025, 12, 30)), span(TWO, year_end)]) == ["2025"]


def test_where_a_rule_joins_no_parts_or_begins_within_a_month_the_last_rules_all():
    assert parts(JOINED, joins=lambda rule: rule.policy != "kota-uji@1") == ["2025"]
    assert parts(JOINED, joins=lambda rule: rule.policy != "kota-uji@2") == ["2025"]
    assert parts([span(ONE, START, JULY), span(TWO, date(2025, 7, 2))]) == ["2025"]
    cut_then_not = [span(ONE, START, JUNE_30), span(TWO, JULY, OCTOBER), span(THREE, date(2025, 10, 2))]
    assert parts(cut_then_not) == ["2025"]


def test_one_that_begins_on_the_last_day_judges_all_of_it():
    rules = [*JOINED[:1], span(TWO, JULY, date(2025, 12, 30)), span(THREE, date(2025, 12, 31))]

    assert parts(rules) == ["2025"]


def test_what_moves_no_digit_cuts_nothing_and_what_follows_still_does():
    alike = replace(span(TWO, date(2025, 4, 1), JUNE_30), calc_hash=ONE.calc_hash)

    assert parts([span(ONE, START, date(2025, 3, 31)), alike, span(THREE, JULY)]) == ["2025-S1", "2025-S2"]


def test_where_nothing_ruled_before_or_after_nothing_is_cut_and_what_follows_still_is():
    assert parts([span(ONE, date(2025, 4, 1))]) == ["2025"]
    late = [span(ONE, date(2025, 4, 1), JUNE_30), span(TWO, JULY)]
    assert parts(late) == ["2025-S1", "2025-S2"]


def test_a_period_that_is_cut_is_refused_with_the_parts_to_appraise():
    with pytest.raises(NotOneInForce) as refused:
        validity.require_unsplit(JOINED, YEAR, None, lambda _: True)
    assert refused.value.message == ("another rule begins within 2025: appraise 2025-S1, 2025-S2, then join-parts")
    validity.require_unsplit(JOINED, YEAR, None, lambda _: False)
    validity.require_unsplit(JOINED, parse("2025-S2"), None, lambda _: True)


def test_classes_are_cut_by_the_rules_of_their_own():
    rules = [span(ONE, START, None, *OTHERS), span(ONE, START, JUNE_30, FUNCTIONAL), span(TWO, JULY, None, FUNCTIONAL)]

    for position_class, labels in ((FUNCTIONAL, ["2025-S1", "2025-S2"]), (OPERATIONAL, ["2025"])):
        found = validity.parts(rules, YEAR, position_class, lambda _: True)
        assert [part.label for part in found] == labels


def test_where_a_class_is_ruled_no_longer_a_rule_for_others_cuts_nothing():
    rules = [span(ONE, START, JUNE_30, SUPERVISOR), span(TWO, JULY, None, FUNCTIONAL)]

    found = validity.parts(rules, YEAR, SUPERVISOR, lambda _: True)
    assert [part.label for part in found] == ["2025"]


def test_only_what_rules_on_the_day_before_is_cut_off():
    """Between the two nothing ruled for a day; and what ruled the year before has no say in this one."""
    gap = [span(ONE, START, date(2025, 6, 29)), span(TWO, JULY)]
    last_year = span(THREE, date(2020, 1, 1), date(2024, 12, 31))

    assert parts(gap) == ["2025"]
    assert parts([last_year, *JOINED], joins=lambda rule: rule.policy != "kota-uji@3") == ["2025-S1", "2025-S2"]
