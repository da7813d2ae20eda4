"""A rule that is tried, over GraphQL: for policy staff and auditors, and for nobody whom it is about or who decides."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role
from neraca.service.simulation import Simulator

LIST = "shadows { id policy since until namedBy reason ended whyEnded }"
ONE = """shadow(id: "s1", period: "%s") {
  people lowered transitions { before after people } byUnit { name people } mostAffected { employeeNumber }
}"""


@pytest.fixture
def ask(shadowing_agency: Any) -> Iterator[Any]:
    house = shadowing_agency.house
    actors = {role.value: Actor(f"{role}-1", frozenset({role}), "uji") for role in Role}
    actors["fitri"] = Actor("fitri", frozenset({Role.EMPLOYEE}), "uji")
    app = create(
        service=shadowing_agency.service,
        url=house.url,
        agencies=house.agencies,
        tokens=Tokens(actors),
        clock=lambda: datetime(2027, 1, 20, 5, tzinfo=UTC),
        simulator=Simulator(house.url, shadowing_agency.service.policies, house.agencies),
    )

    with TestClient(app, raise_server_exceptions=False) as client:

        def asked(who: str, fields: str) -> Any:
            query = {"query": f'{{ agency(id: "uji") {{ reports {{ {fields} }} }} }}'}
            return client.post("/graphql", json=query, headers={"Authorization": f"Bearer {who}"}).json()

        yield asked


@pytest.mark.parametrize("who", ["policy", "policy-approver", "national", "auditor"])
def test_policy_staff_and_auditors_read_what_is_tried_and_what_it_gives(ask: Any, who: str) -> None:
    (shadow,) = ask(who, LIST)["data"]["agency"]["reports"]["shadows"]
    assert shadow == {
        "id": "s1",
        "policy": "kota-uji@3",
        "since": "2026-01-01",
        "until": "2026-12-31",
        "namedBy": "policy",
        "reason": "Dicoba setahun",
        "ended": None,
        "whyEnded": None,
    }

    found = ask(who, ONE % "2026")["data"]["agency"]["reports"]["shadow"]
    assert (found["people"], found["lowered"]) == (2, 1)
    assert found["transitions"] == [
        {"before": "baik", "after": "baik", "people": 1},
        {"before": "baik", "after": "butuh_perbaikan", "people": 1},
    ]
    # Of two people in an office only who may read their dossiers is told, and nobody by name.
    assert found["byUnit"] == ([{"name": "dinkes", "people": 2}] if who == "auditor" else [])
    assert {one["employeeNumber"] for one in found["mostAffected"]} <= {None}
    assert ask(who, ONE % "2025")["data"]["agency"]["reports"]["shadow"] is None


@pytest.mark.parametrize("who", ["hr", "official", "employee", "fitri", "surveyor", "integrator"])
def test_nobody_who_decides_or_whom_it_is_about_reads_it(ask: Any, who: str) -> None:
    for fields in (LIST, ONE % "2026"):
        assert ask(who, fields)["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}


def test_a_shadow_that_is_not_there_is_said(ask: Any) -> None:
    answer = ask("policy", (ONE % "2026").replace("s1", "s9"))

    assert answer["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
