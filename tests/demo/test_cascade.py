"""What serves what in the demo: a mission, plans of offices, and links of people, read where the demo says they are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import msgspec
import psycopg
import pytest
from litestar.testing import TestClient

from neraca.demo.output import Place
from neraca.domain.case import MICRO
from neraca.domain.contexts import Actor
from neraca.domain.facts import ALIGNED_RESULTS, PLANNED_RESULTS, Facts
from neraca.domain.vocabulary import Aspect, CascadeKind, Perspective, PositionClass, Role

AGENCIES = ("surabaya", "bandung", "surakarta", "samarinda", "gajahmungkur")


@pytest.fixture(scope="module")
def client(seeded_year: Any, served: Any) -> Iterator[TestClient[Any]]:
    operator = {"operator": Actor("operator", frozenset(Role))}
    with served(seeded_year, operator, datetime(2026, 3, 1, tzinfo=UTC)) as client:
        yield client


def ask(client: TestClient[Any], agency: str, field: str) -> Any:
    query = f'{{ agency(id: "{agency}") {{ plan(year: 2025) {{ {field} }} }} }}'
    answer = client.post("/graphql", json={"query": query}, headers={"Authorization": "Bearer operator"}).json()
    assert "errors" not in answer, answer
    return answer["data"]["agency"]["plan"]


def places(year: Any, agency: str) -> dict[str, Place]:
    query = (files("neraca.demo") / "sql" / "places.sql").read_bytes()
    with psycopg.connect(year.url) as connection:
        rows = connection.execute(query, {"agency": agency}).fetchall()
    return {row[0]: Place(agency, *row) for row in rows}


@pytest.mark.parametrize("agency", AGENCIES)
def test_each_city_has_a_mission_that_leads_down_to_people(
    seeded_year: Any, client: TestClient[Any], agency: str
) -> None:
    place = places(seeded_year, agency)["planned result linked up to the mission"]
    up = "serves { unit goal { id } serves { unit goal { id } serves { unit goal { id } } } }"
    found = ask(client, agency, f'results(employee: "{place.employee}") {{ loose {up} }} vision {{ vision }}')

    assert found["vision"]["vision"] == "Kota yang melayani (contoh)"
    assert "tujuan-1" in str(found["results"][0])
    assert {one["loose"] for one in found["results"]} <= {None, "UNLINKED"}


@pytest.mark.parametrize("agency", AGENCIES)
def test_one_result_was_added_and_one_dropped_by_consent_and_one_linked_late(
    seeded_year: Any, client: TestClient[Any], agency: str
) -> None:
    told = places(seeded_year, agency)
    added, late = told["result added by consent"], told["plan linked late"]
    which = f'employee: "{added.employee}", period: "{added.period}"'
    found = ask(client, agency, f"changes({which}) {{ change status dropped }} talks({which}) {{ by note }}")

    assert told["result dropped by consent"].employee == added.employee == late.employee
    assert [(one["change"], one["status"], len(one["dropped"])) for one in found["changes"]] == [
        ("tambah", "AGREED", 0),
        ("hapus", "AGREED", 1),
    ]
    assert len(found["talks"]) == 2


def test_an_office_dropped_a_result_and_what_served_it_is_loose(seeded_year: Any, client: TestClient[Any]) -> None:
    rows = ask(client, "surabaya", "loose(first: 100) { edges { node { employeeNumber loose } } }")["loose"]["edges"]

    assert {one["node"]["loose"] for one in rows} == {"UNLINKED", "DROPPED"}


def test_plans_of_the_year_have_every_aspect_words_and_every_kind_of_link(seeded_year: Any) -> None:
    reader = seeded_year.service.reader
    drafted = [
        past.event
        for agency in AGENCIES
        for past in reader.of_types(agency, ("plan.drafted", "appraisal.plan-drafted"))
    ]
    links = [past.event for agency in AGENCIES for past in reader.of_types(agency, ["link.made"])]
    targets = [target for plan in drafted for result in plan.results for target in result.targets]

    assert {target.aspect for target in targets} == {*Aspect}
    assert {link.kind for link in links} == {*CascadeKind}
    assert any(target.expectations is not None for target in targets)
    assert all(plan.terms is not None and plan.terms.consequences for plan in drafted)
    assert Perspective.BUDGET in {result.perspective for plan in drafted for result in plan.results}


def test_high_officials_of_surakarta_plan_by_perspective_and_each_for_the_budget(seeded_year: Any) -> None:
    reader = seeded_year.service.reader
    high = {
        past.stream
        for past in reader.of_types("surakarta", ["appraisal.opened"])
        if past.event.position_class is PositionClass.SENIOR_EXECUTIVE
    }
    drafted = [
        {result.perspective for result in past.event.results}
        for past in reader.of_types("surakarta", ["appraisal.plan-drafted"])
        if past.stream in high
    ]

    assert len(drafted) == 4
    for perspectives in drafted:
        assert None not in perspectives
        assert Perspective.BUDGET in perspectives


def test_loads_of_bandung_stay_within_their_targets(seeded_year: Any, client: TestClient[Any]) -> None:
    with psycopg.connect(seeded_year.url) as connection:
        loads = connection.execute(
            """
            select l.serves_employee, l.serves_period, l.serves, l.target, sum(l.share), count(*)
            from read_cascade.link l where l.agency = 'bandung' and l.kind = 'LOAD' group by 1, 2, 3, 4
            """
        ).fetchall()
    approved = {
        (past.event.employee, past.event.period): past.event.results
        for past in seeded_year.service.reader.of_types("bandung", ["plan.drafted"])
    }

    assert any(count > 1 for *_, count in loads)
    for boss, period, served, target, taken, _ in loads:
        [whole] = [
            one.target
            for result in approved[boss, period]
            for one in result.targets
            if (result.id, one.id) == (served, target)
        ]
        assert 0 < taken <= whole


def test_alignment_of_bandung_is_counted_from_links_and_typed_by_nobody(seeded_year: Any) -> None:
    log = {one.position: one for one in seeded_year.log.replay("bandung")}
    query = """
        select final->'facts' from read_scores.appraisal
        where agency = 'bandung' and status = 'final' and (final->'facts')::text <> 'null'
    """
    with psycopg.connect(seeded_year.url) as connection:
        finals = [msgspec.convert(facts, Facts) for (facts,) in connection.execute(query).fetchall()]

    assert finals
    shares: set[tuple[Any, Any]] = set()
    for facts in finals:
        aligned, planned = (facts.case.facts.get(name) for name in (ALIGNED_RESULTS, PLANNED_RESULTS))
        shares.add((aligned, planned))
        if planned is not None:
            *links, counted = facts.sources[f"facts/{ALIGNED_RESULTS}"]
            assert {log[at].type for at in links} <= {"link.made"}
            assert (len(links) * MICRO, log[counted].type) == (aligned, "appraisal.alignment-counted")
    # Some serve a goal by all they plan that is linked, some by nothing; whoever broke off a study plans nothing.
    assert len(shares) >= 3
    assert sum(one.type == "appraisal.alignment-counted" for one in log.values()) >= len(finals) - 1
