"""What runs, told without policy or calendar, has the last days that the functions of the limits themselves say."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal import clocks, deadlines
from neraca.domain.appraisal.clocks import Clock
from neraca.domain.appraisal.deadlines import Deadline
from neraca.domain.appraisal.events import (
    Cancelled,
    DocumentDelivered,
    DocumentIssued,
    DocumentReceived,
    DocumentRefused,
    DocumentReported,
    DocumentReturned,
    FeedbackGiven,
    FeedbackWithdrawn,
    Joined,
    ObjectionDecided,
    Reassigned,
)
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.command_rules import PlanRule, PolicyRef, StepRule, TimeLimit
from neraca.domain.period import parse
from neraca.domain.vocabulary import DeadlineKind, DocumentForm, FeedbackSource, FeedbackTone, ObjectionOutcome

BY_LAW = StepRule(
    "pejabat_penilai", TimeLimit(14, True), ("pegawai",), until=(1, 31), superior_within=TimeLimit(14, True)
)
ISSUED = DocumentIssued(
    on=date(2026, 1, 8),
    by="sri",
    form=DocumentForm.ANNUAL,
    number="DEK-T/000041/UJI/2026",
    code="3LUE-F3DQ-EJDM-PABH",
    template="evaluation-document/1",
    sha256="dd" * 32,
    result=41,
    position=41,
    policy=PolicyRef("kota-uji", 1, "aa" * 32, "bb" * 32),
    agency="Kota Uji",
    units={"dinkes": "Dinas Kesehatan"},
    deliver_by=date(2026, 1, 29),
    digest="ee" * 32,
)
DELIVERED = DocumentDelivered(on=date(2026, 1, 9), return_by=date(2026, 1, 30))
FUNCTIONS: Any = {
    DeadlineKind.EVALUATION: deadlines.evaluation,
    DeadlineKind.EVALUATION_BY_SUPERIOR: deadlines.evaluation_by_superior,
    DeadlineKind.REPORT: deadlines.report,
    DeadlineKind.OBJECTION: deadlines.objection,
    DeadlineKind.DECISION: deadlines.decision,
}
EVALUATION = {DeadlineKind.EVALUATION, DeadlineKind.EVALUATION_BY_SUPERIOR}


def folded(*events: Any) -> Appraisal:
    state = Appraisal()
    for event in events:
        state = evolve(state, event)
    return state


@pytest.fixture
def by_law(rules):
    return replace(rules, steps={"nilai": BY_LAW}, plan=PlanRule(by=(1, 31), late="mark"))


STORIES: Any = [
    ("opened", (), {DeadlineKind.PLAN, *EVALUATION}),
    ("submitted", (), {DeadlineKind.PLAN, *EVALUATION}),
    ("running", (), EVALUATION),
    ("final", (ISSUED,), {DeadlineKind.DELIVERY, DeadlineKind.REPORT}),
    ("final", (ISSUED, DELIVERED), {DeadlineKind.RETURN, DeadlineKind.REPORT, DeadlineKind.OBJECTION}),
    (
        "final",
        (ISSUED, DELIVERED, DocumentReceived(on=date(2026, 1, 12))),
        {DeadlineKind.RETURN, DeadlineKind.REPORT, DeadlineKind.OBJECTION},
    ),
    # Received long after it was to be signed: the limit is that of the delivery.
    (
        "final",
        (ISSUED, DELIVERED, DocumentReceived(on=date(2026, 3, 12))),
        {DeadlineKind.RETURN, DeadlineKind.REPORT, DeadlineKind.OBJECTION},
    ),
    (
        "final",
        (ISSUED, DELIVERED, DocumentRefused(on=date(2026, 1, 13), reason="x")),
        {DeadlineKind.REPORT, DeadlineKind.OBJECTION},
    ),
    (
        "final",
        (ISSUED, DELIVERED, DocumentReturned(on=date(2026, 1, 13)), DocumentReported(on=date(2026, 1, 14), by="sri")),
        {DeadlineKind.OBJECTION},
    ),
    ("received", (), {DeadlineKind.OBJECTION}),
    ("objected", (), {DeadlineKind.DECISION}),
    ("objected", (ObjectionDecided(outcome=ObjectionOutcome.UPHELD, reason="x", decided=date(2026, 1, 22)),), set()),
    ("objected", (ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="x", decided=date(2026, 1, 22)),), set()),
    ("running", (Cancelled(reason="x"),), set()),
]


@pytest.mark.parametrize(("story", "more", "kinds"), STORIES)
def test_what_runs_has_the_last_days_that_its_limits_say(past, by_law, agency, story, more, kinds):
    state = folded(*getattr(past, story), *more)

    found = {one.kind: one for one in clocks.of(state, by_law, agency)}

    assert found.keys() == kinds
    assert {kind: one for kind, one in found.items() if kind in FUNCTIONS} == {
        kind: FUNCTIONS[kind](state, by_law, agency) for kind in kinds & FUNCTIONS.keys()
    }


def test_a_plan_is_due_of_the_employee_and_once_submitted_of_the_appraiser(past, by_law, agency):
    assert [
        one
        for story in (past.opened, past.submitted)
        for one in clocks.of(folded(*story), by_law, agency)
        if one.kind is DeadlineKind.PLAN
    ] == [
        Deadline(DeadlineKind.PLAN, role, date(2025, 1, 1), date(2025, 1, 31))
        for role in ("pegawai", "pejabat_penilai")
    ]


@pytest.mark.parametrize("label", ["2025", "2025-Q1"])
def test_of_a_plan_of_the_year_the_person_is_asked_and_no_appraisal(past, by_law, agency, label):
    """One that was approved after the opening, and not taken yet, is there."""
    months = parse(label)
    opened = replace(past.opened[0], period=label, starts=months.starts, ends=months.ends)
    of_year = replace(by_law, cycle=months.cycle, plan=PlanRule(of_year=True, by=(1, 31), late="mark"))

    assert DeadlineKind.PLAN not in {one.kind for one in clocks.of(folded(opened), of_year, agency)}


def test_who_does_not_sign_the_result_has_to_deliver_it_all_the_same(past, by_law, agency):
    state = folded(*past.final)

    assert clocks.running(state) == [Clock(DeadlineKind.DELIVERY, date(2026, 1, 5), "result")]
    assert clocks.of(state, by_law, agency) == [
        Deadline(DeadlineKind.DELIVERY, "pejabat_penilai", date(2026, 1, 5), date(2026, 1, 26))
    ]


@pytest.mark.parametrize("documented", [True, False])
def test_a_result_that_was_joined_is_to_be_delivered_unless_it_is_from_before_that_was_asked(
    past, by_law, agency, documented
):
    joined = Joined(
        on=date(2026, 1, 5),
        parts=[],
        predicate="baik",
        policy=past.finalised.policy,
        position=17,
        facts_digest="cc" * 32,
        engine="explain/1",
        documented=documented,
    )

    found = clocks.running(folded(*past.opened, joined))

    assert found == ([Clock(DeadlineKind.DELIVERY, date(2026, 1, 5), "result")] if documented else [])
    [kind, *more] = [one.kind for one in clocks.of(folded(*past.opened, joined, ISSUED), by_law, agency)]
    assert (kind, more) == (DeadlineKind.DELIVERY, [DeadlineKind.REPORT])


def said(on: date, source: FeedbackSource = FeedbackSource.LEADER, giver: str = "sri") -> FeedbackGiven:
    return FeedbackGiven(feedback=f"{on}", giver=giver, source=source, tone=FeedbackTone.POSITIVE, words="x", on=on)


MOVED = Reassigned(unit="dinkes", appraiser="tono", reviewer="agus", reason="mutasi", since=date(2025, 8, 11))
GONE = FeedbackWithdrawn(feedback="2025-05-20", giver="sri", source=FeedbackSource.LEADER, reason="x")


@pytest.mark.parametrize(
    ("rhythm", "happened", "due"),
    [
        ("period", (), ("2025-01-01", "2025-12-31")),
        ("period", (said(date(2025, 2, 3)),), None),
        ("quarterly", (), ("2025-01-01", "2025-03-31")),
        ("quarterly", (said(date(2025, 3, 31)),), ("2025-04-01", "2025-06-30")),
        # What was missed is not caught up: it is of the quarter in which it is given.
        ("quarterly", (said(date(2025, 5, 20)),), ("2025-07-01", "2025-09-30")),
        ("quarterly", (said(date(2025, 5, 20)), GONE), ("2025-01-01", "2025-03-31")),
        ("quarterly", (said(date(2025, 5, 20)), said(date(2025, 2, 3)), GONE), ("2025-04-01", "2025-06-30")),
        ("quarterly", (said(date(2025, 5, 20), FeedbackSource.PEER, "ani"),), ("2025-01-01", "2025-03-31")),
        ("quarterly", (said(date(2025, 12, 1)),), None),
        ("quarterly", (said(date(2025, 7, 1)), MOVED), ("2025-08-11", "2025-09-30")),
        ("quarterly", (MOVED, said(date(2025, 8, 12), giver="tono")), ("2025-10-01", "2025-12-31")),
        ("monthly", (said(date(2025, 1, 1)),), ("2025-02-01", "2025-02-28")),
        ("weekly", (said(date(2025, 1, 13)),), ("2025-01-20", "2025-01-26")),
        (None, (), None),
    ],
)
def test_feedback_of_a_leader_is_due_in_each_stretch_after_the_last(past, by_law, agency, rhythm, happened, due):
    state = folded(*past.running, *happened)

    found = [one for one in clocks.of(state, replace(by_law, feedback=rhythm), agency) if one.kind == "FEEDBACK"]

    expected = [] if due is None else [date.fromisoformat(day) for day in due]
    assert found == ([Deadline(DeadlineKind.FEEDBACK, "pejabat_penilai", *expected)] if due else [])


def test_what_is_final_asks_for_no_feedback(past, by_law, agency):
    rules = replace(by_law, feedback="quarterly")

    for story in (past.final, past.received, past.objected):
        assert "FEEDBACK" not in {one.kind for one in clocks.of(folded(*story), rules, agency)}


def test_without_rules_for_it_no_limit_runs_out(past, rules, agency):
    bare = replace(rules, steps={}, objection=None)

    assert clocks.of(folded(*past.running), bare, agency) == []
    assert clocks.of(folded(*past.received), bare, agency) == []
    assert clocks.of(folded(*past.objected), bare, agency) == []
