"""People come with what their agency's sign-in has signed: who they are by it, and what they may by the log."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from msgspec import Struct, structs

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.agency import SignIn
from neraca.domain.appointments import GiveAppointment, WithdrawAppointment
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role
from neraca.service import identity_provider
from tests.issuer import NOW, Published, publishing

ANI, STRANGER = "198501012010011001", "inspektur-1"
PEOPLE = '{ agency(id: "surabaya") { employees { totalCount } } }'
WHO = "{ viewer { id agency roles } }"
LOG = '{ agency(id: "surabaya") { events(first: 1) { edges { node { id } } } } }'


class Door(Struct):
    """The same city behind a clock that a test moves."""

    client: TestClient[Any]
    published: Published

    def token(self, who: str, **other: Any) -> str:
        return self.published.token(nip=who, **other)

    def ask(self, token: str, query: str) -> Any:
        return self.client.post("/graphql", json={"query": query}, headers={"Authorization": f"Bearer {token}"})

    def data(self, token: str, query: str) -> Any:
        answer = self.ask(token, query)
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]

    def roles(self, token: str) -> Any:
        return self.data(token, WHO)["viewer"]["roles"]


@pytest.fixture(scope="module")
def published() -> Iterator[Published]:
    with publishing() as found:
        yield found


@pytest.fixture(scope="module")
def door(world: Any, published: Published) -> Iterator[Door]:
    sign_in = SignIn(issuer=published.issuer, client="neraca", claim="nip", private_network=True)
    agencies = world.agencies | {"surabaya": structs.replace(world.agencies["surabaya"], sign_in=sign_in)}
    app = create(
        service=world.service,
        url=world.url,
        agencies=agencies,
        tokens=Tokens({"hr": Actor("hr-1", frozenset({Role.HR}), "surabaya")}),
        clock=lambda: published.now,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Door(client, published)


def test_an_employee_is_one_by_the_roster_and_sees_their_own(door: Door) -> None:
    token = door.token(ANI)

    assert door.data(token, WHO) == {"viewer": {"id": ANI, "agency": "surabaya", "roles": ["EMPLOYEE"]}}
    assert door.data(token, PEOPLE)["agency"]["employees"]["totalCount"] == 1
    assert door.data(token, "{ agencies { id } }") == {"agencies": [{"id": "surabaya"}]}
    assert door.data("hr", PEOPLE)["agency"]["employees"]["totalCount"] == 8


def test_a_role_is_there_from_its_first_day_to_its_last_and_gone_when_it_is_withdrawn(
    door: Door, tell_today: Callable[..., Any]
) -> None:
    token = door.token(STRANGER)
    refused = door.ask(token, WHO)
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:neraca:problem:unauthenticated")
    assert f"{STRANGER} is neither on the roster of surabaya nor appointed there today" in refused.json()["detail"]

    today = (door.published.now + timedelta(hours=7)).date()
    of: dict[str, Any] = {"person": STRANGER, "role": Role.AUDITOR}
    tell_today(GiveAppointment(**of, since=today, until=today, basis="SK 4/2025"))
    assert door.roles(token) == ["AUDITOR"]
    assert door.data(token, LOG)["agency"]["events"]["edges"][0]["node"]["id"] == "surabaya:1"
    tell_today(WithdrawAppointment(**of, reason="keliru"))
    assert door.ask(token, WHO).status_code == 401

    tell_today(GiveAppointment(**of, since=today + timedelta(days=1), basis="SK 5/2025"))
    assert door.ask(token, WHO).status_code == 401
    tell_today(GiveAppointment(person=ANI, role=Role.HR, since=date(2025, 1, 1), basis="SK 6/2025"))
    assert door.roles(door.token(ANI)) == ["EMPLOYEE", "HR"]
    tell_today(WithdrawAppointment(person=ANI, role=Role.HR, reason="selesai"))


@pytest.fixture
def tell_today(world: Any, door: Door) -> Callable[..., Any]:
    return lambda command: world.tell("admin", command, now=door.published.now)


def test_a_command_is_recorded_as_that_of_whoever_signed_in(door: Door, world: Any) -> None:
    sent = {"command": "report-progress", "employee": ANI, "period": "2025-Q1", "report": "x", "achievements": []}
    headers = {"Authorization": f"Bearer {door.token(ANI)}", "Idempotency-Key": "one"}
    hr = {"command": "give-appointment", "person": "x", "role": "hr", "since": "2025-01-01", "basis": "SK"}

    refused = door.client.post("/agencies/surabaya/commands", json=hr, headers=headers)
    assert refused.status_code == 403
    assert f"give-appointment needs the role admin; {ANI} has employee" in refused.json()["detail"]
    misshapen = door.client.post("/agencies/surabaya/commands", json=sent, headers=headers)
    assert misshapen.status_code in (409, 422), misshapen.text


def test_a_token_for_another_program_is_believed_by_nobody_here(door: Door) -> None:
    refused = door.ask(door.token(ANI, aud="portal"), WHO)

    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert "this token is meant for another program" in refused.json()["detail"]
    assert door.client.get("/agencies/surabaya/events", headers={"Authorization": "Bearer a.b.c"}).status_code == 401


def test_a_token_is_over_when_it_says_so(door: Door) -> None:
    token = door.token(ANI)
    door.published.now += timedelta(minutes=7)
    try:
        assert "the time of this token is over" in door.ask(token, WHO).json()["detail"]
    finally:
        door.published.now = NOW


def test_an_issuer_that_is_away_is_told_as_such(world: Any, door: Door) -> None:
    door.published.status = 500
    door.published.now += identity_provider.STALE
    try:
        away = door.ask(door.token(ANI), WHO)
        assert (away.status_code, away.headers["Retry-After"]) == (503, "30")
        assert "cannot be asked for its keys: it answers 500" in away.json()["detail"]
    finally:
        door.published.status, door.published.now = 200, NOW
