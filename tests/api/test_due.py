"""What is due of a person: to themselves, to those who appraise them, to HR and auditors, and to nobody else."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.appraisal import commands as ask
from neraca.domain.contexts import Actor
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass, Role

Ask = Callable[..., list[Any]]


@pytest.fixture
def due(fixture_agency: Any) -> Iterator[Ask]:
    """Budi's first quarter is open under Sri and Agus; it is 2 May 2025, and the appraiser had 14 working days."""
    actors: Mapping[str, Actor] = {
        **{name: Actor(name, frozenset({Role(name)}), "uji") for name in ("hr", "auditor", "surveyor", "clock")},
        **{name: Actor(name, frozenset({Role.EMPLOYEE}), "uji") for name in ("budi", "sri", "tono", "agus", "ani")},
    }
    app = create(
        service=fixture_agency.service,
        url=fixture_agency.house.url,
        agencies=fixture_agency.house.agencies,
        tokens=Tokens(actors),
        clock=lambda: datetime(2025, 5, 2, tzinfo=UTC),
    )
    fixture_agency.plan("budi")
    fixture_agency.house.follow()

    with TestClient(app, raise_server_exceptions=False) as client:

        def asked(who: str, person: str = "budi", when: str = "") -> list[Any]:
            fields = "employeeNumber period kind role person since last late"
            query = f'{{ agency(id: "uji"{when}) {{ due(person: "{person}") {{ {fields} }} }} }}'
            answer = client.post("/graphql", json={"query": query}, headers={"Authorization": f"Bearer {who}"}).json()
            assert "errors" not in answer, answer
            return answer["data"]["agency"]["due"]

        yield asked


EVALUATION = {
    "employeeNumber": "budi",
    "period": "2025-Q1",
    "kind": "EVALUATION",
    "role": "pejabat_penilai",
    "person": "sri",
    "since": "2025-03-31",
    "last": "2025-04-18",
    "late": True,
}


def test_what_is_due_is_read_by_whom_it_concerns(due: Ask) -> None:
    for who in ("budi", "sri", "agus", "hr", "auditor"):
        assert due(who) == [EVALUATION], who
    for who in ("tono", "ani", "surveyor", "clock"):
        assert due(who) == [], who
    assert due("sri", "sri") == [EVALUATION], "what she owes"
    assert due("auditor", "agus") == [], "who owes nothing while the appraiser may act"


def test_what_was_due_is_read_as_it_was(due: Ask, fixture_agency: Any) -> None:
    before = fixture_agency.house.log.head("uji")
    fixture_agency.tell(
        "hr", ask.CancelAppraisal(employee="budi", period="2025-Q1", reason="keliru"), on=date(2025, 4, 8)
    )
    fixture_agency.house.follow()

    assert due("hr") == []
    assert due("hr", when=f', asOf: {{ position: "{before}" }}') == [EVALUATION]


def test_a_plan_of_the_year_that_is_wanted_is_read_by_the_person_and_whoever_is_above(
    due: Ask, fixture_agency: Any, policy: str
) -> None:
    of_year = policy.replace("workflow:\n", 'workflow:\n  plan: {of: year, by: "01-31", late: mark}\n')
    fixture_agency.publish(of_year, version=3, since=date(2025, 4, 1))
    fixture_agency.tell(
        "hr",
        RegisterEmployee(
            employee="gita",
            name="Gita",
            employment_type=EmploymentType.CIVIL_SERVANT,
            position="Analis",
            position_class=PositionClass.FUNCTIONAL,
            since=date(2025, 4, 7),
        ),
        AssignEmployee(employee="gita", unit="dinkes", since=date(2025, 4, 7), supervisor="sri"),
        on=date(2025, 4, 7),
    )
    fixture_agency.house.follow()
    wanted = {
        "employeeNumber": "gita",
        "period": "2025-04..12",
        "kind": "PLAN",
        "role": "pegawai",
        "person": "gita",
        "since": "2025-04-07",
        "last": "2025-04-30",
        "late": True,
    }

    for who in ("sri", "hr", "auditor"):
        assert due(who, "gita") == [wanted], who
    assert wanted in due("sri", "sri")
    for who in ("tono", "ani", "agus", "clock"):
        assert due(who, "gita") == [], who
