"""One work plan a year through the ledger: quarters take their share, follow its revisions, and make up the year."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.domain import streams
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import Evidence, PlanTaken
from neraca.domain.errors import NotAllowed, NotOpen
from neraca.domain.period import parse
from neraca.domain.roster import TransferEmployee
from neraca.domain.vocabulary import Relation
from neraca.domain.workplan import commands as plan
from neraca.domain.workplan.events import YearResult, YearTarget
from neraca.projecting.rebuild import rebuild
from neraca.service.replay import replay
from projections import ALL

FILES = YearTarget("berkas", "Berkas", "berkas", Decimal(400), Decimal(100))
RECAP = [Evidence("Rekap", "arsip:rekap")]
YEAR: Any = {"employee": "budi", "period": "2026"}
NEW_YEAR = date(2026, 1, 20)
QUARTERS = ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]


def results(files: int) -> list[YearResult]:
    return [YearResult("kerja", "Kerja", [YearTarget("berkas", "Berkas", "berkas", Decimal(files), Decimal(100))])]


@pytest.fixture
def planning(fixture_agency: Any, policy: str) -> Any:
    """From 2026 on the policy of the tests, by quarters, has one plan for the year and puts the year together."""
    text = policy.replace(
        "policy_date: period_end}",
        "policy_date: period_end, annual: {combine: time_weighted}, segments: {combine: time_weighted}}",
    ).replace("workflow:\n", 'workflow:\n  plan: {of: year, by: "01-31", late: mark}\n')
    fixture_agency.publish(text, version=2, since=date(2026, 1, 1))
    return fixture_agency


def fix(agency: Any, files: int, on: date = NEW_YEAR, boss: str = "sri", **which: Any) -> None:
    key = YEAR | which
    drafted = plan.DraftWorkPlan(**key, results=results(files))
    agency.tell("budi", drafted, plan.SubmitWorkPlan(**key), on=on)
    agency.tell(boss, plan.ApproveWorkPlan(**key), on=on)


def appraise(agency: Any, label: str, actual: int, boss: str = "sri", *, take: bool = False, people: int = 0) -> None:
    """From opening to the final result on the last day of the period, with `people` who were trained."""
    which: Any = {"employee": "budi", "period": label}
    last = parse(label).ends
    report = ask.ReportProgress(
        **which, report="l1", result="kerja", target="berkas", until=last, actual=Decimal(actual), evidence=RECAP
    )
    agency.tell("hr", ask.OpenAppraisal(**which), on=last)
    if take:
        agency.tell("budi", ask.TakePlan(**which), on=last)
    agency.tell("budi", report, on=last)
    agency.tell(boss, ask.AcceptReport(**which, report="l1"), on=last)
    if people:
        trained = replace(report, report="l2", result="latih", target="orang", actual=Decimal(people))
        agency.tell("budi", trained, on=last)
        agency.tell(boss, ask.AcceptReport(**which, report="l2"), on=last)
    scores = {"layanan": Decimal(90), "disiplin": Decimal(90)}
    agency.tell(boss, ask.Rate(**which, relation=Relation.SUPERVISOR, scores=scores), on=last)
    agency.tell(boss, ask.Finalise(**which), on=last)


def taken(agency: Any, label: str) -> list[tuple[str, int, Decimal | None]]:
    found = agency.service.reader.stream(agency.id, streams.appraisal(agency.id, "budi", label))
    return [
        (past.event.plan, past.event.version, past.event.results[0].targets[0].target)
        for past in found
        if isinstance(past.event, PlanTaken)
    ]


def verified(agency: Any) -> None:
    assert [one.differences for one in replay(agency.service, agency.id) if one.differences] == []
    agency.house.follow()
    for projection in ALL:
        assert rebuild(agency.house.url, projection).equal is True


def test_a_year_is_planned_once_and_its_quarters_take_their_share(planning: Any) -> None:
    fix(planning, 400)
    for label, actual in zip(QUARTERS[:2], (80, 100), strict=True):
        appraise(planning, label, actual)
    # In August the year is to bring 500; Q3 is open by then, and goes on against its new share.
    planning.tell("hr", ask.OpenAppraisal(employee="budi", period="2026-Q3"), on=date(2026, 7, 1))
    revised = plan.ReviseWorkPlan(**YEAR, results=results(500), reason="penugasan baru")
    planning.tell("sri", revised, ask.TakePlan(employee="budi", period="2026-Q3"), on=date(2026, 8, 5))
    planning.tell("hr", ask.CancelAppraisal(employee="budi", period="2026-Q3", reason="uji"), on=date(2026, 8, 6))
    for label, actual in zip(QUARTERS[2:], (150, 75), strict=True):
        appraise(planning, label, actual)

    assert [taken(planning, label) for label in QUARTERS] == [
        [("2026", 3, Decimal(100))],
        [("2026", 3, Decimal(100))],
        [("2026", 3, Decimal(100)), ("2026", 4, Decimal(150)), ("2026", 4, Decimal(150))],
        [("2026", 4, Decimal(150))],
    ]
    planning.tell("sri", ask.JoinParts(**YEAR, parts=QUARTERS), on=date(2027, 1, 5))
    verified(planning)


def test_nothing_is_final_on_an_older_plan(planning: Any) -> None:
    fix(planning, 400)
    q1: Any = {"employee": "budi", "period": "2026-Q1"}
    planning.tell("hr", ask.OpenAppraisal(**q1), on=NEW_YEAR)
    revised = plan.ReviseWorkPlan(**YEAR, results=results(500), reason="penugasan baru")
    planning.tell("sri", revised, on=date(2026, 2, 2))
    last = date(2026, 3, 31)

    with pytest.raises(NotOpen, match="send take-plan first"):
        planning.tell("sri", ask.Finalise(**q1), on=last)
    planning.tell("sri", ask.TakePlan(**q1), on=last)

    assert taken(planning, "2026-Q1") == [("2026", 3, Decimal(100)), ("2026", 4, Decimal(125))]


def test_an_appraisal_that_was_opened_before_the_plan_takes_it_later(planning: Any) -> None:
    planning.tell("hr", ask.OpenAppraisal(employee="budi", period="2026-Q1"), on=NEW_YEAR)
    fix(planning, 400, on=date(2026, 2, 2))
    planning.tell("hr", ask.TakePlan(employee="budi", period="2026-Q1"), on=date(2026, 2, 2))

    assert taken(planning, "2026-Q1") == [("2026", 3, Decimal(100))]


def test_a_post_held_for_a_part_of_the_year_has_a_plan_of_its_own(planning: Any) -> None:
    fix(planning, 400)
    appraise(planning, "2026-Q1", 100)
    moved = date(2026, 6, 1)
    transfer = TransferEmployee(employee="budi", unit="disdik", since=moved, supervisor="tono", reason="mutasi")
    end = plan.EndWorkPlan(**YEAR, until=date(2026, 5, 31), reason="mutasi")
    planning.tell("hr", transfer, end, on=moved)
    later: Any = {"period": "2026-06..12"}
    with pytest.raises(NotAllowed, match="in which sri may send approve-work-plan"):
        fix(planning, 70, on=date(2026, 6, 3), **later)
    planning.tell("tono", plan.ApproveWorkPlan(**(YEAR | later)), on=date(2026, 6, 3))
    for label, actual, boss in (("2026-04..05", 60, "sri"), ("2026-06", 10, "tono"), ("2026-Q3", 30, "tono")):
        appraise(planning, label, actual, boss)
    appraise(planning, "2026-Q4", 30, "tono")
    parts = ["2026-Q1", "2026-04..05", "2026-06", "2026-Q3", "2026-Q4"]

    assert [taken(planning, label)[0][::2] for label in parts] == [
        ("2026", Decimal(100)),
        ("2026", Decimal("66.666666")),
        *[("2026-06..12", Decimal(files)) for files in (10, 30, 30)],
    ]
    planning.tell("tono", ask.JoinParts(**YEAR, parts=parts), on=date(2027, 1, 5))
    verified(planning)


def test_a_result_is_added_by_consent_and_counts_from_then_on(planning: Any) -> None:
    fix(planning, 400)
    appraise(planning, QUARTERS[0], 80)
    q2: Any = {"employee": "budi", "period": "2026-Q2"}
    planning.tell("hr", ask.OpenAppraisal(**q2), on=date(2026, 4, 1))
    less = replace(results(400)[0], targets=[replace(FILES, weight=Decimal(70))])
    added = YearResult("latih", "Pelatihan", [YearTarget("orang", "Orang", "orang", Decimal(90), Decimal(30))])
    change = plan.ProposeWorkPlanChange(**YEAR, change="c1", reason="penugasan", results=[less, added])
    planning.tell("sri", change, on=date(2026, 5, 4))
    with pytest.raises(NotAllowed, match="'c1' was proposed by sri, and budi agrees to it or declines it"):
        planning.tell("sri", plan.AgreeToWorkPlanChange(**YEAR, change="c1"), on=date(2026, 5, 5))

    agreed = plan.AgreeToWorkPlanChange(**YEAR, change="c1")
    planning.tell("budi", agreed, ask.TakePlan(**q2), on=date(2026, 5, 5))
    planning.tell("hr", ask.CancelAppraisal(**q2, reason="uji"), on=date(2026, 5, 6))
    for label, actual in zip(QUARTERS[1:], (90, 95, 100), strict=True):
        appraise(planning, label, actual, people=27)

    shares = {label: planned(planning, label) for label in QUARTERS}
    assert shares[QUARTERS[0]] == {"berkas": (Decimal(100), Decimal(100))}
    for label in QUARTERS[1:]:
        assert shares[label] == {"berkas": (Decimal(100), Decimal(70)), "orang": (Decimal(30), Decimal(30))}
    verified(planning)


def planned(agency: Any, label: str) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    """Target and weight of each indicator that an appraisal took last."""
    found = agency.service.reader.stream(agency.id, streams.appraisal(agency.id, "budi", label))
    [*_, taken] = [past.event for past in found if isinstance(past.event, PlanTaken)]
    return {one.id: (one.target, one.weight) for result in taken.results for one in result.targets}
