"""What is due of a person: to themselves, to those who appraise them, to HR and auditors, and to nobody else."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.acting_officials import AppointActing
from neraca.domain.appraisal import commands as ask
from neraca.domain.careers import ChangePosition
from neraca.domain.contexts import Actor
from neraca.domain.exemptions import ExemptEmployee
from neraca.domain.roster import AssignEmployee, RegisterEmployee
from neraca.domain.vocabulary import ActingKind, EmploymentType, ExemptionKind, PositionClass, Role
from neraca.service.acting_parties import open_deadlines

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
            fields = "employeeNumber period kind role person acts since last late"
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
    "acts": "sri",
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


def test_who_acts_in_the_place_of_the_appraiser_is_told_beside_and_reads_what_they_owe(
    due: Ask, fixture_agency: Any
) -> None:
    before = fixture_agency.house.log.head("uji")
    exempt = ExemptEmployee(employee="sri", kind=ExemptionKind.UNPAID_LEAVE, since=date(2025, 4, 28), decree="SK 4")
    fixture_agency.tell("hr", exempt, on=date(2025, 4, 28))
    fixture_agency.house.follow()

    stands_in = EVALUATION | {"acts": "agus"}
    for who, person in (("budi", "budi"), ("hr", "sri"), ("agus", "agus")):
        assert due(who, person) == [stands_in], who
    assert due("budi", when=f', asOf: {{ position: "{before}" }}') == [EVALUATION]

    appoint = AppointActing(
        employee="sri",
        to="tono",
        kind=ActingKind.PLH,
        unit="dinkes",
        since=date(2025, 5, 1),
        until=date(2025, 5, 31),
        decree="SP 5",
    )
    may_appraise = ChangePosition(
        employee="tono",
        since=date(2025, 1, 1),
        position_class=PositionClass.SUPERVISOR,
        decree="SK 1",
        reason="promosi",
    )
    fixture_agency.tell("hr", may_appraise, appoint, on=date(2025, 5, 1))
    fixture_agency.house.follow()
    assert due("tono", "tono") == due("hr", "budi") == [EVALUATION | {"acts": "tono"}]
    assert due("agus", "agus") == []

    house, known = fixture_agency.house, fixture_agency.house.agencies["uji"]
    for person, acts in (("tono", ["tono"]), ("sri", ["tono"]), (None, ["tono"]), ("agus", [])):
        found = open_deadlines(
            house.url, house.service.policies, house.service.as_of_reader, known, person, date(2025, 5, 2)
        )
        assert [one.acts for one in found] == acts, person


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
        "acts": "gita",
        "since": "2025-04-07",
        "last": "2025-04-30",
        "late": True,
    }

    for who in ("sri", "hr", "auditor"):
        assert due(who, "gita") == [wanted], who
    assert wanted in due("sri", "sri")
    for who in ("tono", "ani", "agus", "clock"):
        assert due(who, "gita") == [], who


NO_PERIOD = "no period '2025-Q9': write 2025, 2025-S1, 2025-Q3, 2025-07 or 2025-01..05"
NOBODYS = "'12/3' can't be an employee number: use letters, digits, '.', '_' and '-'"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ('due(person: "12/3") { kind }', f"person: {NOBODYS}"),
        ('appraisal(employee: "12/3", period: "2025-Q1") { score }', f"employee: {NOBODYS}"),
        ('appraisal(employee: "budi", period: "2025-Q9") { score }', f"period: {NO_PERIOD}"),
        ('appraisal(employee: "budi", period: "0000") { score }', f"period: {NO_PERIOD.replace('2025-Q9', '0000')}"),
        ('appraisals(period: "2025-Q9") { totalCount }', f"period: {NO_PERIOD}"),
        ('appraisals(employee: "12/3") { totalCount }', f"employee: {NOBODYS}"),
        ('cohorts(period: "2025-Q9") { totalCount }', f"period: {NO_PERIOD}"),
        ('cohorts(appraiser: "12/3") { totalCount }', f"appraiser: {NOBODYS}"),
        ('summary(period: "2025-Q9") { people }', f"period: {NO_PERIOD}"),
        ('workPlans(employee: "12/3") { period }', f"employee: {NOBODYS}"),
    ],
)
def test_what_can_be_nobodys_number_or_no_period_is_refused_and_does_not_read_as_empty(
    world: Any, asked: str, message: str
) -> None:
    query = f'{{ agency(id: "surabaya") {{ {asked} }} }}'

    (wrong,) = world.ask("hr", query)["errors"]
    (salah,) = world.ask("hr", query, **{"Accept-Language": "id"})["errors"]

    assert (wrong["message"], wrong["extensions"]["code"]) == (message, "INVALID")
    assert (salah["extensions"]["code"], salah["extensions"]["english"]) == ("INVALID", message)
    assert salah["message"].partition(": ")[2] != message.partition(": ")[2]


def test_whoever_is_unknown_reads_like_whoever_may_not_be_seen(world: Any) -> None:
    asked = 'due(person: "199") { kind } appraisal(employee: "199", period: "2025-Q1") { score }'

    assert world.ask("hr", f'{{ agency(id: "surabaya") {{ {asked} }} }}')["data"]["agency"] == {
        "due": [],
        "appraisal": None,
    }
