"""What the read model of the cascade keeps: each mission, plan of a unit and link as every event left it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain import streams
from neraca.domain.appraisal.events import PlanChangeAgreed, PlanChangeDeclined, PlanChangeProposed
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
from neraca.domain.vocabulary import CascadeKind
from neraca.domain.workplan.events import WorkPlanChangeAgreed, WorkPlanChangeProposed
from projections import cascade

DAY = date(2025, 2, 3)
MISSIONS = [Mission("m1", "Kota sehat", [Goal("t1", "Gizi membaik")])]
RESULT = UnitResult("gizi", "Gizi membaik", [UnitTarget("persen", "Gizi baik", "persen", Decimal(92))], goal="t1")
PLAN: Any = {"unit": "dinkes", "year": 2025}
WHO: Any = {"employee": "budi", "period": "2025-Q1"}
LOAD: Any = {"kind": CascadeKind.LOAD, "target": "persen", "share": Decimal("30.5")}


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
    of_solo.happens(streams.appraisal("solo", "budi", "2025-01..02"), agreed)

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
