"""Keys of programs: made once, used over HTTP and GraphQL as far as their scopes go, over and revoked; wrong ones."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from litestar.testing import TestClient
from msgspec import Struct

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.api.key_admission import MOST_WRONG
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role

NOW = datetime(2025, 3, 3, 2, tzinfo=UTC)
UNTIL = "2025-03-31"
OVER = datetime(2025, 3, 31, 17, tzinfo=UTC)
"""When the last day ends in Surabaya."""
KEYS = "/agencies/surabaya/keys"
ANI = "198501012010011001"
PEOPLE = '{ agency(id: "surabaya") { employees { totalCount } } }'
SUMMARY = '{ agency(id: "surabaya") { summary(period: "2025-Q1") { people } } }'
WHO = "{ viewer { id agency roles } agencies { id } }"
SECRET = "a" * 26


class Door(Struct):
    """The same city behind a clock that a test moves, and from an address that it chooses."""

    client: TestClient[Any]
    url: str
    now: datetime = NOW

    def send(self, token: str, path: str, method: str = "GET", body: Any = None) -> Any:
        return self.client.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})

    def ask(self, key: str, query: str) -> Any:
        return self.send(key, "/graphql", "POST", {"query": query})

    def data(self, key: str, query: str) -> Any:
        answer = self.ask(key, query)
        assert answer.status_code == 200, answer.text
        return answer.json().get("data")

    def made(self, *scopes: str, program: str = "siasn", until: str = UNTIL, who: str = "admin") -> Any:
        answer = self.send(who, KEYS, "POST", {"program": program, "scopes": [*scopes], "until": until})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def listed(self, key: str) -> Any:
        [found] = [one for one in self.send("admin", KEYS).json()["keys"] if one["id"] == key]
        return found

    def rows(self, query: str) -> Any:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]


@pytest.fixture(scope="module")
def opened(world: Any) -> Iterator[Door]:
    people = {
        "admin": Actor("admin-1", frozenset({Role.ADMIN}), "surabaya"),
        "other": Actor("admin-2", frozenset({Role.ADMIN}), "bandung"),
        "hr": Actor("hr-1", frozenset({Role.HR}), "surabaya"),
        "operator": Actor("operator", frozenset(Role)),
    }
    found: list[Door] = []
    app = create(
        service=world.service,
        url=world.url,
        agencies=world.agencies,
        tokens=Tokens(people),
        clock=lambda: found[0].now,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        found.append(Door(client, world.url))
        yield found[0]


@pytest.fixture
def door(opened: Door) -> Door:
    """At the hour of the day at which everything begins, and with no wrong key counted."""
    opened.now = NOW
    with psycopg.connect(opened.url, autocommit=True) as connection:
        connection.execute("delete from access.wrong_key")
    return opened


def kind(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_a_key_is_told_once_and_opens_what_its_scopes_name(door: Door) -> None:
    made = door.made("roster", "log")

    assert made == {
        "id": made["id"], "key": made["key"], "program": "siasn", "scopes": ["log", "roster"], "until": UNTIL,
    }  # fmt: skip
    assert made["key"].startswith(f"neraca_surabaya_{made['id']}_")
    assert door.data(made["key"], WHO) == {
        "viewer": {"id": "key:siasn", "agency": "surabaya", "roles": ["INTEGRATOR"]},
        "agencies": [{"id": "surabaya"}],
    }
    assert door.data(made["key"], PEOPLE)["agency"]["employees"]["totalCount"] == 8
    assert door.send(made["key"], "/agencies/surabaya/events?limit=1").status_code == 200
    assert door.ask(made["key"], SUMMARY).json()["errors"][0]["extensions"] == {"code": "NOT_ALLOWED"}
    assert kind(door.send(made["key"], "/agencies/surabaya/payroll/2025-Q1")) == (403, "not-allowed")
    assert kind(door.send(made["key"], "/agencies/bandung/events")) == (404, "not-found")
    assert kind(door.send(made["key"], KEYS)) == (403, "not-allowed")

    secret = made["key"].rpartition("_")[2]
    assert secret not in str(door.send("admin", KEYS).json())
    for table in ("api_key", "revocation", "last_use", "wrong_key"):
        assert secret not in str(door.rows(f"select * from access.{table}"))


def test_a_key_that_is_named_as_an_employee_reads_nothing_of_theirs(door: Door) -> None:
    own = f'{{ agency(id: "surabaya") {{ appraisal(employee: "{ANI}", period: "2025-Q1") {{ score }} }} }}'

    assert door.data(door.made("log", program=ANI)["key"], own) == {"agency": {"appraisal": None}}


def test_a_key_writes_what_its_scopes_name_and_nothing_else(door: Door) -> None:
    month = {"command": "record-attendance", "employee": ANI, "month": "2025-02", "required_days": 20}

    def record(key: str) -> Any:
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": key[-10:]}
        return door.client.post("/agencies/surabaya/commands", json=month, headers=headers)

    refused = record(door.made("roster", "log")["key"])
    assert kind(refused) == (403, "not-allowed")
    assert "record-attendance needs the scope write-attendance; key:siasn has log, roster" in refused.text
    assert record(door.made("write-attendance", program="absensi")["key"]).status_code == 201


def test_a_revoked_key_holds_no_longer_from_the_next_request_on(door: Door) -> None:
    made = door.made("roster")
    path = f"{KEYS}/{made['id']}/revocation"
    assert door.ask(made["key"], WHO).status_code == 200

    first = door.send("admin", path, "POST")
    assert (first.status_code, first.json()) == (200, {"id": made["id"], "at": "2025-03-03T02:00:00Z"})
    refused = door.ask(made["key"], WHO)
    assert kind(refused) == (401, "unauthenticated")
    assert refused.json()["detail"].startswith("this key was revoked; ")

    door.now += timedelta(hours=1)
    assert door.send("operator", path, "POST").json() == first.json()
    assert [door.listed(made["id"])[name] for name in ("issued_by", "revoked_by", "revoked_at")] == [
        "admin-1", "admin-1", "2025-03-03T02:00:00Z",
    ]  # fmt: skip


def test_a_key_is_over_when_its_last_day_is(door: Door) -> None:
    key = door.made("roster")["key"]

    door.now = OVER - timedelta(microseconds=1)
    assert door.ask(key, WHO).status_code == 200
    door.now = OVER
    refused = door.ask(key, WHO)
    assert kind(refused) == (401, "unauthenticated")
    assert refused.json()["detail"].startswith("the time of this key is over; ")


def test_the_last_use_is_written_once_a_minute_at_most(door: Door) -> None:
    made = door.made("roster")
    last = f"select used_at, xmin::text from access.last_use where id = '{made['id']}'"
    assert door.listed(made["id"])["used_at"] is None

    door.ask(made["key"], WHO)
    first = door.rows(last)
    assert first[0][0] == NOW
    door.now += timedelta(seconds=59)
    for _ in range(3):
        door.ask(made["key"], WHO)
    assert door.rows(last) == first
    door.now += timedelta(seconds=1)
    door.ask(made["key"], WHO)
    assert door.rows(last)[0][0] == NOW + timedelta(minutes=1)
    assert door.listed(made["id"])["used_at"] == "2025-03-03T02:01:00Z"


@pytest.mark.parametrize("who", ["hr", "other"])
def test_keys_are_kept_by_administrators_of_the_agency_alone(door: Door, who: str) -> None:
    made = door.made("roster")
    refused = {"hr": (403, "not-allowed"), "other": (404, "not-found")}[who]

    order = {"program": "siasn", "scopes": ["log"], "until": UNTIL}
    for answer in (
        door.send(who, KEYS),
        door.send(who, KEYS, "POST", order),
        door.send(who, f"{KEYS}/{made['id']}/revocation", "POST"),
    ):
        assert kind(answer) == refused
    assert door.ask(made["key"], WHO).status_code == 200


@pytest.mark.parametrize(
    ("order", "refused"),
    [
        ({"program": "siasn", "scopes": ["log"], "until": "2025-03-02"}, (422, "invalid")),
        ({"program": "siasn", "scopes": ["log"], "until": "2026-03-05"}, (422, "invalid")),
        ({"program": "si asn", "scopes": ["log"], "until": UNTIL}, (422, "invalid")),
        ({"program": "siasn", "scopes": ["everything"], "until": UNTIL}, (422, "invalid")),
        ({"program": "siasn", "scopes": ["log"]}, (422, "invalid")),
        ({"program": "siasn", "scopes": ["log"], "until": UNTIL, "agency": "bandung"}, (422, "invalid")),
    ],
)
def test_a_key_that_cannot_be_is_not_made(door: Door, order: Any, refused: tuple[int, str]) -> None:
    before = door.rows("select count(*) from access.api_key")

    assert kind(door.send("admin", KEYS, "POST", order)) == refused
    assert door.rows("select count(*) from access.api_key") == before


def test_no_more_keys_hold_at_a_time_than_an_agency_may_have(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    holding = sum(
        one["revoked_at"] is None and one["ends_at"] > "2025-03-03T02"
        for one in door.send("admin", KEYS).json()["keys"]
    )
    monkeypatch.setattr("neraca.domain.api_key.MOST", holding + 1)
    last = door.made("log")
    order = {"program": "siasn", "scopes": ["log"], "until": UNTIL}

    refused = door.send("admin", KEYS, "POST", order)
    assert kind(refused) == (409, "conflict")
    assert refused.json()["detail"].endswith(f"has {holding + 1} keys that hold; revoke one that is no longer used")
    door.send("admin", f"{KEYS}/{last['id']}/revocation", "POST")
    door.made("log")


def test_a_key_that_is_not_there_is_not_revoked(door: Door) -> None:
    for id_ in ("a" * 12, "a", "A" * 12, "%00"):
        assert kind(door.send("admin", f"{KEYS}/{id_}/revocation", "POST")) == (404, "not-found")


WRONG: dict[str, Callable[[str], str]] = {
    "another secret": lambda key: f"{key.rpartition('_')[0]}_{SECRET}",
    "another id": lambda key: key.replace(key.split("_")[2], "a" * 12),
    "another agency": lambda key: key.replace("surabaya", "bandung"),
    "no agency": lambda key: key.replace("surabaya", "banjar"),
    "cut": lambda key: key[:-1],
}


@pytest.mark.parametrize("how", WRONG)
def test_a_wrong_key_opens_nothing_and_is_told_nothing(door: Door, how: str) -> None:
    refused = door.ask(WRONG[how](door.made("log")["key"]), WHO)

    assert kind(refused) == (401, "unauthenticated")
    assert refused.json()["detail"] == "send a valid token as Authorization: Bearer <token>"
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="neraca"'


def test_after_many_wrong_keys_none_is_taken_from_there_for_the_rest_of_the_minute(door: Door) -> None:
    key = door.made("log")["key"]
    wrong = f"neraca_surabaya_{'a' * 12}_{SECRET}"
    for number in range(MOST_WRONG):
        # A command is looked at twice, by the short way and by the long one, and is one try.
        answer = door.send(wrong, "/agencies/surabaya/commands", "POST", {}) if number % 2 else door.ask(wrong, WHO)
        assert kind(answer) == (401, "unauthenticated")

    door.now += timedelta(seconds=18)
    before = door.rows("select tries from access.wrong_key")
    for sent in (wrong, key):
        refused = door.ask(sent, WHO)
        assert (*kind(refused), refused.headers["Retry-After"]) == (429, "too-many-wrong-keys", "42")
        assert refused.headers["RateLimit-Policy"] == '"wrong-keys";q=20;w=60'
        assert refused.headers["RateLimit"] == '"wrong-keys";r=0;t=42'
    # Who is refused so costs no write.
    assert door.rows("select tries from access.wrong_key") == before == [(MOST_WRONG,)]
    # Keys of other agencies, and tokens, are not held up.
    elsewhere = door.send("operator", "/agencies/bandung/keys", "POST",
                          {"program": "siasn", "scopes": ["log"], "until": UNTIL})  # fmt: skip
    assert door.ask(elsewhere.json()["key"], WHO).status_code == 200
    assert door.ask("admin", WHO).status_code == 200

    door.now += timedelta(seconds=42)
    assert door.ask(key, WHO).status_code == 200
    assert kind(door.ask(wrong, WHO)) == (401, "unauthenticated")
    assert door.rows("select tries from access.wrong_key") == [(1,)]


def test_wrong_keys_of_long_ago_are_forgotten_and_no_address_is_kept(door: Door) -> None:
    wrong = f"neraca_surabaya_{'a' * 12}_{SECRET}"
    door.ask(wrong, WHO)
    [(origin,)] = door.rows("select origin from access.wrong_key")
    assert len(bytes.fromhex(origin)) == 32
    with psycopg.connect(door.url, autocommit=True) as connection:
        connection.execute("insert into access.wrong_key values ('surabaya', 'x', %s, 1)", (NOW,))

    door.now += timedelta(hours=1, seconds=1)
    door.ask(wrong, WHO)
    assert door.rows("select origin, tries from access.wrong_key") == [(origin, 1)]


def test_what_expired_or_was_revoked_counts_as_no_wrong_key(door: Door) -> None:
    key = door.made("log")["key"]
    door.now = OVER
    for _ in range(MOST_WRONG + 1):
        assert kind(door.ask(key, WHO)) == (401, "unauthenticated")

    assert door.rows("select * from access.wrong_key") == []


def test_the_last_day_is_a_day_of_the_agency(door: Door) -> None:
    # Still the third in UTC, already the fourth in Surabaya.
    door.now = datetime(2025, 3, 3, 18, tzinfo=UTC)
    order = {"program": "siasn", "scopes": ["log"], "until": "2025-03-03"}

    assert kind(door.send("admin", KEYS, "POST", order)) == (422, "invalid")
    assert door.made("log", until="2025-03-04")["until"] == str(date(2025, 3, 4))


def test_a_stream_ends_once_its_key_is_revoked(door: Door, world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neraca.api.event_log.BEAT", timedelta(milliseconds=50))
    made = door.made("log")
    head = door.send(made["key"], "/agencies/surabaya/events?limit=1").json()["head"]
    scope = {"headers": {"Authorization": f"Bearer {made['key']}"}, "params": {"after": head}}

    with ThreadPoolExecutor(1) as elsewhere:
        reading = elsewhere.submit(door.client.get, "/agencies/surabaya/events/stream", **scope)
        door.send("admin", f"{KEYS}/{made['id']}/revocation", "POST")
        assert reading.result(timeout=20).text.endswith(": this token no longer reads what it did\n\n")
