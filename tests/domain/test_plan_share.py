"""What an appraisal of a period takes of the year's plan, and what its own number is made of from then on."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import (
    Feeds,
    LevelJudged,
    Opened,
    PlanApproved,
    PlannedResult,
    PlanTaken,
    ProgressReported,
    ReportAccepted,
    Target,
)
from neraca.domain.appraisal.state import Appraisal, Stage, evolve
from neraca.domain.command_rules import PlanRule
from neraca.domain.errors import AlreadyDone, Conflict, NotFound, NotOpen, TooLate
from neraca.domain.facts import Facts
from neraca.domain.vocabulary import Spread
from neraca.domain.workplan import events as happened
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.domain.workplan.spread import whole
from neraca.domain.workplan.state import WorkPlans
from neraca.domain.workplan.state import evolve as evolve_plans

WHO: Any = {"employee": "budi", "period": "2025-Q3"}
PLAN: Any = {"employee": "budi", "period": "2025"}
FILES = YearTarget("jumlah", "Berkas", "berkas", Decimal(200), Decimal(60))
MINUTES = YearTarget("menit", "Menit", "menit", Decimal(15), Decimal(40), polarity="min", spread=Spread.EACH)
RESULTS = [YearResult("berkas", "Berkas selesai", [FILES]), YearResult("layanan", "Layanan cepat", [MINUTES])]
MORE = [YearResult("berkas", "Berkas selesai", [replace(FILES, target=Decimal(300))]), RESULTS[1]]
OPENED = Opened(**WHO, starts=date(2025, 7, 1), ends=date(2025, 9, 30), unit="dinkes", appraiser="sri", reviewer="agus")
AUGUST = date(2025, 8, 1)


def plans(*events, on=date(2025, 1, 20)):
    state = WorkPlans()
    drafted = happened.WorkPlanDrafted(**PLAN, results=RESULTS)
    approved = happened.WorkPlanApproved(**PLAN, on=on)
    for event in (drafted, happened.WorkPlanSubmitted(**PLAN), approved, *events):
        state = evolve_plans(state, event)
    return state


REVISED = happened.WorkPlanRevised(**PLAN, on=AUGUST, since=date(2025, 7, 1), results=MORE, reason="penugasan baru")


def share(files, **more: Any):
    """What a quarter takes that has so many files, and the minutes of the year."""
    results = [replace(RESULTS[0], targets=[replace(FILES, target=Decimal(files))]), RESULTS[1]]
    return PlanTaken(results=whole(results), plan="2025", **more)


FIRST = share(50, version=3)
SECOND = share(100, version=4, reason="penugasan baru")


@pytest.fixture
def yearly(rules):
    return replace(rules, cycle="quarter", annual=True, plan=PlanRule(of_year=True))


@pytest.fixture
def told(after, yearly):
    def told(*events, when, **known):
        return after(*events, when=when, **({"rules": yearly, "on": AUGUST, "plans": plans()} | known))

    return told


def test_an_appraisal_takes_the_share_of_its_period_as_it_is_opened(told, yearly):
    opening = ask.OpenAppraisal(**WHO)
    assert told(when=opening, by="hr")[1:] == [FIRST]
    assert told(when=opening, by="hr", plans=plans(REVISED))[1:] == [SECOND]
    # Whatever stands in the way of the plan does not keep the appraisal from being opened.
    assert told(when=opening, by="hr", plans=WorkPlans())[1:] == []
    refusing = PlanRule(of_year=True, late="refuse")
    late, by_late = plans(on=date(2025, 10, 3)), {"by": "hr", "on": date(2025, 10, 6)}
    assert told(when=opening, plans=late, **by_late, rules=replace(yearly, plan=refusing))[1:] == []


@pytest.mark.parametrize("by", ["budi", "sri", "hr"])
def test_an_open_appraisal_takes_what_was_approved_or_revised_since(told, by):
    take = ask.TakePlan(**WHO)
    assert told(OPENED, when=take, by=by) == [FIRST]
    assert told(OPENED, FIRST, when=take, by=by, plans=plans(REVISED)) == [SECOND]
    with pytest.raises(AlreadyDone, match="the work plan for 2025 was taken, and nothing of it that counts here was"):
        told(OPENED, FIRST, when=take, by=by)
    with pytest.raises(NotFound) as refused:
        told(OPENED, when=take, by=by, plans=WorkPlans())
    assert refused.value.message == (
        "budi has no approved work plan for 2025-Q3; it is drafted by draft-work-plan for 2025, submitted and approved"
    )


def test_what_is_revised_after_a_period_does_not_reach_it(told):
    after_it = replace(REVISED, on=date(2025, 10, 2), since=date(2025, 10, 1))
    with pytest.raises(AlreadyDone):
        told(OPENED, FIRST, when=ask.TakePlan(**WHO), plans=plans(after_it), on=date(2025, 10, 5))


def test_a_plan_that_came_after_the_period_is_marked_or_refused(told, yearly):
    late = plans(on=date(2025, 10, 3))

    def taken(rule):
        known = {"plans": late, "on": date(2025, 10, 6), "rules": replace(yearly, plan=PlanRule(True, None, rule))}
        return told(OPENED, when=ask.TakePlan(**WHO), **known)

    assert taken("mark") == [replace(FIRST, due=date(2025, 9, 30))]
    assert taken(None) == [FIRST]
    with pytest.raises(TooLate) as refused:
        taken("refuse")
    assert refused.value.message == (
        "the work plan for 2025 was approved on 2025-10-03, and policy kota-uji takes none after the period, which "
        "ended on 2025-09-30"
    )


def test_nothing_is_final_on_a_plan_that_was_changed_since(told):
    finalise = ask.Finalise(**WHO)
    known: Any = {"by": "sri", "on": date(2025, 10, 5)}
    with pytest.raises(NotOpen) as refused:
        told(OPENED, FIRST, when=finalise, plans=plans(REVISED), **known)
    assert refused.value.message == (
        "the work plan for 2025 was approved or revised on 2025-08-01, and this appraisal has not taken that yet; send "
        "take-plan first"
    )
    with pytest.raises(NotOpen, match="has not taken that yet"):
        told(OPENED, when=finalise, **known)
    for events, known_plans in (
        ((OPENED, FIRST), plans()),
        ((OPENED, FIRST, SECOND), plans(REVISED)),
        ((OPENED,), None),
    ):
        [final] = told(*events, when=finalise, plans=known_plans, **known)
        assert final.predicate == "baik"


@pytest.mark.parametrize(
    ("events", "command", "by"),
    [
        ((OPENED,), ask.DraftPlan(**WHO, results=whole(RESULTS)), "budi"),
        (
            (OPENED, FIRST),
            ask.ReviseTarget(**WHO, result="berkas", target="jumlah", reason="x", value=Decimal(9)),
            "sri",
        ),
    ],
)
def test_the_plan_of_the_year_is_not_changed_in_a_period(told, events, command, by):
    with pytest.raises(Conflict) as refused:
        told(*events, when=command, by=by)
    assert refused.value.message == (
        "policy kota-uji has one work plan for the year; it is drafted, approved and revised there, and take-plan "
        "brings it here"
    )


def test_what_was_taken_is_what_is_reported_and_judged_against():
    state = Appraisal()
    for event in (OPENED, FIRST):
        state = evolve(state, event)
    assert (state.stage, state.planned, state.taken) == (Stage.RUNNING, True, ("2025", 3))
    assert list(state.results.values()) == FIRST.results


def test_facts_keep_what_was_reported_and_judged_of_what_stays(evidence):
    report = ProgressReported(
        report="r1", result="berkas", target="jumlah", until=AUGUST, actual=Decimal(30), evidence=evidence
    )
    facts = Facts(starts=OPENED.starts, ends=OPENED.ends)
    for at, event in enumerate((FIRST, report, ReportAccepted(report="r1"), replace(report, report="r2")), 1):
        facts.apply(event, at)
    assert [(one.target, one.actual) for one in facts.case.items["skp"]] == [
        (50_000_000, 30_000_000),
        (15_000_000, None),
    ]

    assert set(facts.apply(SECOND, 9)) == {"items/skp"}

    assert [(one.target, one.actual) for one in facts.case.items["skp"]] == [
        (100_000_000, 30_000_000),
        (15_000_000, None),
    ]
    assert facts.sources["items/skp/0"] == [9, 2, 3]
    only = PlanTaken(results=FIRST.results[1:], plan="2025", version=5)
    facts.apply(only, 10)
    assert [one.target for one in facts.case.items["skp"]] == [15_000_000]
    # Of a target that the plan has no longer, an answer moves nothing.
    assert not facts.apply(ReportAccepted(report="r2"), 11)
    facts.apply(LevelJudged(result="layanan", level="sesuai"), 12)
    facts.apply(replace(only, version=6), 13)
    assert [one.level for one in facts.case.items["skp"]] == ["sesuai"]


def test_a_fact_that_no_target_feeds_any_longer_is_gone():
    fed = Target("tim", "Tim", "kegiatan", Decimal(5), feeds=Feeds("realisasi_tim", "target_tim"))
    facts = Facts(starts=OPENED.starts, ends=OPENED.ends)
    facts.apply(replace(FIRST, results=[PlannedResult("tim", "Tim", [fed])]), 1)
    assert facts.case.facts == {"target_tim": 5_000_000}
    assert "facts/target_tim" in set(facts.apply(FIRST, 2))
    assert (facts.case.facts, [path for path in facts.sources if path.startswith("facts")]) == ({}, [])


def test_a_plan_of_a_period_that_is_approved_after_it_is_marked_or_refused(after, past, rules):
    def approved(rule, on):
        known = {"by": "sri", "on": on, "rules": replace(rules, plan=rule)}
        return after(*past.submitted, when=ask.ApprovePlan(employee="budi", period="2025"), **known)

    january, after_it = PlanRule(by=(1, 31), late="mark"), date(2026, 1, 2)
    assert approved(january, date(2025, 1, 31)) == [PlanApproved()]
    assert approved(january, date(2025, 2, 1)) == [PlanApproved(due=date(2025, 1, 31))]
    assert approved(PlanRule(late="mark"), after_it) == [PlanApproved(due=date(2025, 12, 31))]
    assert approved(PlanRule(), after_it) == [PlanApproved()]
    with pytest.raises(
        TooLate, match="the plan for 2025 was to be fixed by 2025-12-31, and policy kota-uji takes none"
    ):
        approved(PlanRule(late="refuse"), after_it)
    refusing = {"on": after_it, "rules": replace(rules, plan=PlanRule(late="refuse"))}
    with pytest.raises(TooLate):
        after(*past.drafted, when=ask.SubmitPlan(employee="budi", period="2025"), **refusing)
