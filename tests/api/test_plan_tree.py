"""From the region's mission to a person's planned results over GraphQL: what serves what, and for whose eyes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import PlannedResult, Target
from neraca.domain.cascade.links import LinkResult, NotePlanTalk, Served
from neraca.domain.cascade.mission import Goal, Mission, SetMission
from neraca.domain.cascade.unit_plan import (
    ApproveUnitPlan,
    DraftUnitPlan,
    ReviseUnitPlan,
    SubmitUnitPlan,
    UnitResult,
    UnitTarget,
)
from neraca.domain.headship import AppointHead
from neraca.domain.vocabulary import CascadeKind

PERIOD = "2025-Q1"
HEAD, BOSS, ANI, PEER = "196501011990031001", "197001011995031001", "198501012010011001", "198601012010011001"
UNIT: Any = {"unit": "disdukcapil", "year": 2025}
CARDS = UnitResult("ktp", "KTP terbit", [UnitTarget("ktp", "KTP", "berkas", Decimal(900))], goal="t1")
QUEUES = UnitResult("antre", "Antrean pendek", [UnitTarget("menit", "Menit", "menit", Decimal(20))], goal="t1")
OF_BOSS = [
    PlannedResult("b1", "KTP diterbitkan", [Target("t1", "KTP terbit", "berkas", Decimal(600), Decimal(60))]),
    PlannedResult("b2", "Antrean diatur", [Target("t2", "Antrean", "menit", Decimal(20), Decimal(40), polarity="min")]),
]
WHO = "employeeNumber unit result title"
PEOPLE = f"people(first: 5) {{ edges {{ node {{ {WHO} }} }} }}"


def query(field: str) -> str:
    return f'{{ agency(id: "surabaya") {{ plan(year: 2025) {{ {field} }} }} }}'


def link(
    employee: str, result: str, serves: Served, kind: CascadeKind = CascadeKind.SERVICE, **load: Any
) -> LinkResult:
    return LinkResult(employee=employee, period=PERIOD, result=result, serves=serves, kind=kind, **load)


@pytest.fixture(scope="module")
def tree(world: Any) -> Any:
    """Asks for a field of the tree. The boss serves the office, Ani takes a load of that, a peer serves nothing."""
    missions = [Mission("m1", "Layanan cepat", [Goal("t1", "Dokumen tepat waktu")])]
    world.tell("hr", SetMission(first_year=2025, last_year=2029, vision="Maju", missions=missions, decree="Perda 3"))
    world.tell("hr", AppointHead(unit="disdukcapil", employee=HEAD, since=date(2025, 1, 1), decree="SK 1"))
    world.tell("head", DraftUnitPlan(**UNIT, results=[CARDS, QUEUES]), SubmitUnitPlan(**UNIT))
    world.tell("hr", ApproveUnitPlan(**UNIT))
    world.tell("hr", ask.OpenAppraisal(employee=BOSS, period=PERIOD))
    for who, nip, boss in (("boss", BOSS, "head"), ("peer0", PEER, None)):
        which: Any = {"employee": nip, "period": PERIOD}
        world.tell(who, ask.DraftPlan(**which, results=OF_BOSS), ask.SubmitPlan(**which))
        if boss:
            world.tell(boss, ask.ApprovePlan(**which))
    world.tell("boss", link(BOSS, "b1", Served("ktp", unit="disdukcapil"), CascadeKind.ASPECT))
    world.tell("boss", link(BOSS, "b2", Served("antre", unit="disdukcapil")))
    of_boss = Served("b1", employee=BOSS, period=PERIOD)
    world.tell("ani", link(ANI, "r1", of_boss, CascadeKind.LOAD, target="t1", share=Decimal("630.5")))
    world.tell("ani", NotePlanTalk(employee=ANI, period=PERIOD, on=date(2025, 3, 1), note="Bagian saya 630,5"))
    world.tell("boss", NotePlanTalk(employee=ANI, period=PERIOD, on=date(2025, 3, 2), note="Setuju"))
    world.follow()

    def of(who: str, field: str) -> Any:
        return world.data(who, query(field))["agency"]["plan"]

    return of


def nodes(connection: Any) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]


def test_a_mission_leads_down_to_offices_and_people(tree: Any) -> None:
    below = f"people(first: 5) {{ edges {{ node {{ {WHO} {PEOPLE} }} }} }}"
    found = tree(
        "hr", f"vision {{ vision missions {{ title goals {{ id servedBy(first: 5) {{ {WHO} {below} }} }} }} }}"
    )

    [mission] = found["vision"]["missions"]
    [goal] = mission["goals"]
    cards, queues = goal["servedBy"]
    assert (found["vision"]["vision"], mission["title"], goal["id"]) == ("Maju", "Layanan cepat", "t1")
    assert [(one["unit"], one["result"]) for one in (cards, queues)] == [
        ("disdukcapil", "ktp"),
        ("disdukcapil", "antre"),
    ]
    [boss] = nodes(cards["people"])
    assert (boss["employeeNumber"], boss["result"]) == (BOSS, "b1")
    assert [(one["employeeNumber"], one["title"]) for one in nodes(boss["people"])] == [(ANI, "KTP terbit")]


def test_a_person_sees_the_chain_above_and_nobody_beside(tree: Any) -> None:
    up = f"{WHO} link {{ kind share target }} serves {{ {WHO} {PEOPLE} serves {{ {WHO} goal {{ title }} }} }}"
    first, second = tree("ani", f'results(employee: "{ANI}") {{ {up} loose }}')["results"]

    assert first["link"] == {"kind": "LOAD", "share": "630.5", "target": "t1"}
    assert first["serves"]["employeeNumber"] == BOSS
    # Of what else serves the boss, Ani is shown her own alone.
    assert [one["employeeNumber"] for one in nodes(first["serves"]["people"])] == [ANI]
    assert first["serves"]["serves"]["unit"] == "disdukcapil"
    assert first["serves"]["serves"]["goal"] == {"title": "Dokumen tepat waktu"}
    assert (first["loose"], second["loose"], second["serves"]) == (None, "UNLINKED", None)


@pytest.mark.parametrize(
    ("who", "whose", "seen"),
    [
        ("ani", BOSS, ["b1", "b2"]),  # above
        ("ani", PEER, []),  # beside
        ("peer0", PEER, ["b1", "b2"]),  # a plan of one's own, be it no more than submitted
        ("boss", PEER, ["b1", "b2"]),
        ("head", PEER, ["b1", "b2"]),  # of the office that the reader heads
        ("stranger", ANI, []),
        ("hr", ANI, ["r1", "r2"]),
        ("policy", ANI, []),
        ("integrator", ANI, []),
    ],
)
def test_who_may_read_whose_planned_results(tree: Any, who: str, whose: str, seen: list[str]) -> None:
    found = tree(who, f'results(employee: "{whose}") {{ result }}')["results"]
    assert [one["result"] for one in found] == seen


def test_what_serves_nothing_is_told_to_heads_of_their_office_and_to_hr(tree: Any, world: Any) -> None:
    loose = "loose { edges { node { employeeNumber result loose } cursor } pageInfo { hasNextPage endCursor } }"
    expected = [(ANI, "r2", "UNLINKED"), (PEER, "b1", "UNLINKED"), (PEER, "b2", "UNLINKED")]

    for who in ("hr", "head"):
        found = nodes(tree(who, loose)["loose"])
        assert [(one["employeeNumber"], one["result"], one["loose"]) for one in found] == expected
    page = tree("hr", loose.replace("loose {", 'loose(unit: "disdukcapil", first: 2) {', 1))["loose"]
    assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (2, True)
    after = page["pageInfo"]["endCursor"]
    rest = tree("hr", loose.replace("loose {", f'loose(first: 2, after: "{after}") {{', 1))["loose"]
    assert [one["result"] for one in nodes(rest)] == ["b2"]
    for who, field in (("ani", loose), ("head", loose.replace("loose {", 'loose(unit: "dinkes") {', 1))):
        [error] = world.ask(who, query(field))["errors"]
        assert error["extensions"] == {"code": "NOT_ALLOWED"}


def test_what_an_office_plans_is_told_in_sums_and_page_by_page_to_its_head_and_to_hr(tree: Any, world: Any) -> None:
    sums = "byUnit { unit plan unitResults people results linked aligned loose }"
    page = "planned(first: 4) { edges { node { employeeNumber result serves loose goal } } pageInfo { endCursor } }"
    of_office = {"unit": "disdukcapil", "plan": "APPROVED", "unitResults": 2, "people": 3}

    for who in ("hr", "head"):
        found = tree(who, f"{sums} {page}")
        assert found["byUnit"] == [of_office | {"results": 6, "linked": 3, "aligned": 3, "loose": 3}]
        assert [tuple(one.values()) for one in nodes(found["planned"])] == [
            (None, "antre", "t1", None, "t1"),
            (None, "ktp", "t1", None, "t1"),
            (BOSS, "b1", "disdukcapil/ktp", None, "t1"),
            (BOSS, "b2", "disdukcapil/antre", None, "t1"),
        ]
        after = found["planned"]["pageInfo"]["endCursor"]
        rest = tree(who, page.replace("first: 4", f'unit: "disdukcapil", after: "{after}"'))["planned"]
        assert [tuple(one.values()) for one in nodes(rest)] == [
            (ANI, "r1", f"{BOSS}/{PERIOD}/b1", None, "t1"),
            (ANI, "r2", None, "UNLINKED", None),
            (PEER, "b1", None, "UNLINKED", None),
            (PEER, "b2", None, "UNLINKED", None),
        ]
    for who in ("ani", "boss", "stranger"):
        for field in (sums, page):
            [error] = world.ask(who, query(field))["errors"]
            assert error["extensions"] == {"code": "NOT_ALLOWED"}


def test_a_load_is_told_against_the_target_it_is_of(tree: Any) -> None:
    loads = "loads { target planned shared results over events }"
    told, none = tree("boss", f'results(employee: "{BOSS}") {{ {loads} }}')["results"]

    [load] = told["loads"]
    assert {name: load[name] for name in ("target", "planned", "shared", "results", "over")} == {
        "target": "t1",
        "planned": "600",
        "shared": "630.5",
        "results": 1,
        "over": "30.5",
    }
    assert len(load["events"]) == 1
    assert none["loads"] == []
    # Whoever is below sees what the boss plans, and not what the others take of it.
    assert tree("ani", f'results(employee: "{BOSS}") {{ {loads} }}')["results"][0]["loads"] == []


def test_the_matrix_has_the_team_against_the_leaders_results(tree: Any) -> None:
    cells = "cells { result planned { result } } beside { result }"
    field = (
        f'matrix(leader: "{BOSS}") {{ columns {{ result }} rows {{ edges {{ node {{ employeeNumber {cells} }} }} }} }}'
    )
    matrix = tree("boss", field)["matrix"]

    assert [one["result"] for one in matrix["columns"]] == ["b1", "b2"]
    ani, peer, *others = nodes(matrix["rows"])
    assert ani == {
        "employeeNumber": ANI,
        "cells": [{"result": "b1", "planned": [{"result": "r1"}]}, {"result": "b2", "planned": []}],
        "beside": [{"result": "r2"}],
    }
    assert [one["result"] for one in peer["beside"]] == ["b1", "b2"]
    assert [one["beside"] for one in others] == [[], [], []]
    assert tree("ani", field)["matrix"] is None


def test_a_talk_is_read_by_both_who_had_it(tree: Any) -> None:
    field = f'talks(employee: "{ANI}", period: "{PERIOD}") {{ on by note }}'
    both = [
        {"on": "2025-03-01", "by": ANI, "note": "Bagian saya 630,5"},
        {"on": "2025-03-02", "by": BOSS, "note": "Setuju"},
    ]

    assert [tree(who, field)["talks"] for who in ("ani", "boss", "hr")] == [both] * 3
    assert [tree(who, field)["talks"] for who in ("peer0", "head", "stranger")] == [[]] * 3


def test_a_change_of_a_plan_is_read_by_both_with_what_became_of_it(tree: Any, world: Any) -> None:
    new = PlannedResult("r3", "Pelatihan", [Target("t3", "Orang", "orang", Decimal("7.5"), Decimal(60))])
    which: Any = {"employee": ANI, "period": PERIOD, "change": "c1"}
    world.tell("ani", ask.ProposePlanChange(**which, reason="tugas baru", results=[new], drop=["r1"]))
    world.follow()
    indicators = "indicators { target value weight }"
    fields = f"change status proposedBy reason results {{ result {indicators} }} dropped answeredBy answer"
    field = f'changes(employee: "{ANI}", period: "{PERIOD}") {{ {fields} }}'
    [waiting] = tree("boss", field)["changes"]
    world.tell("boss", ask.DeclinePlanChange(**which, reason="bulan depan"))
    world.follow()

    assert waiting == {
        "change": "c1",
        "status": "PROPOSED",
        "proposedBy": ANI,
        "reason": "tugas baru",
        "results": [{"result": "r3", "indicators": [{"target": "t3", "value": "7.5", "weight": "60"}]}],
        "dropped": ["r1"],
        "answeredBy": None,
        "answer": None,
    }
    declined = waiting | {"status": "DECLINED", "answeredBy": BOSS, "answer": "bulan depan"}
    assert [tree(who, field)["changes"] for who in ("ani", "boss", "hr")] == [[declined]] * 3
    assert [tree(who, field)["changes"] for who in ("peer0", "head", "stranger")] == [[]] * 3


def test_what_an_office_drops_leaves_who_served_it_loose_and_not_broken(tree: Any, world: Any) -> None:
    world.tell("hr", ReviseUnitPlan(**UNIT, results=[CARDS], reason="Anggaran dipotong"))
    world.follow()

    kept, dropped = tree("boss", f'results(employee: "{BOSS}") {{ loose link {{ kind }} serves {{ result }} }}')[
        "results"
    ]
    assert (kept["loose"], kept["serves"]) == (None, {"result": "ktp"})
    assert (dropped["loose"], dropped["serves"], dropped["link"]) == ("DROPPED", None, {"kind": "SERVICE"})


def test_plans_of_offices_are_public_within_the_agency(tree: Any) -> None:
    fields = "unit status head version results { result loose indicators { value aspect } }"
    [plan] = nodes(tree("stranger", f"units {{ edges {{ node {{ {fields} }} }} }}")["units"])

    assert (plan["unit"], plan["status"], plan["head"]) == ("disdukcapil", "APPROVED", HEAD)
    assert plan["results"][0] == {
        "result": "ktp",
        "loose": None,
        "indicators": [{"value": "900", "aspect": "QUANTITY"}],
    }


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ('agency(id: "surabaya") { plan(year: 1) { year } }', "BAD_YEAR"),
        ('agency(id: "surabaya") { plan(year: 2025) { results(employee: "/") { result } } }', "INVALID"),
    ],
)
def test_a_question_that_means_nothing_is_refused(world: Any, field: str, code: str) -> None:
    [error] = world.ask("hr", f"{{ {field} }}")["errors"]
    assert error["extensions"] == {"code": code}
