"""What auditors read is written down before they are answered; what others read is not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import psycopg
import pytest
from litestar.testing import TestClient
from msgspec import Struct

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.api.read_records import LONGEST, MOST
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role
from neraca.service import recorded_reads

NOW = datetime(2025, 3, 3, 2, tzinfo=UTC)
ANI, BOSS = "198501012010011001", "197001011995031001"
ONE = f'{{ agency(id: "surabaya") {{ appraisal(employee: "{ANI}", period: "2025-Q1") {{ score }} }} }}'
ADMIN = Actor("admin-1", frozenset({Role.ADMIN}), "surabaya")


class Door(Struct):
    """The same city behind a clock that a test moves."""

    client: TestClient[Any]
    url: str
    now: datetime = NOW

    def ask(self, query: str, who: str = "auditor", variables: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {who}"}
        return self.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    def get(self, path: str, who: str = "auditor") -> Any:
        return self.client.get(f"/agencies/surabaya/{path}", headers={"Authorization": f"Bearer {who}"})

    def by_url(self, query: str, had: str = "") -> Any:
        headers = {"Authorization": "Bearer auditor", "If-None-Match": had}
        return self.client.get("/graphql", params={"query": query}, headers=headers)

    def streamed(self, query: str) -> Any:
        """The first that is sent."""
        headers = {"Authorization": "Bearer auditor"}
        answer = self.client.post("/graphql/stream", json={"query": query}, headers=headers)
        return msgspec.json.decode(answer.text.partition("data: ")[2].partition("\n")[0])

    def told(self) -> list[Any]:
        """The newest first."""
        found = recorded_reads.listed(self.url, "surabaya", ADMIN, datetime(2100, 1, 1, tzinfo=UTC))
        return [(one.read_at, one.reader, one.fields, one.subjects) for one in found]


@pytest.fixture
def door(world: Any) -> Iterator[Door]:
    people = {
        "auditor": Actor("auditor-1", frozenset({Role.AUDITOR}), "surabaya"),
        "hr": Actor("hr-1", frozenset({Role.HR}), "surabaya"),
        "admin": ADMIN,
        "national": Actor("auditor-2", frozenset({Role.AUDITOR})),
    }
    found: list[Door] = []
    app = create(
        service=world.service,
        url=world.url,
        agencies=world.agencies,
        tokens=Tokens(people),
        clock=lambda: found[0].now,
    )
    with psycopg.connect(world.url, autocommit=True) as connection:
        connection.execute("delete from access.recorded_read")
    with TestClient(app, raise_server_exceptions=False) as client:
        found.append(Door(client, world.url))
        yield found[0]


def test_what_an_auditor_asks_is_told_with_whom_it_was_about(door: Door) -> None:
    assert door.ask(ONE).json()["data"]["agency"]["appraisal"] is not None
    fields = ("agency", "agency.appraisal", "agency.appraisal.score")
    about = ("id: surabaya", f"employee: {ANI}", "period: 2025-Q1")
    assert door.told() == [(NOW, "auditor-1", fields, about)]

    door.now += timedelta(minutes=1)
    by_name = 'query ($who: String!) { agency(id: "surabaya") { due(person: $who) { kind } } }'
    assert "errors" not in door.ask(by_name, variables={"who": ANI}).json()
    assert door.told()[0] == (
        door.now, "auditor-1", ("agency", "agency.due", "agency.due.kind"), ("id: surabaya", f"person: {ANI}")
    )  # fmt: skip


def test_what_nobody_gave_within_a_value_is_told_as_nothing(door: Door) -> None:
    past = 'query ($at: Position) { agency(id: "surabaya", asOf: {position: $at}) { name } }'
    door.ask(past)
    door.ask(past, variables={"at": "3"})
    assert {one[3] for one in door.told()} == {
        ("id: surabaya", 'asOf: {"position": "3"}'), ("id: surabaya", 'asOf: {"position": null}')
    }  # fmt: skip


def test_the_same_question_counts_once_a_minute_and_another_by_itself(door: Door) -> None:
    for _ in range(3):
        door.ask(ONE)
    assert len(door.told()) == 1
    door.now += timedelta(minutes=1)
    door.ask(ONE)
    door.ask(ONE.replace("score", "predicate"))
    assert len(door.told()) == 3


def test_what_is_read_by_an_address_is_told_too(door: Door) -> None:
    for path in ("events?limit=1", "payroll/2025-Q1"):
        door.get(path)

    assert door.told() == [
        (NOW, "auditor-1", ("/agencies/surabaya/events",), ("limit=1",)),
        (NOW, "auditor-1", ("/agencies/surabaya/payroll/2025-Q1",), ()),
    ]


def test_of_others_and_of_what_was_refused_nothing_is_told(door: Door) -> None:
    assert door.ask(ONE, "hr").json()["data"]["agency"]["appraisal"] is not None
    assert door.get("events", "hr").status_code == 403
    assert "errors" in door.ask("{ nothing }").json()
    assert door.get("events", "nobody").status_code == 401
    assert "errors" not in door.ask("{ viewer { id } }").json()

    assert door.told() == []


def test_of_an_auditor_of_all_agencies_each_has_what_is_its_own(door: Door) -> None:
    door.ask('{ a: agency(id: "bandung") { name } }', "national")
    assert door.told() == []
    door.ask("{ agencies { name } }", "national")
    assert door.told() == [(NOW, "auditor-2", ("agencies", "agencies.name"), ())]


def test_where_it_cannot_be_written_down_nothing_is_answered(door: Door) -> None:
    told = "what auditors read cannot be written down just now, so nothing is told; try again later"
    with psycopg.connect(door.url, autocommit=True) as connection:
        connection.execute("revoke execute on function access.record_read from neraca_app")
        try:
            for refused in (door.ask(ONE), door.get("events")):
                assert (refused.status_code, refused.json()["detail"]) == (503, told)
            streamed = door.streamed(ONE)
            assert (streamed["errors"][0]["message"], "data" in streamed) == (told, False)
            assert door.ask(ONE, "hr").status_code == 200
        finally:
            connection.execute("grant execute on function access.record_read to neraca_app")


def test_who_has_the_answer_already_is_told_of_too(door: Door) -> None:
    first = door.by_url(ONE)
    assert len(door.told()) == 1
    door.now += timedelta(minutes=1)
    assert door.by_url(ONE, first.headers["ETag"]).status_code == 304
    assert [one[0] for one in door.told()] == [door.now, NOW]


def test_whatever_an_address_answers_is_told_of_by_any_method(door: Door) -> None:
    who = {"Authorization": "Bearer auditor", "Content-Type": "application/scim+json"}
    found = door.client.post("/agencies/surabaya/scim/v2/Users/.search", json={}, headers=who)
    assert found.status_code == 200
    door.now += timedelta(minutes=1)
    door.get("exports/a%00b")
    door.client.post("/agencies/surabaya/commands", json={}, headers=who)
    assert {one[2] for one in door.told()} == {
        ("/agencies/surabaya/exports/a\ufffdb",), ("/agencies/surabaya/scim/v2/Users/.search",)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "media_type", "bodies"),
    [
        (
            "scim/v2/Users/.search",
            "application/scim+json",
            [f'{{"filter": "userName eq \\"{number}\\""}}' for number in (ANI, BOSS)],
        ),
        (
            "exports",
            "application/json",
            [f'{{"data_set": "{name}", "format": "csv"}}' for name in ("employees", "ratings")],
        ),
    ],
)
def test_what_is_asked_in_a_body_is_told_of_each(door: Door, path: str, media_type: str, bodies: list[str]) -> None:
    who = {"Authorization": "Bearer auditor", "Content-Type": media_type}
    for body in bodies:
        assert door.client.post(f"/agencies/surabaya/{path}", content=body, headers=who).status_code in (200, 202)
    assert sorted(one[2:] for one in door.told()) == [
        ((f"/agencies/surabaya/{path}",), about) for about in ((), *((body,) for body in sorted(bodies)))
    ]


def test_administrators_are_told_over_http(door: Door) -> None:
    door.ask(ONE)
    [told] = door.get("reads", "admin").json()["reads"]
    assert (told["reader"], told["read_at"], told["subjects"][0]) == (
        "auditor-1",
        "2025-03-03T02:00:00Z",
        "id: surabaya",
    )
    assert door.get("reads?before=2025-03-03T02:00:00Z", "admin").json() == {"reads": []}
    assert len(door.get("reads?before=2025-03-03T09:00:01%2B07:00", "admin").json()["reads"]) == 1
    for wrong in ("monday", "2025-03-03T02:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"):
        answer = door.get(f"reads?before={wrong}", "admin")
        assert (answer.status_code, "is no instant; write one such as" in answer.json()["detail"]) == (400, True)
    assert door.get("reads").status_code == 403
    assert door.get("reads?before=0", "nobody").status_code == 401


def test_what_is_older_than_five_years_goes(door: Door) -> None:
    door.ask(ONE)
    door.now += timedelta(days=5 * 366)
    door.ask(ONE)

    assert [one[0] for one in door.told()] == [door.now]


def test_of_a_long_question_all_is_told_in_several_rows(door: Door) -> None:
    """Nobody hides whom they looked for behind what they did not look for."""
    many = " ".join(f'b{n}: unit(id: "{"x" * 1200}{n}") {{ name }}' for n in range(10))
    many += " ".join(f'c{n}: unit(id: "{n}") {{ name }}' for n in range(MOST))
    text = (
        'query ($a: Int!) { agency(id: "surabaya") { ...F units(first: $a) { id } '
        f'appraisal(employee: "{ANI}", period: "2025-Q1") {{ score }} }} }} fragment F on Agency {{ {many} }}'
    )
    for first in (1, 2):
        assert door.ask(text, variables={"a": first}).json()["data"] is not None
        assert door.ask(text, variables={"a": first}).json()["data"] is not None
    rows = door.told()
    assert len(rows) == 2 * 2
    assert sorted(one[0] for one in rows) == 2 * [NOW] + 2 * [NOW + timedelta(microseconds=1)]
    assert max(len(one[3]) for one in rows) == MOST
    assert max(len(about) for one in rows for about in one[3]) == LONGEST
    assert sorted(about for one in rows for about in one[3] if "x" not in about) == sorted(
        2 * ["id: surabaya", f"employee: {ANI}", "period: 2025-Q1", *(f"id: {n}" for n in range(MOST))]
        + ["first: 1", "first: 2"]
    )
    assert sorted(one[2] for one in rows if one[2]) == 2 * [
        (
            "agency", "agency.unit", "agency.unit.name", "agency.units", "agency.units.id", "agency.appraisal",
            "agency.appraisal.score",
        )
    ]  # fmt: skip
