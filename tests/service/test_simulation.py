"""Another policy over the facts that a year left behind: read in one snapshot, written nowhere."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec import structs

from neraca.domain.attendance import RecordAttendance
from neraca.domain.errors import Invalid, NotFound
from neraca.domain.policy_register import ProposePolicy
from neraca.domain.vocabulary import PositionClass
from neraca.policy.impact.report import impact_hash
from neraca.policy.library import Library
from neraca.policy.published import PublishedPolicy, compile_draft
from neraca.service import NoSuchAgency
from neraca.service.simulation import LeftOut, Simulation, SimulationRequest, Simulator

BANDUNG = "id.jabar.kota-bandung"
WEIGHTS = "rencana_hasil_kerja: 50, kontribusi_tim: 20, dampak_organisasi: 20"
POLICY = (Path(__file__).parents[1] / "fixture_agency" / "kota-uji.yaml").read_text()
AFTER = date(2025, 4, 9)
MOVED = "rencana_hasil_kerja: 20, kontribusi_tim: 50, dampak_organisasi: 20"


@pytest.fixture(scope="module")
def simulator(seeded_year: Any) -> Simulator:
    return Simulator(seeded_year.url, seeded_year.service.policies, seeded_year.agencies)


@pytest.fixture(scope="module")
def moved(shipped: Library) -> PublishedPolicy:
    """Bandung's own policy with other weights."""
    resolved = shipped.get(BANDUNG)
    text = resolved.sources[resolved.file]
    assert WEIGHTS in text
    return compile_draft(resolved.file, {**resolved.sources, resolved.file: text.replace(WEIGHTS, MOVED)})


def simulated(simulator: Simulator, candidate: PublishedPolicy | str, **more: Any) -> Simulation:
    return simulator.run(SimulationRequest(agency="bandung", candidate=candidate, **more))


def test_the_policy_in_force_changes_nothing_and_gives_what_was_recorded(
    seeded_year: Any, simulator: Simulator
) -> None:
    found = simulated(simulator, BANDUNG).impact

    assert found.period == "2025-S2"
    assert (found.changed, found.newly_blocked.people, found.most_affected) == (0, 0, ())
    reader = seeded_year.service.reader
    computed = {past.stream: past.event.computed for past in reader.of_type("bandung", "appraisal.finalised")}
    taken_over = {past.stream for past in reader.of_type("bandung", "appraisal.joined")}
    with psycopg.connect(seeded_year.url) as connection:
        recorded = connection.execute(
            "select stream, coalesce(predicate, 'blocked') from read_scores.appraisal"
            " where agency = 'bandung' and period = '2025-S2'"
        ).fetchall()
    # What an appraiser moved among their people is no policy's doing, and what was taken over has no facts of its own.
    counted = Counter(computed.get(stream, predicate) for stream, predicate in recorded if stream not in taken_over)
    assert {one.before: one.people for one in found.transitions} == counted


def test_moved_weights_shift_scores_by_unit(simulator: Simulator, moved: PublishedPolicy) -> None:
    found = simulated(simulator, moved)

    assert found.impact.shift is not None
    assert found.impact.shift.moved > 0
    assert sum(one.people for one in found.impact.by_unit) == found.impact.people
    assert found.hash == impact_hash(found.impact)
    assert len(found.affected) == len(found.impact.most_affected)
    assert found.position > 0


def test_the_same_question_has_the_same_hash(simulator: Simulator, moved: PublishedPolicy) -> None:
    assert simulated(simulator, moved) == simulated(simulator, moved)


def test_a_period_may_be_named_and_progress_is_told(simulator: Simulator, moved: PublishedPolicy) -> None:
    told: list[tuple[int, int]] = []

    found = simulator.run(
        SimulationRequest(agency="bandung", candidate=moved, period="2025-S1"), lambda done, of: told.append((done, of))
    )

    assert found.impact.period == "2025-S1"
    assert told == [(found.impact.people, found.impact.people)]


@pytest.mark.parametrize(
    ("city", "id_"), [("samarinda", "id.kaltim.kota-samarinda"), ("surakarta", "id.jateng.kota-surakarta")]
)
def test_the_same_facts_can_be_scored_under_another_agencys_policy(simulator: Simulator, city: str, id_: str) -> None:
    found = simulated(simulator, city, consult=(city,))

    assert found.impact.after.id == id_
    assert found.impact.people == sum(one.people for one in found.impact.transitions)
    assert found.left_out == ()


def test_whom_the_candidate_would_not_rule_is_left_out_with_the_reason(fixture_agencies: Any) -> None:
    """Coba, and Uji itself, have a rule of their own for the operational."""
    uji, lighter = fixture_agencies["uji"], POLICY.replace("hasil: 60, sikap: 30", "hasil: 50, sikap: 40")
    for employee in ("budi", "ani", "eko"):
        uji.score(employee)
    for agency in fixture_agencies.values():
        agency.publish(lighter, version=2, since=date(2025, 2, 1), classes=(PositionClass.OPERATIONAL,), in_parts=True)
    uji.house.follow()
    simulator = Simulator(uji.house.url, uji.service.policies, uji.house.agencies)

    other = simulator.run(SimulationRequest(agency="uji", candidate="coba", period="2025-Q1", consult=("coba",)))
    own = simulator.run(SimulationRequest(agency="uji", candidate="uji", period="2025-Q1"))

    assert (other.impact.people, other.impact.after.version) == (2, 1)
    assert other.left_out == (LeftOut("OPERATIONAL", 1, "kota-uji@2 rules them in coba; name it"),)
    assert (own.impact.people, own.impact.changed, own.left_out) == (3, 0, ())
    assert {one.version for one in own.impact.before} == {1, 2}
    assert own.impact.shift is not None
    assert own.impact.shift.moved == 0


