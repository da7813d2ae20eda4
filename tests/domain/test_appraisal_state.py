"""What each event changes of an appraisal's state, and that it changes nothing else."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain.appraisal.events import (
    ActivityReported,
    Cancelled,
    CompetenciesAssessed,
    DocumentReceived,
    FactEstablished,
    FactWithdrawn,
    FollowUpRecorded,
    Joined,
    LevelJudged,
    ObjectionDecided,
    ObjectionExplained,
    ObjectionFiled,
    Opened,
    PlanApproved,
    PlanDrafted,
    PlannedResult,
    PlanReturned,
    PlanSubmitted,
    Rated,
    RatingRevised,
    RatingsClosed,
    RatingWithdrawn,
    Reassigned,
    Reopened,
    ReportAccepted,
    ReportReturned,
    Target,
    TargetRevised,
)
from neraca.domain.appraisal.state import Appraisal, Assignments, Feedback, Rating, ReportFate, Stage, evolve
from neraca.domain.command_rules import PolicyRef
from neraca.domain.vocabulary import FollowUpKind, ObjectionOutcome, PositionClass, Relation

FIRST = Target("t", "Berkas", "berkas", Decimal(20), Decimal(60))
SECOND = Target("u", "Menit", "menit", Decimal(15), Decimal(40))
PLAN = PlannedResult("a", "Layanan", [FIRST, SECOND])
OTHER = PlannedResult("b", "Arsip", [FIRST])
LATER = PolicyRef("kota-uji", 2, "cc" * 32, "dd" * 32)
DECIDED = ObjectionDecided(outcome=ObjectionOutcome.AMENDED, reason="benar", decided=date(2026, 1, 22))


def folded(*events: Any) -> Appraisal:
    state = Appraisal()
    for event in events:
        state = evolve(state, event)
    return state


def changed(before: tuple[Any, ...], event: Any) -> dict[str, Any]:
    """Which fields an event gives another value, and which."""
    state = folded(*before)
    old = deepcopy(state)
    assert evolve(state, event) is state
    return {
        name: getattr(state, name) for name in state.__struct_fields__ if getattr(state, name) != getattr(old, name)
    }


def test_an_opening_says_who_is_appraised_where_when_and_by_whom() -> None:
    opened = Opened(
        employee="budi",
        period="2025",
        starts=date(2025, 1, 1),
        ends=date(2025, 12, 31),
        unit="dinkes",
        appraiser="sri",
        reviewer="agus",
        position_class=PositionClass.FUNCTIONAL,
        since=date(2025, 2, 1),
    )

    assert changed((), opened) == {
        "stage": Stage.DRAFTING,
        "employee": "budi",
        "unit": "dinkes",
        "appraiser": "sri",
        "reviewer": "agus",
        "named_since": date(2025, 2, 1),
        "starts": date(2025, 1, 1),
        "ends": date(2025, 12, 31),
        "position_class": PositionClass.FUNCTIONAL,
    }


def test_a_plan_goes_from_draft_to_approval_and_a_later_draft_replaces_it(past: Any) -> None:
    planned = (*past.opened, PlanDrafted(results=[PLAN]))

    assert changed(past.opened, PlanDrafted(results=[PLAN, OTHER])) == {"results": {"a": PLAN, "b": OTHER}}
    assert changed(planned, PlanDrafted(results=[OTHER])) == {"results": {"b": OTHER}}
    assert changed(planned, PlanSubmitted()) == {"stage": Stage.SUBMITTED}
    assert changed((*planned, PlanSubmitted()), PlanReturned(feedback="x")) == {"stage": Stage.DRAFTING}
    assert changed((*planned, PlanSubmitted()), PlanApproved()) == {"stage": Stage.RUNNING, "planned": True}


@pytest.mark.parametrize(
    ("revision", "target", "weight"),
    [
        ({"value": Decimal(9)}, Decimal(9), Decimal(60)),
        ({"weight": Decimal(50)}, Decimal(20), Decimal(50)),
        ({"value": Decimal(0), "weight": Decimal(0)}, Decimal(0), Decimal(0)),
    ],
)
def test_a_revision_changes_one_target_of_one_result_in_what_it_names(
    past: Any, revision: dict[str, Decimal], target: Decimal, weight: Decimal
) -> None:
    planned = (*past.opened, PlanDrafted(results=[PLAN, OTHER]))
    revised = replace(PLAN, targets=[replace(FIRST, target=target, weight=weight), SECOND])

    change = changed(planned, TargetRevised(result="a", target="t", reason="x", **revision))

    assert change == {"results": {"a": revised, "b": OTHER}}


def test_a_report_waits_and_is_then_accepted_or_returned(past: Any) -> None:
    activity = ActivityReported(report="r2", day=date(2025, 6, 2), activity="Melayani")

    assert changed(past.running, past.report) == {"reports": {"r1": ReportFate.PENDING}}
    both = changed(past.reported, activity)
    assert both == {"reports": {"r1": ReportFate.PENDING, "r2": ReportFate.PENDING}}
    accepted = changed((*past.reported, activity), ReportAccepted(report="r1"))
    assert accepted == {"reports": {"r1": ReportFate.ACCEPTED, "r2": ReportFate.PENDING}}
    returned = changed((*past.reported, activity), ReportReturned(report="r1", feedback="x"))
    assert returned == {"reports": {"r1": ReportFate.RETURNED, "r2": ReportFate.PENDING}}


def test_a_rating_is_given_revised_in_the_indicators_named_and_withdrawn(past: Any) -> None:
    four = {"layanan": Decimal(4), "disiplin": Decimal(80)}
    sri = Rated(rater="sri", relation=Relation.SUPERVISOR, scores=four)
    wati = Rated(rater="wati", relation=Relation.PEER, scores=four)
    assurer = Rated(rater="itda", relation=Relation.QUALITY_ASSURER, scores=four, anonymous=True)
    rated = (*past.running, sri, wati, assurer)

    assert folded(*rated).ratings == {
        "sri": Rating(Relation.SUPERVISOR, four, hidden=False),
        "wati": Rating(Relation.PEER, four, hidden=True),
        "itda": Rating(Relation.QUALITY_ASSURER, four, hidden=True),
    }
    revision = RatingRevised(rater="sri", scores={"layanan": Decimal(3)}, reason="x")
    assert changed(rated, revision)["ratings"]["sri"] == Rating(
        Relation.SUPERVISOR, {"layanan": Decimal(3), "disiplin": Decimal(80)}
    )
    assert sri.scores == {"layanan": Decimal(4), "disiplin": Decimal(80)}, "the event is as it was recorded"
    withdrawal = RatingWithdrawn(rater="sri", reason="x")
    assert changed(rated, withdrawal)["ratings"].keys() == {"wati", "itda"}
    assert changed(rated, revision).keys() == changed(rated, withdrawal).keys() == {"ratings"}


def test_a_reassignment_names_unit_appraiser_and_reviewer_from_a_day(past: Any) -> None:
    moved = Reassigned(unit="disdik", appraiser="rini", since=date(2025, 8, 25), reason="mutasi", reviewer="tono")

    assert changed(past.running, moved) == {
        "unit": "disdik",
        "appraiser": "rini",
        "reviewer": "tono",
        "named_since": date(2025, 8, 25),
        "moved": True,
    }
    assert changed(past.running, replace(moved, reviewer=None))["reviewer"] is None


def test_a_result_is_fixed_received_objected_to_decided_and_reopened(past: Any) -> None:
    filed = past.objected[-1]

    assert changed(past.rated, past.finalised) == {
        "stage": Stage.FINAL,
        "finalised": past.finalised,
        "closed": True,
        "closed_by": past.finalised.policy,
    }
    assert changed(past.final, DocumentReceived(on=date(2026, 1, 7))) == {"received": date(2026, 1, 7)}
    assert changed(past.received, filed) == {"objection": filed}
    assert changed(past.objected, DECIDED) == {
        "objection_decided": True,
        "objections": 1,
        "amending": DECIDED.decided,
    }
    assert changed((*past.objected, DECIDED), Reopened(reason="benar")) == {
        "stage": Stage.RUNNING,
        "finalised": None,
        "received": None,
        "objection": None,
        "objection_decided": False,
        "amended": True,
    }


def test_a_result_that_is_fixed_again_begins_anew_but_its_groups_stay_closed_by_the_first_policy(past: Any) -> None:
    reopened = (*past.objected, DECIDED, Reopened(reason="benar"))
    again = replace(past.finalised, policy=LATER, on=date(2026, 2, 2))

    assert changed(reopened, again) == {"stage": Stage.FINAL, "finalised": again, "amending": None}
    assert folded(*reopened, again).closed_by == past.finalised.policy
    state = folded(*reopened, again, ObjectionFiled(grounds="x", filed=date(2026, 2, 3)), DECIDED)
    assert state.objections == 2


@pytest.mark.parametrize("kind", ["finalised", "joined"])
def test_a_newer_result_takes_what_was_received_and_objected_with_it(past: Any, kind: str) -> None:
    """A log may hold a second result without a reopening between."""
    joined = Joined(
        on=date(2026, 2, 2), parts=[], predicate="baik", policy=LATER, position=9, facts_digest="c", engine="e"
    )
    newer = {"finalised": replace(past.finalised, policy=LATER), "joined": joined}[kind]

    state = folded(*past.objected, DECIDED, newer)

    assert (state.stage, state.received, state.objection, state.objection_decided) == (Stage.FINAL, None, None, False)
    assert (state.finalised, state.joined) == ((newer, None) if kind == "finalised" else (None, joined))
    assert state.objections == 1


def test_what_is_reopened_without_a_plan_is_back_in_drafting(past: Any) -> None:
    state = folded(*past.opened, past.finalised, past.objected[-1], DECIDED, Reopened(reason="benar"))

    assert (state.stage, state.planned) == (Stage.DRAFTING, False)


def test_what_is_vouched_for_stands_until_it_is_withdrawn(past: Any) -> None:
    vouched = FactEstablished(fact="ide_baru", basis="x", flag=True)

    assert changed(past.running, vouched) == {"vouched": {"ide_baru"}}
    assert changed((*past.running, vouched), FactWithdrawn(fact="ide_baru", reason="x")) == {"vouched": set()}


def test_a_cancellation_leaves_nothing(past: Any) -> None:
    assert folded(*past.objected, DECIDED, Cancelled(reason="x")) == Appraisal()


@pytest.mark.parametrize(
    "event",
    [
        LevelJudged(result="berkas", level="sesuai"),
        CompetenciesAssessed(competencies=[], basis="x"),
        ObjectionExplained(by="sri", explanation="x"),
        FollowUpRecorded(kind=FollowUpKind.REWARD, note="x"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_no_decision_asks_for_changes_no_state(past: Any, event: Any) -> None:
    assert changed(past.objected, event) == {}


def test_an_objection_bars_the_superiors_beside_the_appraiser_who_judged(past: Any) -> None:
    filed = past.objected[-1]
    by_agus = LevelJudged(result="berkas", level="sesuai", by="agus")

    assert changed(past.rated, by_agus) == {"judges": {"agus"}}
    assert changed((*past.rated, by_agus, past.finalised), filed) == {"objection": filed, "barred": {"agus"}}
    assert changed((*past.rated, past.finalised), filed) == {"objection": filed}


def test_two_states_share_nothing() -> None:
    """One would otherwise show another's plan, reports and ratings."""
    one, other = Appraisal(), Appraisal()
    one.results["a"], one.reports["r"] = PLAN, ReportFate.PENDING
    one.ratings["sri"] = Rating(Relation.SUPERVISOR, {})

    assert (other.results, other.reports, other.ratings) == ({}, {}, {})


