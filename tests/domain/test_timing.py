"""On which day a rule may begin: within the dates of its text, not backwards, and cutting no period unasked."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor, Draft
from neraca.domain.errors import Conflict, Invalid, TooLate
from neraca.domain.policy_register import PolicyPublished, PolicyScheduled, PolicySuperseded, SchedulePolicy
from neraca.domain.policy_register.timing import (
    in_whole_periods,
    not_backwards,
    not_mid_period,
    within_its_dates,
)
from neraca.domain.policy_register.validity import ValidityPeriod
from neraca.domain.vocabulary import PositionClass, Role

TODAY, START = date(2025, 7, 1), date(2025, 1, 1)
ONE = PolicyRef("kota-uji", 1, "1a" * 32, "1b" * 32)
TWO = PolicyRef("kota-uji", 2, "2a" * 32, "2b" * 32)
THREE = PolicyRef("kota-uji", 3, "3a" * 32, "3b" * 32)
FUNCTIONAL, SUPERVISOR = PositionClass.FUNCTIONAL, PositionClass.SUPERVISOR
DRAFT = Draft(
    policy=TWO, purpose="predicate", abstract=False, since=START, until=None, cycle="year", policy_date="period_end"
)
JOINS = replace(DRAFT, segments=True, joining=frozenset({ONE.hash}))
ALIKE = replace(JOINS, policy=replace(TWO, calc_hash=ONE.calc_hash))
RULES = [ValidityPeriod(ONE.name, ONE.hash, ONE.calc_hash, START)]
IN_PARTS = (
    "; or say in_parts (--in-parts): 2026-S1 and 2026-S2 are then appraised each by itself and joined, and whoever has "
    "2026 open is blocked until then"
)


def spans(*periods: tuple[PolicyRef, date, date | None, Any]) -> list[ValidityPeriod]:
    return [
        ValidityPeriod(ref.name, ref.hash, ref.calc_hash, since, until, classes)
        for ref, since, until, classes in periods
    ]


@pytest.mark.parametrize(
    ("until", "since", "ends", "message"),
    [
        (None, START, None, None),
        (
            None,
            date(2024, 12, 31),
            None,
            "/since: 2024-12-31 is before 2025-01-01, from which the text holds; begin then or later",
        ),
        (TODAY, START, TODAY, None),
        (TODAY, START, date(2025, 6, 30), None),
        (TODAY, START, date(2025, 7, 2), "/until: the text holds to 2025-07-01 only; end by then"),
        (TODAY, START, None, "/until: the text holds to 2025-07-01 only; end by then"),
    ],
)
def test_a_schedule_keeps_within_the_dates_of_its_text(until, since, ends, message):
    draft = replace(DRAFT, until=until)
    if message is None:
        within_its_dates(draft, since, ends)
        return
    with pytest.raises(Invalid) as refused:
        within_its_dates(draft, since, ends)
    assert (refused.value.message, refused.value.field) == (message, message.partition(":")[0])


def backwards(draft: Draft, since: date, rules: Any = RULES, today: date = TODAY, **more: Any) -> str | None:
    """The field and what is said against it; None where nothing is."""
    more = {"legal_basis": None, "classes": None, **more}
    try:
        not_backwards(draft, since, today, more["legal_basis"], more["classes"], rules)
    except TooLate as refused:
        return refused.message if refused.field == "/since" else f"not of /since: {refused.message}"
    return None


START_DECIDES = replace(DRAFT, policy_date="period_start")


@pytest.mark.parametrize(
    ("draft", "since", "judged"),
    [
        (DRAFT, date(2025, 7, 2), "2025, which began on 2025-01-01; begin on 2026-01-01"),
        (DRAFT, date(2025, 12, 31), "2025, which began on 2025-01-01; begin on 2026-01-01"),
        (DRAFT, date(2026, 1, 1), None),
        (DRAFT, date(2026, 7, 1), None),
        (replace(DRAFT, cycle="semester"), date(2025, 9, 1), "2025-S2, which began on 2025-07-01; begin on 2026-01-01"),
        (replace(DRAFT, cycle="quarter"), date(2025, 9, 1), "2025-Q3, which began on 2025-07-01; begin on 2025-10-01"),
        (replace(DRAFT, cycle="month"), date(2025, 7, 2), "2025-07, which began on 2025-07-01; begin on 2025-08-01"),
        (replace(DRAFT, cycle="month"), date(2025, 8, 1), None),
        # By the first day of a period, it judges the next one first, unless it begins with one.
        (START_DECIDES, date(2025, 7, 2), None),
        (replace(START_DECIDES, cycle="quarter"), date(2025, 7, 2), None),
        (replace(START_DECIDES, cycle="quarter"), date(2025, 10, 1), None),
        (START_DECIDES, date(2026, 1, 1), None),
        # Where it cuts the period, it judges the part that begins with it.
        (JOINS, date(2025, 10, 1), None),
        (JOINS, date(2025, 8, 1), None),
        (JOINS, date(2025, 10, 2), "2025, which began on 2025-01-01; begin on 2026-01-01"),
        (replace(JOINS, segments=False), date(2025, 10, 1), "2025, which began on 2025-01-01; begin on 2026-01-01"),
        (
            replace(JOINS, joining=frozenset()),
            date(2025, 10, 1),
            "2025, which began on 2025-01-01; begin on 2026-01-01",
        ),
        (ALIKE, date(2025, 10, 1), "2025, which began on 2025-01-01; begin on 2026-01-01"),
        (replace(JOINS, policy_date="period_start"), date(2025, 10, 1), None),
    ],
)
def test_no_rule_judges_a_period_in_which_people_work_already(draft, since, judged):
    said = f"/since: from {since} on it would judge {judged}, or name the legal basis for changing a period that runs"

    assert backwards(draft, since) == (None if judged is None else said)
    assert backwards(draft, since, legal_basis="Perwali 12/2025") is None


def test_a_period_that_begins_today_runs_already():
    monthly = replace(DRAFT, cycle="month")

    said = backwards(monthly, date(2025, 8, 2), today=date(2025, 8, 1))
    assert said is not None
    assert said.startswith("/since: from 2025-08-02 on it would judge 2025-08, which began on 2025-08-01; ")
    assert backwards(monthly, date(2025, 8, 2), today=date(2025, 7, 31)) is None


@pytest.mark.parametrize("since", [TODAY, date(2025, 6, 30), date(2020, 1, 1)])
def test_no_rule_begins_today_or_before_without_a_legal_basis(since):
    said = f"/since: {since} is not after 2025-07-01; begin later, or name the legal basis for ruling backwards"

    assert backwards(START_DECIDES, since) == said
    assert backwards(DRAFT, since, legal_basis="Perwali 12/2025") is None


def test_it_judges_a_part_only_where_all_that_rule_before_it_join():
    both = spans((ONE, START, None, (FUNCTIONAL,)), (THREE, START, None, (SUPERVISOR,)))
    october = date(2025, 10, 1)

    whole = f"/since: from {october} on it would judge 2025, which began on 2025-01-01; begin on 2026-01-01, "
    assert (backwards(JOINS, october, both) or "").startswith(whole)
    assert backwards(JOINS, october, both, classes=(FUNCTIONAL,)) is None
    assert (backwards(JOINS, october, both, classes=(SUPERVISOR,)) or "").startswith(whole)
    assert (backwards(JOINS, october, []) or "").startswith(whole), "where nothing rules before, there is no part"
    ended = spans((ONE, START, date(2025, 9, 30), None))
    assert backwards(JOINS, october, ended) is None, "what ends on the day before rules before"
    gone = spans((ONE, START, date(2025, 9, 29), None))
    assert (backwards(JOINS, october, gone) or "").startswith(whole)


JULY_2026 = date(2026, 7, 1)


def mid_period(draft: Draft, since: date, rules: Any = RULES, *, in_parts: bool = False, classes: Any = None) -> Any:
    """What it says of the cuts, or is refused with."""
    try:
        return not_mid_period(draft, since, classes, rules, in_parts=in_parts)
    except (Conflict, Invalid) as refused:
        return type(refused), refused.field, refused.message


def test_a_cut_is_asked_for_by_its_word_and_told():
    without = (
        "/since: 2026-07-01 cuts 2026, and kota-uji@1 rules from 2025-01-01 on without end. Begin on 2027-01-01, or on "
        f"2026-01-01 with the legal basis for judging all of it by this rule{IN_PARTS}"
    )

    assert mid_period(JOINS, JULY_2026) == (Conflict, "/since", without)
    assert mid_period(JOINS, JULY_2026, in_parts=True) == (
        "2026-07-01 cuts 2026: appraise 2026-S1 and 2026-S2 each by itself, then join-parts",
    )


@pytest.mark.parametrize(
    ("draft", "since"),
    [
        (DRAFT, JULY_2026),
        (replace(JOINS, segments=False), JULY_2026),
        (replace(JOINS, joining=frozenset({TWO.hash})), JULY_2026),
        (JOINS, date(2026, 7, 2)),
        (JOINS, date(2026, 1, 2)),
        (JOINS, date(2026, 12, 31)),
    ],
)
@pytest.mark.parametrize("in_parts", [True, False])
def test_no_cut_where_one_of_both_joins_no_parts_or_within_a_month(draft, since, in_parts):
    said = (
        f"/since: {since} cuts 2026, and kota-uji@1 rules from 2025-01-01 on without end. Begin on 2027-01-01, or on "
        "2026-01-01 with the legal basis for judging all of it by this rule; both rules join parts only from the first "
        "of a month, where both have period.segments"
    )

    assert mid_period(draft, since, in_parts=in_parts) == (Conflict, "/since", said)


@pytest.mark.parametrize(
    ("draft", "since", "rules"),
    [
        (JOINS, date(2026, 1, 1), RULES),
        (ALIKE, JULY_2026, RULES),
        (replace(JOINS, policy_date="period_start"), JULY_2026, RULES),
        (JOINS, JULY_2026, []),
        (JOINS, JULY_2026, spans((ONE, START, date(2026, 6, 29), None))),
        (JOINS, JULY_2026, spans((ONE, JULY_2026, None, None))),
        (JOINS, JULY_2026, spans((ONE, START, None, (SUPERVISOR,)))),
        (replace(JOINS, cycle="semester"), JULY_2026, RULES),
        (replace(JOINS, cycles={ONE.hash: "semester"}), JULY_2026, RULES),
    ],
)
def test_where_no_period_is_cut_the_word_is_refused(draft, since, rules):
    said = f"/in_parts: {since} cuts no period; leave in_parts (--in-parts) out"

    assert mid_period(draft, since, rules, classes=(FUNCTIONAL,)) == ()
    assert mid_period(draft, since, rules, classes=(FUNCTIONAL,), in_parts=True) == (Invalid, "/in_parts", said)
    in_whole_periods(draft, since, (FUNCTIONAL,), rules)


def test_each_cut_is_told_once_and_those_of_every_rule_before():
    draft = replace(JOINS, joining=frozenset({ONE.hash, THREE.hash}))
    alike = spans((ONE, START, None, (FUNCTIONAL,)), (THREE, START, None, (SUPERVISOR,)))
    year = "2026-08-01 cuts 2026: appraise 2026-01..07 and 2026-08..12 each by itself, then join-parts"
    semester = "2026-08-01 cuts 2026-S2: appraise 2026-07 and 2026-08..12 each by itself, then join-parts"
    august = date(2026, 8, 1)

    assert mid_period(draft, august, alike, in_parts=True) == (year,)
    assert mid_period(replace(draft, cycles={ONE.hash: "semester"}), august, alike, in_parts=True) == (semester, year)
    # The first is alike and cuts nothing; the second does.
    moved = replace(draft, policy=replace(TWO, calc_hash=ONE.calc_hash))
    assert mid_period(moved, august, alike, in_parts=True) == (year,)
    refused = mid_period(replace(draft, joining=frozenset({ONE.hash})), august, alike, in_parts=True)
    assert refused[:2] == (Conflict, "/since")
    assert "kota-uji@3 rules for SUPERVISOR from 2025-01-01 on without end" in refused[2]


WHOLE = (
    "/since: 2026-07-01 cuts 2026, and kota-uji@1 rules from 2025-01-01 on without end. Begin on 2026-01-01 or "
    f"2027-01-01{IN_PARTS}"
)


def test_who_schedules_without_the_word_keeps_to_whole_periods_where_both_rules_join():
    with pytest.raises(Conflict) as refused:
        in_whole_periods(JOINS, JULY_2026, None, RULES)
    assert (refused.value.message, refused.value.field) == (WHOLE, "/since")
    second = spans((THREE, START, None, (SUPERVISOR,)), (ONE, START, None, (FUNCTIONAL,)))
    with pytest.raises(Conflict, match="kota-uji@1 rules for FUNCTIONAL"):
        in_whole_periods(JOINS, JULY_2026, None, second)
    for draft, since in (
        (JOINS, date(2026, 7, 2)),
        (JOINS, date(2026, 1, 1)),
        (replace(JOINS, segments=False), JULY_2026),
        (replace(JOINS, joining=frozenset()), JULY_2026),
    ):
        in_whole_periods(draft, since, None, RULES)


def test_the_operator_says_the_word_too(after):
    ruling = (
        PolicyPublished(policy=ONE, file="k.yaml", texts={}, reason="x"),
        PolicyPublished(policy=TWO, file="k.yaml", texts={}, reason="x"),
        PolicyScheduled(policy=ONE, since=START),
    )
    operator = Actor("operator", frozenset({Role.POLICY}))
    command = SchedulePolicy(id="kota-uji", version=2, since=JULY_2026)

    with pytest.raises(Conflict) as refused:
        after(*ruling, when=command, by=operator, draft=JOINS)
    assert refused.value.message == WHOLE
    assert after(*ruling, when=replace(command, in_parts=True), by=operator, draft=JOINS) == [
        PolicySuperseded(
            policy=ONE, until=date(2026, 6, 30), reason="kota-uji version 2 rules from 2026-07-01", since=START
        ),
        PolicyScheduled(policy=TWO, since=JULY_2026),
    ]