def test_another_agencys_book_is_closed_unless_it_may_be_consulted(simulator: Simulator) -> None:
    with pytest.raises(NotFound, match="no policy 'surakarta' is published"):
        simulated(simulator, "surakarta")


def test_a_policy_is_found_by_id_version_or_hash(simulator: Simulator) -> None:
    by_id = simulated(simulator, BANDUNG)

    assert simulated(simulator, f"{BANDUNG}@1") == by_id
    assert simulated(simulator, by_id.impact.after.hash) == by_id


def test_credit_points_are_told_under_a_named_policy(
    simulator: Simulator, moved: PublishedPolicy, shipped: Library
) -> None:
    resolved = shipped.get("id.nasional.angka-kredit", 1)
    credit = compile_draft(resolved.file, resolved.sources)

    found = simulated(simulator, moved, credit=credit).impact.credit

    assert found is not None
    assert found.policy.id == "id.nasional.angka-kredit"
    assert found.total.people == sum(one.people for one in found.by_class)


def test_a_candidate_must_be_a_policy_for_predicates(simulator: Simulator, shipped: Library) -> None:
    resolved = shipped.get("id.nasional.angka-kredit", 1)

    with pytest.raises(Invalid, match=r"id\.nasional\.angka-kredit@1 is a policy for credit, not for predicate"):
        simulated(simulator, compile_draft(resolved.file, resolved.sources))


def test_what_is_not_there_is_refused_by_name(simulator: Simulator) -> None:
    with pytest.raises(NotFound, match="bandung has no appraisals of 2024; there are 2025-S2, 2025-S1"):
        simulated(simulator, BANDUNG, period="2024")
    with pytest.raises(NotFound, match="did you mean"):
        simulated(simulator, f"{BANDUNG}@9")
    with pytest.raises(NoSuchAgency, match="no agency 'bandong'"):
        simulator.run(SimulationRequest(agency="bandong", candidate=BANDUNG))


def test_a_proposal_is_simulated_for_the_classes_it_is_for(fixture_agency: Any) -> None:
    fixture_agency.score("budi", actual=90, rating=80)
    text = POLICY.partition("\ntests:")[0].replace("hasil: 60, sikap: 30", "hasil: 50, sikap: 40")
    for version, classes in ((2, None), (3, (PositionClass.OPERATIONAL,))):
        texts = {"kota-uji.yaml": text.replace("\nversion: 1\n", f"\nversion: {version}\n")}
        since = date(2026, 1, 1)
        propose = ProposePolicy(file="kota-uji.yaml", texts=texts, reason="uji", since=since, classes=classes)
        propose = structs.replace(propose, fewer_tests="bukan yang diuji")
        fixture_agency.tell("policy", propose)
    fixture_agency.house.follow()
    simulator = Simulator(fixture_agency.house.url, fixture_agency.service.policies, fixture_agency.house.agencies)

    for_all = simulator.run(SimulationRequest(agency="uji", candidate="p1", period="2025-Q1")).impact
    for_others = simulator.run(SimulationRequest(agency="uji", candidate="p2", period="2025-Q1")).impact

    assert (for_all.after.version, for_others.after.version) == (2, 3)
    counts = {one.indicator: (one.before, one.after) for one in for_all.indicators}
    assert counts["skp"] == counts["layanan"] == (1, 1)
    assert counts["harian"] == counts["kepuasan"] == (0, 0)
    assert for_all.shift is not None
    assert for_others.shift is not None
    assert (for_all.shift.moved, for_others.shift.moved) == (1, 0)


def test_without_final_results_a_period_must_be_named(fixture_agency: Any) -> None:
    fixture_agency.score("budi")
    fixture_agency.house.follow()
    simulator = Simulator(fixture_agency.house.url, fixture_agency.service.policies, fixture_agency.house.agencies)

    with pytest.raises(NotFound, match="uji has no final results yet; name a period, there are 2025-Q1"):
        simulator.run(SimulationRequest(agency="uji", candidate="kota-uji"))
    found = simulator.run(SimulationRequest(agency="uji", candidate="kota-uji", period="2025-Q1"))
    assert found.impact.people == 1


def test_agencies_are_never_mixed_and_nothing_is_written(fixture_agencies: Any) -> None:
    for fixture_agency, people in ((fixture_agencies["uji"], ("budi", "ani")), (fixture_agencies["coba"], ("cici",))):
        for employee in people:
            fixture_agency.score(employee)
        fixture_agency.house.follow()
    uji = fixture_agencies["uji"]
    heads = uji.house.log.positions()

    found = Simulator(uji.house.url, uji.service.policies, uji.house.agencies).run(
        SimulationRequest(agency="uji", candidate="kota-uji", period="2025-Q1")
    )

    assert (found.impact.people, found.position) == (2, heads["uji"])
    assert uji.house.log.positions() == heads


def test_a_final_score_is_judged_on_the_facts_it_was_fixed_on(fixture_agency: Any) -> None:
    fixture_agency.score("budi", actual=100, rating=90)
    fixture_agency.finalise("budi")
    fixture_agency.tell(
        "hr", RecordAttendance(employee="budi", month="2025-03", required_days=19, absent_days=19), on=AFTER
    )
    fixture_agency.house.follow()
    simulator = Simulator(fixture_agency.house.url, fixture_agency.service.policies, fixture_agency.house.agencies)

    found = simulator.run(SimulationRequest(agency="uji", candidate="kota-uji"))

    assert [one.before for one in found.impact.transitions] == ["baik"]
