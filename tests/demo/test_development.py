"""What follows from results in the demo: training, own plans, candidacies and boxes, each with what it rests on."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import CandidacyKind, Role
from neraca.service.development_reports import boxes, candidates, low_rated, trainings
from neraca.service.replay import replay
from neraca.service.report_source import ReportSource
from neraca.service.training_needs import needs_altered
from neraca.store.pool import open_pool

AGENCIES = {
    "surabaya": "2025-Q4",
    "bandung": "2025-S2",
    "samarinda": "2025",
    "surakarta": "2025-Q4",
    "gajahmungkur": "2025",
}


@pytest.fixture
def source(seeded_year: Any) -> Any:
    with open_pool(seeded_year.url, largest=1) as pool:
        service = seeded_year.service
        yield lambda agency: ReportSource(
            seeded_year.agencies[agency], date(2026, 4, 30), service.policies, service.reader, pool
        )


@pytest.mark.parametrize("agency", AGENCIES)
def test_a_training_plan_is_proposed_decided_and_done_by_one_of_two(source: Any, agency: str) -> None:
    found = trainings(source(agency), AGENCIES[agency], None)

    assert [one.status for one in found] == ["completed", "cancelled"]
    assert found[0].certificate is not None
    assert found[0].event > 0


def test_somebody_with_a_low_result_has_no_training_yet(source: Any) -> None:
    low = {agency: low_rated(source(agency), label, None) for agency, label in AGENCIES.items()}

    assert any(not one.trainings for rows in low.values() for one in rows)
    assert any(one.trainings for rows in low.values() for one in rows)


def test_a_promotion_is_nominated_accepted_and_granted_and_one_is_declined(source: Any) -> None:
    found = candidates(source("gajahmungkur"), CandidacyKind.PROMOTION, "2025")

    assert [(one.stage, one.outcome) for one in found if one.stage == "granted"] == [("granted", "memenuhi_syarat")]
    assert all(one.decree for one in found if one.stage == "granted")


def test_a_reward_is_granted_by_two_quarters(source: Any) -> None:
    found = candidates(source("surakarta"), CandidacyKind.REWARD, "2025-Q4")

    assert "granted" in [one.stage for one in found]


def test_people_are_in_boxes_and_low_years_are_listed(source: Any) -> None:
    talents = candidates(source("gajahmungkur"), CandidacyKind.TALENT, "2025")
    listed = candidates(source("samarinda"), CandidacyKind.DISCIPLINE, "2025")

    assert sum(one.people for one in boxes(talents)) == len(talents) > 3
    assert {one.outcome for one in talents} <= {f"kotak_{n}" for n in range(1, 10)}
    assert listed
    assert {one.outcome for one in listed} == {"tidak_ada"}, "one low year alone is held against nobody"


@pytest.mark.parametrize("agency", ["gajahmungkur", "surakarta", "samarinda"])
def test_all_of_it_is_reckoned_again_from_the_log(seeded_year: Any, agency: str) -> None:
    service = seeded_year.service

    again = [one for one in replay(service, agency) if " " in one.period]

    assert len(again) > 3
    assert [one.differences for one in again if one.differences] == []
    assert [*needs_altered(service.reader, service.policies, agency)] == []


def test_it_is_read_over_graphql_by_name(seeded_year: Any) -> None:
    app = create(
        service=seeded_year.service,
        url=seeded_year.url,
        agencies=seeded_year.agencies,
        tokens=Tokens({"hr": Actor("hr", frozenset({Role.HR}), "gajahmungkur")}),
        clock=lambda: datetime(2026, 4, 30, tzinfo=UTC),
    )
    query = """{ agency(id: "gajahmungkur") { nineBox(period: "2025") { outcome people }
        candidacies(kind: PROMOTION, eligible: true) { edges { node { stage explain { path } } } } } }"""
    with TestClient(app) as client:
        headers = {"Authorization": "Bearer hr"}
        found = client.post("/graphql", json={"query": query}, headers=headers).json()["data"]["agency"]

    assert sum(one["people"] for one in found["nineBox"]) > 3
    assert all(one["node"]["explain"] for one in found["candidacies"]["edges"])