def test_groups_that_close_early_stay_closed_by_their_policy_when_the_result_is_fixed(past: Any) -> None:
    closing = RatingsClosed(on=date(2026, 1, 5), policy=LATER)

    assert changed(past.running, closing) == {"closed": True, "closed_by": LATER, "closed_early": True}
    fixed = folded(*past.running, closing, past.finalised)
    assert (fixed.closed, fixed.closed_by, fixed.closed_early) == (True, LATER, False)


def test_a_state_before_anything_happened() -> None:
    state = Appraisal()

    assert {name: getattr(state, name) for name in state.__struct_fields__} == {
        "stage": Stage.UNOPENED,
        "employee": "",
        "unit": "",
        "appraiser": "",
        "reviewer": None,
        "named_since": None,
        "starts": date.min,
        "ends": date.min,
        "position_class": None,
        "acting_for": None,
        "planned": False,
        "taken": None,
        "cut": None,
        "closed": False,
        "closed_by": None,
        "assigned": Assignments(),
        "closed_early": False,
        "calibration": None,
        "results": {},
        "terms": None,
        "agreed": {},
        "taken_over": {},
        "reports": {},
        "timed": {},
        "guidance": {},
        "ratings": {},
        "feedback": Feedback(),
        "finalised": None,
        "joined": None,
        "moved": False,
        "reuse": None,
        "received": None,
        "objection": None,
        "objection_decided": False,
        "objections": 0,
        "document": None,
        "amended": False,
        "amending": None,
        "judges": set(),
        "barred": set(),
        "vouched": set(),
        "told": set(),
        "alignment": None,
        "changes": {},
    }
