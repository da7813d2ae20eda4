"""What the calendar makes of an appraisal: windows open, time limits come near and pass, and each is told once."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from neraca.domain.appraisal.commands import DecideObjection, FileObjection, Finalise, ObserveDeadlines, Rate
from neraca.domain.appraisal.events import DeadlinePassed, DeadlineReminded, FeedbackGiven, WindowOpened
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.assignments import Exemption
from neraca.domain.command_rules import PlanRule, StepRule, TimeLimit
from neraca.domain.errors import AlreadyDone, NotAllowed, NotFound, Refusal
from neraca.domain.vocabulary import (
    DeadlineKind,
    ExemptionKind,
    FeedbackSource,
    FeedbackTone,
    ObjectionOutcome,
    Relation,
)

OBSERVE = ObserveDeadlines(employee="budi", period="2025")
BY_LAW = StepRule(
    "pejabat_penilai", TimeLimit(14, True), ("pegawai",), until=(1, 31), superior_within=TimeLimit(14, True)
)
END, JANUARY, SUPERIORS, AFTER = date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 20), date(2026, 2, 21)


@pytest.fixture
def by_law(rules):
    return replace(rules, steps={"nilai": BY_LAW}, plan=PlanRule(by=(1, 31), late="mark"))


@pytest.fixture
def look(after, by_law):
    """What looking on these days, one after the other, tells in all."""

    def look(*events: Any, on: list[date], rules: Any = by_law) -> list[Any]:
        news: list[Any] = []
        for day in on:
            try:
                news += after(*events, *news, when=OBSERVE, on=day, by="clock", rules=rules)
            except AlreadyDone:
                continue
        return news

    return look


def test_a_year_is_observed_from_its_plan_to_its_silent_appraiser(look, past):
    days = [date(2025, 1, 23), date(2025, 1, 24), JANUARY.replace(year=2025), date(2025, 2, 1), date(2025, 2, 2)]

    assert look(*past.opened, on=days) == [
        DeadlineReminded(kind=DeadlineKind.PLAN, role="pegawai", since=date(2025, 1, 1), last=date(2025, 1, 31)),
        DeadlinePassed(kind=DeadlineKind.PLAN, role="pegawai", since=date(2025, 1, 1), last=date(2025, 1, 31)),
    ]
    days = [date(2025, 12, 20), date(2025, 12, 21), date(2026, 1, 24), JANUARY, date(2026, 2, 1), SUPERIORS]
    silent = {"kind": DeadlineKind.EVALUATION, "role": "pejabat_penilai", "since": END, "last": JANUARY}
    superiors = {"kind": DeadlineKind.EVALUATION_BY_SUPERIOR, "role": "atasan_pejabat_penilai", "since": JANUARY}
    assert look(*past.running, on=[*days, AFTER]) == [
        WindowOpened(first=date(2025, 12, 21), last=JANUARY),
        DeadlineReminded(**silent),
        DeadlinePassed(**silent),
        DeadlineReminded(**superiors, last=SUPERIORS),
        DeadlinePassed(**superiors, last=SUPERIORS),
    ]


@pytest.mark.parametrize(
    ("before", "first"),
    [
        (TimeLimit(7, working=False), date(2026, 1, 24)),
        (TimeLimit(3, working=False), date(2026, 1, 28)),
        # Of Saturday 31 January the five working days are those of that week, and Sunday is before them.
        (TimeLimit(5, working=True), date(2026, 1, 25)),
        # Longer than the window itself: from its first day on.
        (TimeLimit(90, working=False), END),
    ],
)
def test_one_is_reminded_as_long_before_the_last_day_as_the_policy_says(after, past, by_law, before, first):
    known: dict[str, Any] = {"when": OBSERVE, "by": "clock", "rules": replace(by_law, reminders=before)}
    opened = WindowOpened(first=date(2025, 12, 21), last=JANUARY)
    silent = DeadlineReminded(kind=DeadlineKind.EVALUATION, role="pejabat_penilai", since=END, last=JANUARY)

    with pytest.raises(AlreadyDone):
        after(*past.running, opened, on=first - timedelta(days=1), **known)
    assert after(*past.running, opened, on=first, **known) == [silent]


def test_who_objects_in_time_is_reminded_of_nothing_more_and_the_decision_is_due(look, past):
    filed, due = date(2026, 1, 20), date(2026, 1, 29)
    owed = {"kind": DeadlineKind.DECISION, "role": "atasan_pejabat_penilai", "since": filed, "last": due}

    assert look(*past.objected, on=[filed, date(2026, 1, 21), due, date(2026, 1, 30), date(2026, 3, 1)]) == [
        DeadlineReminded(**owed),
        DeadlinePassed(**owed),
    ]


@pytest.mark.parametrize("days", [*permutations((date(2025, 12, 21), date(2026, 1, 24), date(2026, 2, 1), AFTER))])
def test_in_whatever_order_one_looks_and_however_often_each_is_told_once(look, past, days):
    """And what came near or opened only to who looked before one that found it over."""
    news = look(*past.running, on=[*days, *days])

    in_time = days[: next(at for at, day in enumerate(days) if day > JANUARY)]
    told = sorted((type(one).__name__, getattr(one, "kind", "")) for one in news)
    assert told == [
        *[("DeadlinePassed", DeadlineKind.EVALUATION), ("DeadlinePassed", DeadlineKind.EVALUATION_BY_SUPERIOR)],
        *[("DeadlineReminded", DeadlineKind.EVALUATION)] * (date(2026, 1, 24) in in_time),
        *[("WindowOpened", "")] * bool(in_time),
    ]


def test_who_looks_at_a_former_day_reminds_of_nothing_that_passed(look, past):
    """As a server does whose clock is behind another's, or `neraca tick --at` for a day before."""
    silent = look(*past.running, on=[date(2026, 2, 1)])
    assert [(type(one), one.kind) for one in silent] == [(DeadlinePassed, DeadlineKind.EVALUATION)]

    assert look(*past.running, *silent, on=[date(2025, 12, 21), date(2026, 1, 24), JANUARY]) == []


