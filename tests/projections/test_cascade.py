"""What the read model of the cascade keeps: each mission, plan of a unit and link as every event left it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.appraisal.events import (
    Cancelled,
    Opened,
    PlanApproved,
    PlanChangeAgreed,
    PlanChangeDeclined,
    PlanChangeProposed,
    PlanDrafted,
    PlannedResult,
    PlanTaken,
    ResultTakenOver,
    TakenOver,
    TakeOverRevised,
    Target,
    TargetRevised,
)
from neraca.domain.cascade.links import PlanTalkNoted, ResultLinked, ResultUnlinked, Served
from neraca.domain.cascade.mission import Goal, Mission, MissionEnded, MissionRevised, MissionSet
from neraca.domain.cascade.unit_plan import (
    UnitPlanApproved,
    UnitPlanDrafted,
    UnitPlanReturned,
    UnitPlanRevised,
    UnitPlanSubmitted,
    UnitResult,
    UnitTarget,
)
from neraca.domain.period import parse
from neraca.domain.vocabulary import CascadeKind, Perspective, Priority
from neraca.domain.workplan.events import (
    WorkPlanApproved,
    WorkPlanChangeAgreed,
    WorkPlanChangeProposed,
    WorkPlanDrafted,
    WorkPlanEnded,
    WorkPlanResultTakenOver,
    WorkPlanRevised,
    WorkPlanWithdrawn,
    YearResult,
    YearTarget,
)
from projections import cascade

DAY = date(2025, 2, 3)
MISSIONS = [Mission("m1", "Kota sehat", [Goal("t1", "Gizi membaik")])]
RESULT = UnitResult("gizi", "Gizi membaik", [UnitTarget("persen", "Gizi baik", "persen", Decimal(92))], goal="t1")
PLAN: Any = {"unit": "dinkes", "year": 2025}
WHO: Any = {"employee": "budi", "period": "2025-Q1"}
LOAD: Any = {"kind": CascadeKind.LOAD, "target": "persen", "share": Decimal("30.5")}


def opened(period: str) -> Opened:
    span = parse(period)
    return Opened(employee="budi", period=period, starts=span.starts, ends=span.ends, unit="dinkes", appraiser="sri")


@pytest.fixture
def of_solo(told: Any) -> Any:
    return told(cascade.PROJECTION)


def test_a_mission_is_kept_as_each_event_left_it(of_solo: Any) -> None:
    of_solo.happens(
        streams.mission("solo"),
        MissionSet(first_year=2025, last_year=2029, vision="Sehat", missions=MISSIONS, decree="Perda 1"),
        MissionRevised(first_year=2025, vision="Sehat sejahtera", missions=MISSIONS, on=DAY, reason="paruh waktu"),
    )
    of_solo.happens(streams.mission("solo"), MissionEnded(first_year=2025, last_year=2027, on=DAY, reason="RPJMD baru"))

    goals = [{"id": "m1", "title": "Kota sehat", "goals": [{"id": "t1", "title": "Gizi membaik"}]}]
    assert of_solo.rows("mission", "position", "last_year", "vision", "missions", "decree", "reason") == [
        {"position": 1, "last_year": 2029, "vision": "Sehat", "missions": goals, "decree": "Perda 1", "reason": None},
        {
            "position": 2,
            "last_year": 2029,
            "vision": "Sehat sejahtera",
            "missions": goals,
            "decree": "Perda 1",
            "reason": "paruh waktu",
        },
        {
            "position": 3,
            "last_year": 2027,
            "vision": "Sehat sejahtera",
            "missions": goals,
            "decree": "Perda 1",
            "reason": "RPJMD baru",
        },
    ]


def test_the_plan_of_a_unit_is_kept_as_each_event_left_it(of_solo: Any) -> None:
    stream = streams.unit_plan("solo", "dinkes", 2025)
    of_solo.happens(stream, UnitPlanDrafted(**PLAN, results=[RESULT]), UnitPlanSubmitted(**PLAN, head="sri"))
    of_solo.happens(stream, UnitPlanReturned(**PLAN, feedback="kurang"), UnitPlanDrafted(**PLAN, results=[]))
    of_solo.happens(stream, UnitPlanApproved(**PLAN, on=DAY))
    of_solo.happens(stream, UnitPlanRevised(**PLAN, results=[RESULT], on=DAY, reason="tambah"))

    found = of_solo.rows("unit_plan", "status", "fixed", "head", "feedback", "reason", "results", "version")
    assert [(one["status"], one["fixed"], one["head"], len(one["results"]), one["version"]) for one in found] == [
        ("drafted", False, None, 1, 1),
        ("submitted", False, "sri", 1, 2),
        ("returned", False, "sri", 1, 3),
        ("drafted", False, "sri", 0, 4),
        ("approved", True, "sri", 0, 5),
        ("approved", True, "sri", 1, 6),
    ]
    assert [(one["feedback"], one["reason"]) for one in found][2:] == [
        ("kurang", None),
        (None, None),
        (None, None),
        (None, "tambah"),
    ]


def test_a_change_of_a_plan_is_kept_with_its_answer(of_solo: Any) -> None:
    what: Any = {"change": "c1", "reason": "tugas baru"}
    year = {"employee": "budi", "period": "2025"}
    of_solo.happens(
        streams.workplans("solo", "budi", 2025),
        WorkPlanChangeProposed(**year, **what, by="sri", drop=["layanan"]),
        WorkPlanChangeAgreed(**year, **what, by="budi", proposed_by="sri", on=DAY, since=DAY, results=[]),
    )
    stream = streams.appraisal("solo", "budi", "2025-Q1")
    of_solo.happens(stream, PlanChangeProposed(**what, by="budi", results=[]))
    of_solo.happens(stream, PlanChangeDeclined(change="c1", by="sri", reason="tidak"))
    # A part of what was cut has what was agreed to, and not what was proposed.
    agreed = PlanChangeAgreed(**what, by="sri", proposed_by="budi", on=DAY, results=[])
    of_solo.happens(streams.appraisal("solo", "budi", "2025-01..02"), opened("2025-01..02"), agreed)

    assert of_solo.rows("plan_change", "period", "by", "dropped", "status", "answered_by", "answer", "answered") == [
        {
            "period": "2025",
            "by": "sri",
            "dropped": ["layanan"],
            "status": "agreed",
            "answered_by": "budi",
            "answer": None,
            "answered": 2,
        },
        {
            "period": "",
            "by": "budi",
            "dropped": [],
            "status": "declined",
            "answered_by": "sri",
            "answer": "tidak",
            "answered": 4,
        },
    ]


def test_what_a_result_serves_is_kept_from_each_link_on_and_so_is_the_talk(of_solo: Any) -> None:
    of_solo.happens(
        streams.links("solo", "budi", 2025),
        ResultLinked(**WHO, result="layanan", serves=Served("gizi", unit="dinkes"), on=DAY, **LOAD),
        ResultUnlinked(**WHO, result="layanan", on=DAY, reason="keliru"),
        PlanTalkNoted(**WHO, on=DAY, by="sri", note="sepakat"),
    )

    assert of_solo.rows("link", "position", "year", "serves", "serves_unit", "kind", "share", "reason") == [
        {
            "position": 1,
            "year": 2025,
            "serves": "gizi",
            "serves_unit": "dinkes",
            "kind": "LOAD",
            "share": Decimal("30.5"),
            "reason": None,
        },
        {
            "position": 2,
            "year": 2025,
            "serves": None,
            "serves_unit": None,
            "kind": None,
            "share": None,
            "reason": "keliru",
        },
    ]
    assert of_solo.rows("talk", "employee", "day", "by", "note") == [
        {"employee": "budi", "day": DAY, "by": "sri", "note": "sepakat"}
    ]


def result(name: str, *targets: str, value: int = 100) -> PlannedResult:
    return PlannedResult(name, f"Hasil {name}", [Target(one, one, "berkas", Decimal(value)) for one in targets or "a"])


def year_result(name: str) -> YearResult:
    return YearResult(name, f"Hasil {name}", [YearTarget("a", "a", "berkas", Decimal(12))])


def planned(of_solo: Any) -> dict[str, tuple[bool, dict[str, str]]]:
    """What is planned, in the order of the plan: whether it is fixed, and its targets; as it stands, and the same as of
    the last event in what was kept of each.
    """
    now = of_solo.rows("planned", "node", "period", "result", "nth", "planned", "fixed", "targets", "linked")
    then: dict[Any, Any] = {}
    for row in sorted(of_solo.rows("planned_then", "node", "position", *now[0]), key=lambda row: row["position"]):
        then[row["node"]] = {name: row[name] for name in now[0]}
    assert sorted(now, key=lambda row: str(row["node"])) == sorted(then.values(), key=lambda row: str(row["node"]))
    there = sorted((row for row in now if row["planned"]), key=lambda row: (row["period"], row["nth"]))
    return {
        f"{row['period']}/{row['result']}": (
            row["fixed"],
            {one["id"]: one["target"] for one in row["targets"]},
        )
        for row in there
    }


def test_what_somebody_plans_is_kept_as_each_event_left_it(of_solo: Any) -> None:
    stream = streams.appraisal("solo", "budi", "2025-Q1")
    of_solo.happens(stream, opened("2025-Q1"), PlanDrafted(results=[result("x", "a", "b"), result("y")]))
    assert planned(of_solo) == {
        "2025-Q1/x": (False, {"a": "100", "b": "100"}),
        "2025-Q1/y": (False, {"a": "100"}),
    }

    of_solo.happens(stream, PlanApproved(), TargetRevised(result="x", target="b", reason="r", value=Decimal(70)))
    assert planned(of_solo) == {"2025-Q1/x": (True, {"a": "100", "b": "70"}), "2025-Q1/y": (True, {"a": "100"})}

    over = TakenOver("x", "Hasil x", DAY, "sri", "saya")
    of_solo.happens(stream, ResultTakenOver(taken=over, counts={"b": Decimal(30)}))
    assert planned(of_solo) == {"2025-Q1/x": (True, {"b": "30"}), "2025-Q1/y": (True, {"a": "100"})}

    of_solo.happens(stream, TakeOverRevised(taken=over, planned=None))
    assert planned(of_solo) == {"2025-Q1/y": (True, {"a": "100"})}

    of_solo.happens(stream, TakeOverRevised(taken=over, planned=result("x", "a", value=9), at=0, given_back=True))
    assert list(planned(of_solo)) == ["2025-Q1/x", "2025-Q1/y"]

    change: Any = {"change": "c", "by": "sri", "proposed_by": "budi", "on": DAY, "reason": "r"}
    of_solo.happens(stream, PlanChangeAgreed(**change, results=[result("z"), result("x")]))
    assert planned(of_solo) == {"2025-Q1/z": (True, {"a": "100"}), "2025-Q1/x": (True, {"a": "100"})}

    of_solo.happens(stream, Cancelled(reason="salah"))
    assert planned(of_solo) == {}

    of_solo.happens(stream, opened("2025-Q1"), PlanDrafted(results=[result("x")]))
    assert planned(of_solo) == {"2025-Q1/x": (False, {"a": "100"})}


def test_a_plan_of_the_year_goes_before_those_of_its_periods_once_there_was_one(of_solo: Any) -> None:
    stream = streams.appraisal("solo", "budi", "2025-Q1")
    of_solo.happens(stream, opened("2025-Q1"), PlanDrafted(results=[result("x")]), PlanApproved())
    # The appraisal of the year has the same label as its plan.
    whole = streams.appraisal("solo", "budi", "2025")
    of_solo.happens(whole, opened("2025"), PlanDrafted(results=[result("x"), result("y")]))
    plans = streams.workplans("solo", "budi", 2025)
    year: Any = {"employee": "budi", "period": "2025"}
    of_solo.happens(plans, WorkPlanDrafted(**year, results=[year_result("x"), year_result("z")]))
    assert planned(of_solo) == {"2025/x": (False, {"a": "12"}), "2025/z": (False, {"a": "12"})}

    of_solo.happens(plans, WorkPlanApproved(**year, on=DAY))
    of_solo.happens(whole, PlanTaken(results=[result("q")], plan="2025", version=2))
    assert planned(of_solo) == {"2025/x": (True, {"a": "12"}), "2025/z": (True, {"a": "12"})}

    over = TakenOver("x", "Hasil x", DAY, "sri", "saya")
    of_solo.happens(plans, WorkPlanResultTakenOver(**year, taken=over, since=DAY))
    assert list(planned(of_solo)) == ["2025/z"]

    of_solo.happens(plans, WorkPlanRevised(**year, on=DAY, since=DAY, results=[year_result("w")], reason="r"))
    assert planned(of_solo) == {"2025/w": (True, {"a": "12"})}

    of_solo.happens(plans, WorkPlanEnded(**year, until=DAY, reason="pindah"))
    assert planned(of_solo) == {"2025/w": (True, {"a": "12"})}

    of_solo.happens(plans, WorkPlanWithdrawn(**year, reason="keliru"))
    assert planned(of_solo) == {}
    of_solo.happens(stream, TargetRevised(result="x", target="a", reason="r", value=Decimal(1)))
    assert planned(of_solo) == {}


def test_a_result_keeps_its_link_while_it_is_out_of_the_plan(of_solo: Any) -> None:
    links = streams.links("solo", "budi", 2025)
    of_solo.happens(
        links,
        ResultLinked(**WHO, result="x", serves=Served("gizi", unit="dinkes"), on=DAY, **LOAD),
        ResultLinked(**WHO, result="y", serves=Served("s", "sri", "2025"), on=DAY, kind=CascadeKind.ASPECT),
    )
    stream = streams.appraisal("solo", "budi", "2025-Q1")
    shown = PlannedResult("y", "Y", [], priority=Priority.ADDITIONAL, perspective=Perspective.BUDGET)
    of_solo.happens(stream, opened("2025-Q1"), PlanDrafted(results=[shown]), PlanDrafted(results=[result("x")]))
    of_solo.happens(links, ResultUnlinked(**WHO, result="y", on=DAY, reason="keliru"))

    names = ("result", "planned", "priority", "perspective", "linked", "serves", "serves_unit")
    found = [tuple(row.values()) for row in of_solo.rows("planned", *names)]
    assert sorted(found) == [
        ("x", True, "PRIMARY", None, 1, "gizi", "dinkes"),
        ("y", False, "ADDITIONAL", "BUDGET", None, None, None),
    ]
    served = [
        (row["position"], row["serves_node"] is not None)
        for row in of_solo.rows("planned_then", "position", "result", "serves_node")
        if row["result"] == "y"
    ]
    assert sorted(served) == [(2, True), (4, True), (5, True), (6, False)]
