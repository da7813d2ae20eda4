"""Whose plan of the year is wanted, since and until when; and that it is told once each that it is near, and late."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.assignments import Assignment, Exemption, Tenure
from neraca.domain.command_rules import PlanRule, TimeLimit
from neraca.domain.errors import AlreadyDone, Conflict, NotAllowed
from neraca.domain.period import parse
from neraca.domain.vocabulary import ExemptionKind
from neraca.domain.workplan import clock
from neraca.domain.workplan import commands as ask
from neraca.domain.workplan import events as happened
from neraca.domain.workplan.clock import StandingPlan, WantedPlan
from neraca.domain.workplan.state import Stage

START, JANUARY = date(2024, 1, 1), date(2025, 1, 31)
BY_LAW = PlanRule(of_year=True, by=(1, 31), late="mark")
OBSERVE = ask.ObserveWorkPlan(employee="budi", period="2025")
TOLD: Any = {"employee": "budi", "period": "2025", "since": date(2025, 1, 1), "last": JANUARY, "superior": "sri"}
NEAR = happened.PlanDeadlineReminded(**TOLD, role="pegawai")
PASSED = happened.PlanDeadlinePassed(**TOLD, role="pegawai")


def serving(since: date = START, retired: date | None = None, **more: Any) -> Tenure:
    return Tenure(since, retired, [(since, Assignment("dinkes", "sri"))], **more)


def exempt(first: date, last: date | None) -> Tenure:
    return serving(exemptions=[Exemption("SK 1", ExemptionKind.UNPAID_LEAVE, first, last)])


def approved(label: str) -> StandingPlan:
    return StandingPlan(parse(label), Stage.APPROVED)


@pytest.mark.parametrize(
    ("tenure", "plans", "day", "months", "since", "last"),
    [
        (serving(), [], date(2025, 1, 1), "2025", date(2025, 1, 1), JANUARY),
        (serving(), [], date(2025, 9, 9), "2025", date(2025, 1, 1), JANUARY),
        (serving(), [StandingPlan(parse("2025"), Stage.DRAFTING)], JANUARY, "2025", date(2025, 1, 1), JANUARY),
        # Who came within the year has a plan from that month on, and as long for it.
        (serving(date(2025, 8, 11)), [], date(2025, 8, 11), "2025-08..12", date(2025, 8, 11), date(2025, 8, 31)),
        # Who gave up a post has one of the next from the month after.
        (serving(), [approved("2025-01..05")], date(2025, 6, 2), "2025-06..12", date(2025, 6, 1), date(2025, 6, 30)),
        # Of months that are exempt from first to last none is owed.
        (
            exempt(date(2024, 9, 1), date(2025, 3, 31)),
            [],
            date(2025, 4, 1),
            "2025-04..12",
            date(2025, 4, 1),
            date(2025, 4, 30),
        ),
        # The year that has begun alone.
        (serving(), [approved("2025")], date(2026, 1, 2), "2026", date(2026, 1, 1), date(2026, 1, 31)),
    ],
)
def test_a_plan_is_wanted_from_the_first_month_that_lacks_one(tenure, plans, day, months, since, last):
    held = [one for one in plans if one.months.starts.year == day.year]

    wanted = clock.wanted(tenure, held, day)

    expected = WantedPlan(parse(months), since, submitted=False)
    assert wanted == expected
    due = clock.due(expected, BY_LAW)
    assert due is not None
    assert (due.role, due.since, due.last) == ("pegawai", since, last)


@pytest.mark.parametrize(
    ("tenure", "plans", "day"),
    [
        (None, [], JANUARY),
        (Tenure(), [], JANUARY),
        (serving(date(2025, 3, 1)), [], JANUARY),
        (serving(retired=date(2025, 1, 20)), [], JANUARY),
        (serving(state_official=True), [], JANUARY),
        (exempt(date(2025, 1, 15), None), [], JANUARY),
        (serving(breaks=[(date(2024, 6, 1), date(2025, 2, 28))]), [], JANUARY),
        (serving(), [approved("2025")], date(2025, 12, 31)),
        # What is planned to the end of May, and the next post from June on, is asked in June.
        (serving(), [approved("2025-01..05")], date(2025, 5, 31)),
    ],
)
def test_no_plan_is_wanted_of_whoever_does_not_serve_is_exempt_or_has_one(tenure, plans, day):
    assert clock.wanted(tenure, plans, day) is None


def test_what_waits_for_approval_is_for_whoever_is_above_to_answer():
    wanted = clock.wanted(serving(), [StandingPlan(parse("2025"), Stage.SUBMITTED)], JANUARY)

    assert wanted is not None
    due = clock.due(wanted, BY_LAW)
    assert due is not None
    assert due.role == "pejabat_penilai"
    for rule in (PlanRule(), PlanRule(of_year=True), PlanRule(late="mark", by=(1, 31))):
        assert clock.due(wanted, rule) is None


@pytest.fixture
def look(after, rules):
    """What looking on these days, one after the other, tells in all."""
    yearly = replace(rules, cycle="quarter", plan=BY_LAW)

    def look(*events: Any, on: list[date], **known: Any) -> list[Any]:
        news: list[Any] = []
        for day in on:
            try:
                news += after(*events, *news, when=OBSERVE, on=day, by="clock", rules=known.get("rules", yearly))
            except AlreadyDone:
                continue
        return news

    return look


def test_a_plan_that_nobody_drafted_is_told_to_come_near_and_to_be_late_each_once(look):
    days = [date(2025, 1, 23), date(2025, 1, 24), JANUARY, date(2025, 2, 1), date(2025, 2, 2), date(2025, 12, 31)]

    assert look(on=days) == [NEAR, PASSED]
    # Of two servers one whose clock is behind reminds of nothing that the other told to be over.
    assert look(on=[*reversed(days), *days]) == [PASSED]


def test_a_plan_that_is_drafted_submitted_or_approved_is_told_of_by_whose_turn_it_is(look):
    drafted = happened.WorkPlanDrafted(employee="budi", period="2025", results=[])
    submitted = happened.WorkPlanSubmitted(employee="budi", period="2025")
    approved = happened.WorkPlanApproved(employee="budi", period="2025", on=date(2025, 1, 20))
    after = [JANUARY + timedelta(days=1)]

    assert look(drafted, on=after) == [PASSED]
    assert look(drafted, submitted, on=after) == [replace(PASSED, role="pejabat_penilai")]
    assert look(drafted, submitted, approved, on=after) == []


def test_the_policy_says_how_long_before_one_is_reminded_and_whether_there_is_a_plan_of_the_year(look, rules):
    yearly = replace(rules, plan=BY_LAW, reminders=TimeLimit(2, working=False))

    assert look(on=[date(2025, 1, 28)], rules=yearly) == []
    assert look(on=[date(2025, 1, 29)], rules=yearly) == [NEAR]
    with pytest.raises(Conflict, match="has a plan for each appraisal, not for the year"):
        look(on=[JANUARY], rules=rules)


def test_nobody_but_the_clock_tells_it(after, rules):
    with pytest.raises(NotAllowed):
        after(when=OBSERVE, by="hr", rules=replace(rules, plan=BY_LAW))
