"""A simulation over GraphQL: for those who make and check policies, naming people only to those who may know."""

import asyncio
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any, cast

import msgspec
import pytest
from msgspec import Struct

from neraca.api.graphql import simulation
from neraca.api.graphql.support.conversion import converted
from neraca.api.outcome_counts import FLOOR
from neraca.api.simulation_queue import SimulationQueue
from neraca.domain.policy_register import PublishPolicy
from neraca.policy.impact import distribution, report
from neraca.service.simulation import Simulation, SimulationRequest, Simulator

QUERY = """query ($candidate: String!, $period: String) { agency(id: "surabaya") {
  simulate(candidate: $candidate, period: $period) { %s } } }"""
FIELDS = """hash canonical summary period people changed after { id version } before { hash }
  transitions { before after people } byUnit { name people } mostAffected { employeeNumber unit }"""
SURABAYA = "id.jatim.kota-surabaya"
POLICIES = Path(__file__).parents[2] / "policies"
WEIGHTS = "of: {rencana_hasil_kerja: 50, layanan: 35, "
ANI = "198501012010011001"


@pytest.fixture(scope="module")
def heavier(world: Any) -> str:
    """Surabaya's policy with more weight on the planned results, published and not in force."""
    own, *parents = ("surabaya/kota-surabaya.yaml", "nasional/permenpanrb-6-2022.yaml")
    texts = {name: (POLICIES / name).read_text() for name in (own, *parents)}
    for old, new in (("\nversion: 1\n", "\nversion: 2\n"), (WEIGHTS, "of: {rencana_hasil_kerja: 80, layanan: 15, ")):
        assert old in texts[own]
        texts[own] = texts[own].replace(old, new)
    texts[own] = texts[own].replace("inovasi: 15}", "inovasi: 5}")
    world.tell("founder", PublishPolicy(file=own, texts=texts, reason="contoh"))
    return f"{SURABAYA}@2"


def simulated(world: Any, who: str, fields: str = FIELDS, candidate: str = SURABAYA, period: str = "2025-Q1") -> Any:
    return world.ask(who, QUERY.replace("%s", fields), {"candidate": candidate, "period": period})


def refused(answer: Any) -> str:
    return answer["errors"][0]["extensions"]["code"]


def test_the_report_is_there_with_the_hash_of_its_very_bytes(world: Any) -> None:
    found = simulated(world, "auditor", candidate=f"{SURABAYA}@1")["data"]["agency"]["simulate"]

    assert found["hash"] == sha256(found["canonical"].encode()).hexdigest()
    assert (found["after"], found["period"]) == ({"id": SURABAYA, "version": 1}, "2025-Q1")
    assert found["changed"] == 0
    assert found["people"] == sum(one["people"] for one in found["transitions"])
    assert found["people"] == sum(one["people"] for one in found["byUnit"])


@pytest.mark.parametrize("who", ["policy", "official", "auditor", "operator"])
def test_those_who_make_and_check_policies_may_ask(world: Any, who: str) -> None:
    assert "errors" not in simulated(world, who, "people")


@pytest.mark.parametrize("who", ["ani", "boss", "hr", "surveyor", "integrator"])
def test_nobody_else_may(world: Any, who: str) -> None:
    assert refused(simulated(world, who, "people")) == "NOT_ALLOWED"


def test_only_those_who_may_know_learn_who_is_affected(world: Any, heavier: str) -> None:
    def affected(who: str) -> Any:
        return simulated(world, who, candidate=heavier)["data"]["agency"]["simulate"]["mostAffected"]

    assert [one["employeeNumber"] for one in affected("official")] == [ANI]
    assert [one["employeeNumber"] for one in affected("operator")] == [ANI]
    assert [one["employeeNumber"] for one in affected("auditor")] == [None]
    assert affected("policy") == []


def test_who_reads_no_dossier_reads_no_single_person_out_of_a_report(world: Any, heavier: str) -> None:
    fields = "canonical byUnit { name } byClass { people } quotas { cohorts { unit } } mostAffected { scoreAfter }"
    assert simulated(world, "official", "byUnit { name }")["data"]["agency"]["simulate"]["byUnit"]

    for who in ("policy", "national"):
        found = simulated(world, who, fields, candidate=heavier)["data"]["agency"]["simulate"]
        assert all(one["people"] >= FLOOR for one in found.pop("byClass"))
        assert found == {
            "canonical": None,
            "byUnit": [],
            "quotas": {"cohorts": []},
            "mostAffected": [],
        }


def test_for_another_agency_there_is_nothing(world: Any) -> None:
    assert simulated(world, "bandung", "people")["data"]["agency"] is None


