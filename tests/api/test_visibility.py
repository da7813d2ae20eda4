"""What a reader sees because of where they stand is asked of the legal day, not of what was recorded last."""

from datetime import date
from typing import Any

from neraca.domain.exemptions import EndExemption, ExemptEmployee, WithdrawExemption
from neraca.domain.roster import RetireEmployee, TransferEmployee
from neraca.domain.vocabulary import ExemptionKind

HEAD, BOSS, ANI = "196501011990031001", "197001011995031001", "198501012010011001"
PEER, OTHER = "198601012010011001", "198701012010011001"
STRANGER = "199001012015011001"
APPRAISALS = '{ agency(id: "surabaya") { appraisals { edges { node { employeeNumber } } } } }'
PEOPLE = '{ agency(id: "surabaya") { employees { edges { node { employeeNumber unit supervisor retired } } } } }'


def people(world: Any, who: str) -> dict[str, Any]:
    edges = world.data(who, PEOPLE)["agency"]["employees"]["edges"]
    return {one["node"].pop("employeeNumber"): one["node"] for one in edges}


def appraised(world: Any, who: str) -> set[str]:
    edges = world.data(who, APPRAISALS)["agency"]["appraisals"]["edges"]
    return {one["node"]["employeeNumber"] for one in edges}


def test_what_is_recorded_ahead_changes_neither_reads_nor_sight_today(world: Any) -> None:
    """It is 3 March 2025."""
    before = {who: people(world, who) for who in ("hr", "boss", "head", "stranger", "peer0")}

    move = TransferEmployee(employee=PEER, unit="dinkes", since=date(2026, 1, 5), supervisor=STRANGER, reason="mutasi")
    world.tell("hr", move, RetireEmployee(employee=OTHER, on=date(2099, 1, 1)))
    world.follow()

    for seen in before.values():
        if OTHER in seen:
            seen[OTHER]["retired"] = "2099-01-01"
    assert {who: people(world, who) for who in before} == before
    assert before["hr"][PEER] == {"unit": "disdukcapil", "supervisor": BOSS, "retired": None}


def test_a_transfer_that_was_recorded_late_holds_only_until_the_next(world: Any) -> None:
    late = TransferEmployee(
        employee=PEER, unit="disdukcapil", since=date(2025, 2, 3), supervisor=HEAD, reason="tertunda"
    )
    world.tell("hr", late)
    world.follow()

    assert people(world, "hr")[PEER] == {"unit": "disdukcapil", "supervisor": HEAD, "retired": None}
    assert PEER in people(world, "head")
    assert PEER not in people(world, "boss")


def test_while_an_exemption_keeps_the_superior_away_the_next_one_sees_those_below(world: Any) -> None:
    """It is 3 March 2025. Who is named still reads what they were named in."""
    since, decree = date(2025, 2, 3), "SK 5/2025"
    world.tell("hr", ExemptEmployee(employee=BOSS, kind=ExemptionKind.SUSPENDED, since=since, decree=decree))
    world.follow()

    assert ANI in people(world, "head")
    assert ANI in appraised(world, "head")
    assert ANI in appraised(world, "boss")

    world.tell("hr", EndExemption(employee=BOSS, decree=decree, until=date(2025, 3, 2), reason="Kembali bertugas"))
    world.follow()
    assert ANI not in people(world, "head")

    world.tell("hr", ExemptEmployee(employee=BOSS, kind=ExemptionKind.UNPAID_LEAVE, since=date(2025, 3, 3), decree="2"))
    world.follow()
    assert ANI in people(world, "head")
    world.tell("hr", WithdrawExemption(employee=BOSS, decree="2", reason="Keliru"))
    world.follow()
    assert ANI not in people(world, "head")


def test_who_left_the_post_has_nobody_below_and_the_next_superior_has(world: Any) -> None:
    assert ANI in people(world, "boss")
    assert ANI not in people(world, "head")

    away = TransferEmployee(employee=BOSS, unit="dinkes", since=date(2025, 3, 1), supervisor=HEAD, reason="mutasi")
    world.tell("hr", away)
    world.follow()

    assert set(people(world, "boss")) == {BOSS}
    assert ANI in people(world, "head")
    assert ANI in appraised(world, "head")
    assert ANI in appraised(world, "boss")  # named in it, and still in service

    world.tell("hr", RetireEmployee(employee=BOSS, on=date(2025, 3, 2)))
    world.follow()

    assert appraised(world, "boss") == set()
    assert people(world, "hr")[BOSS] == {"unit": None, "supervisor": None, "retired": "2025-03-02"}