def test_only_the_clock_looks_and_only_at_what_was_opened(after, past, by_law):
    with pytest.raises(NotAllowed, match="observe-deadlines needs the role clock"):
        after(*past.running, when=OBSERVE, by="hr", rules=by_law)
    with pytest.raises(NotFound, match="no such appraisal"):
        after(when=OBSERVE, by="clock", rules=by_law)


TICKS = st.lists(st.tuples(st.integers(0, 9), st.dates(date(2025, 1, 1), date(2026, 6, 30))), max_size=8)
LATER: Any = [
    (Rate(employee="budi", period="2025", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)}), "sri"),
    (Rate(employee="budi", period="2025", relation=Relation.SUPERVISOR, scores={"layanan": Decimal(4)}), "agus"),
    (FileObjection(employee="budi", period="2025", grounds="Bukti Mei tidak dihitung"), "budi"),
    (DecideObjection(employee="budi", period="2025", outcome=ObjectionOutcome.UPHELD, reason="x"), "agus"),
    (Finalise(employee="budi", period="2025"), "sri"),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.sampled_from(("submitted", "running", "rated", "received", "objected")),
    TICKS,
    st.sampled_from(LATER),
    st.dates(date(2026, 1, 1), date(2026, 6, 30)),
)
def test_however_often_and_late_one_looks_nobody_may_more_or_less(after, past, by_law, scored, story, ticks, later, on):
    """Looks anywhere in the story, and twice each: all that may be done after it is what may be done without them."""
    events: list[Any] = list(getattr(past, story))
    watched = list(events)
    for place, day in [*ticks, *ticks]:
        at = 1 + place % len(watched)
        try:
            watched[at:at] = after(*watched[:at], when=OBSERVE, on=day, by="clock", rules=by_law)
        except AlreadyDone:
            continue
    command, by = later

    def outcome(happened: list[Any]) -> Any:
        try:
            return after(*happened, when=command, on=on, by=by, rules=by_law, scored=scored)
        except Refusal as refused:
            return refused.message

    assert outcome(watched) == outcome(events)
    bare, seen = folded(*events), folded(*watched)
    seen.told = set()
    assert seen == bare


def folded(*events: Any) -> Appraisal:
    state = Appraisal()
    for event in events:
        state = evolve(state, event)
    return state


def test_who_lets_feedback_pass_is_told_once_and_then_of_the_next(look, past, by_law):
    said = FeedbackGiven(
        feedback="1",
        giver="sri",
        source=FeedbackSource.LEADER,
        tone=FeedbackTone.CONSTRUCTIVE,
        words="x",
        on=date(2025, 4, 9),
    )
    by_quarter = replace(by_law, feedback="quarterly")
    first = {
        "kind": DeadlineKind.FEEDBACK,
        "role": "pejabat_penilai",
        "since": date(2025, 1, 1),
        "last": date(2025, 3, 31),
    }
    days = [date(2025, 3, 23), date(2025, 3, 24), date(2025, 3, 31), date(2025, 4, 1), date(2025, 7, 1)]

    assert look(*past.running, on=days, rules=by_quarter) == [DeadlineReminded(**first), DeadlinePassed(**first)]
    third = {**first, "since": date(2025, 7, 1), "last": date(2025, 9, 30)}
    assert look(*past.running, said, on=[*days, date(2025, 9, 23)], rules=by_quarter) == [DeadlineReminded(**third)]


def test_who_is_exempt_on_the_day_is_told_of_no_plan_and_owed_no_feedback(after, past, by_law, placed):
    away = Exemption("SK 1", ExemptionKind.UNPAID_LEAVE, date(2025, 1, 20), date(2025, 2, 28))
    people = {"budi": replace(placed("dinkes", "sri"), exemptions=[away])}
    known: dict[str, Any] = {
        "when": OBSERVE,
        "by": "clock",
        "rules": replace(by_law, feedback="monthly"),
        "people": people,
    }

    for day in (date(2025, 1, 24), date(2025, 2, 28)):
        with pytest.raises(AlreadyDone):
            after(*past.opened, on=day, **known)
    assert [(type(one), one.kind) for one in after(*past.opened, on=date(2025, 3, 1), **known)] == [
        (DeadlinePassed, DeadlineKind.PLAN),
        (DeadlinePassed, DeadlineKind.FEEDBACK),
    ]