def test_a_candidate_or_period_that_is_not_there_is_refused_in_words(world: Any) -> None:
    answer = simulated(world, "policy", "people", candidate=f"{SURABAYA}@9")
    assert refused(answer) == "NOT_FOUND"
    assert f"did you mean '{SURABAYA}@" in answer["errors"][0]["message"]

    assert refused(simulated(world, "policy", "people", period="2024")) == "NOT_FOUND"
    assert refused(simulated(world, "policy", "people", period="soon")) == "REFUSED"


def test_another_agencys_policy_is_none_of_theirs(world: Any) -> None:
    assert refused(simulated(world, "policy", "people", candidate="bandung")) == "NOT_FOUND"


def test_a_query_may_simulate_once(world: Any) -> None:
    both = 'a: simulate(candidate: "x") { people } b: simulate(candidate: "y") { people }'

    assert refused(world.ask("policy", f'{{ agency(id: "surabaya") {{ {both} }} }}')) == "TOO_MUCH"


def as_json(value: object) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


SHIFT = report.Shift(9, 8, "1.1", "1.2", "0.1", "-1", "0", "0.2", "0.3", "4")
BREACH = distribution.Breach("some_of", ("baik",), 1, 0)
SUM = report.Sum("FUNCTIONAL", 5, "1.5", "2.5", "1.0", 6, 7)


@pytest.mark.parametrize(
    ("struct", "kind", "instead"),
    [
        (report.PolicyName("a", 2, "h", "c"), simulation.SimulatedPolicy, {}),
        (report.Transition("baik", "blocked", 3), simulation.Transition, {}),
        (report.Group("dinkes", 9, 8, 7, 6, 5, 4, SHIFT), simulation.GroupImpact, {}),
        (report.BlockingChange(2, (report.Reason("p", "r", 2),)), simulation.BlockingChange, {}),
        (
            report.Quotas(1, 2, 3, 4, 5, 6, (report.Cohort("dinkes", "kurang", 5, (), (BREACH, BREACH)),)),
            simulation.QuotaImpact,
            {},
        ),
        (
            report.Effect(report.PolicyName("a", 2, "h", "c"), "month", SUM, (SUM, SUM), (report.Reason("p", "r", 2),)),
            simulation.PaidImpact,
            {},
        ),
        (
            report.Affected("dinkes", "FUNCTIONAL", "baik", "blocked", -3, "80", None, None),
            simulation.AffectedPerson,
            {"employee_number": ANI},
        ),
        (
            report.Start(date(2025, 1, 1), None, ("FUNCTIONAL",), True, (report.Cut("2025", ("2025-S1",), 4, 3),)),
            simulation.SimulatedStart,
            {},
        ),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_part_of_a_report_arrives_field_by_field_as_it_is(
    struct: Struct, kind: type, instead: dict[str, Any]
) -> None:
    arrived = converted(struct, kind, **instead)

    assert as_json(arrived) == as_json(struct) | instead


def test_of_each_agency_one_is_simulated_at_a_time_and_of_two_at_once() -> None:
    """The place of one that nobody waits for any more is held until it ends: it still needs its memory."""
    begun: list[tuple[str, str]] = []
    gate = Event()

    class Stalled:
        def run(self, question: SimulationRequest) -> Simulation:
            begun.append((question.agency, cast(str, question.candidate)))
            assert question.agency != "surabaya" or gate.wait(20)
            return cast(Simulation, question.candidate)

    async def ask() -> None:
        queue = SimulationQueue(cast(Simulator, Stalled()))

        def asked(agency: str, candidate: str) -> asyncio.Task[Simulation]:
            return asyncio.create_task(queue.run(SimulationRequest(agency=agency, candidate=candidate)))

        given_up, waiting = asked("surabaya", "first"), asked("surabaya", "second")
        async with asyncio.timeout(20):
            while not begun:
                await asyncio.sleep(0.001)
        given_up.cancel()
        for candidate in ("one", "two"):
            assert cast(object, await asked("bandung", candidate)) == candidate
        assert begun == [("surabaya", "first"), ("bandung", "one"), ("bandung", "two")]
        gate.set()
        assert cast(object, await waiting) == "second"

    asyncio.run(ask())


def test_the_loop_goes_on_while_one_is_simulated() -> None:
    went_on = Event()

    class Slow:
        def run(self, question: SimulationRequest) -> Simulation:
            assert went_on.wait(10)
            return cast(Simulation, question.candidate)

    async def both() -> object:
        asked = asyncio.ensure_future(
            SimulationQueue(cast(Simulator, Slow())).run(SimulationRequest(agency="surabaya", candidate="x"))
        )
        await asyncio.sleep(0)
        went_on.set()
        return await asked

    assert asyncio.run(both()) == "x"
