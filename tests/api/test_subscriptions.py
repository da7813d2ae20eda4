"""What is followed over server-sent events and WebSocket, from a real server, by sockets."""

import json
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from neraca.api.authentication import Tokens
from neraca.domain.contexts import Actor
from neraca.domain.roster import RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass, Role, Scope
from neraca.service import recorded_reads

EVENTS = """subscription Events($after: Position, $types: [String!]) {
  eventAppended(agency: "surabaya", after: $after, types: $types) { position type }
}"""
SCORES = """subscription Scores($after: Position) {
  scoreChanged(agency: "surabaya", after: $after) {
    employeeNumber period resumeAfter change { position cause score by }
  }
}"""
PROTOCOL = Subprotocol("graphql-transport-ws")


def events(of: str) -> str:
    return f"subscription {{ eventAppended({of}) {{ id }} }}"


def bearer(who: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {who}-token"}


class Following:
    """Server-sent events of a question, one by one."""

    def __init__(self, server: str, who: str, query: str, variables: dict[str, Any] | None = None) -> None:
        self._open = httpx.stream(
            "POST",
            f"{server}/graphql/stream",
            json={"query": query, "variables": variables},
            headers=bearer(who),
            timeout=20,
        )

    def __enter__(self) -> Iterator[tuple[str, Any]]:
        answer = self._open.__enter__()
        assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/event-stream")
        return self._events(answer.iter_lines())

    def __exit__(self, *wrong: Any) -> None:
        self._open.__exit__(*wrong)

    def _events(self, lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
        kind = ""
        for line in lines:
            name, _, value = line.partition(":")
            if name == "event":
                kind = value.strip()
            elif name == "data":
                yield kind, json.loads(value) if value.strip() else None


def head(world: Any) -> int:
    told = world.data("auditor", '{ agency(id: "surabaya") { events { totalCount } } }')
    return int(told["agency"]["events"]["totalCount"])


def register(world: Any, number: str) -> None:
    world.tell(
        "hr",
        RegisterEmployee(
            employee=number,
            name="Somebody",
            employment_type=EmploymentType.CIVIL_SERVANT,
            position="Analis",
            position_class=PositionClass.FUNCTIONAL,
            since=date(2025, 1, 1),
        ),
    )


def talk(server: str, who: str | None = None, **more: Any) -> Any:
    url = server.replace("http:", "ws:") + "/graphql/stream"
    headers = None if who is None else bearer(who)
    return connect(url, subprotocols=[PROTOCOL], additional_headers=headers, **more)


def say(to: ClientConnection, **message: Any) -> None:
    to.send(json.dumps(message))


def hear(of: ClientConnection) -> Any:
    return json.loads(of.recv(timeout=15))


def introduced(to: ClientConnection, **payload: str) -> ClientConnection:
    say(to, type="connection_init", payload=payload)
    assert hear(to) == {"type": "connection_ack"}
    return to


def ended(of: ClientConnection) -> int:
    while True:
        try:
            of.recv(timeout=15)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


def test_events_come_after_a_position_and_then_as_they_are_appended(world: Any, server: str) -> None:
    before = head(world)
    with Following(server, "auditor", EVENTS, {"after": str(before - 2)}) as coming:
        first = [next(coming), next(coming)]
        register(world, "200001012025011001")
        third = next(coming)

    told = [(kind, int(data["data"]["eventAppended"]["position"])) for kind, data in (*first, third)]
    assert told == [("next", before - 1), ("next", before), ("next", before + 1)]
    assert third[1]["data"]["eventAppended"]["type"] == "employee.registered"


def test_of_an_auditor_who_follows_it_is_told_once_when_the_first_is_sent(world: Any, server: str) -> None:
    after = str(head(world) - 3)
    with Following(server, "auditor", EVENTS, {"after": after}) as coming:
        for _ in range(3):
            next(coming)

    admin, ends = Actor("admin-1", frozenset({Role.ADMIN}), "surabaya"), datetime.max.replace(tzinfo=UTC)
    told = recorded_reads.listed(world.url, "surabaya", admin, ends)
    fields = ("eventAppended", "eventAppended.position", "eventAppended.type")
    about = ("agency: surabaya", f"after: {after}")
    assert [(one.reader, one.subjects) for one in told if one.fields == fields and one.subjects[1] == about[1]] == [
        ("auditor-1", about)
    ]


def test_without_a_position_only_what_comes_from_then_on_is_told_and_of_the_types_that_are_named(
    world: Any, server: str
) -> None:
    with talk(server, "auditor") as to:
        introduced(to)
        for name, types in (("all", None), ("few", ["employee.registered"])):
            say(to, id=name, type="subscribe", payload={"query": EVENTS, "variables": {"types": types}})
        say(to, type="ping", payload={"asked": 1})
        assert hear(to) == {"type": "pong", "payload": {"asked": 1}}
        _settled(to)
        before = head(world)
        register(world, "200001012025011002")
        heard = sorted((one["id"], one["payload"]["data"]["eventAppended"]["position"]) for one in (hear(to), hear(to)))

    assert heard == [("all", str(before + 1)), ("few", str(before + 1))]


def _settled(to: ClientConnection) -> None:
    """What was asked before has begun once what is asked after it was answered, and a look at the database more."""
    say(to, id="between", type="subscribe", payload={"query": "{ viewer { id } }"})
    assert [hear(to)["type"], hear(to)["type"]] == ["next", "complete"]
    time.sleep(0.2)


def test_changes_of_scores_come_to_whoever_may_read_them_and_to_nobody_else(world: Any, server: str) -> None:
    def changes(who: str, after: int) -> list[Any]:
        with Following(server, who, SCORES, {"after": str(after)}) as coming:
            return [next(coming)[1]["data"]["scoreChanged"] for _ in range(2)]

    history = world.data(
        "hr",
        '{ agency(id: "surabaya") { appraisals(first: 10) { edges { node { employeeNumber period '
        "history(first: 100) { position cause score by } } } } } }",
    )["agency"]["appraisals"]["edges"]
    expected = sorted(
        (int(one["position"]), node["employeeNumber"], one["cause"], one["score"], one["by"])
        for node in (edge["node"] for edge in history)
        for one in node["history"]
    )
    told = changes("hr", 0)

    assert [
        (
            int(one["change"]["position"]),
            one["employeeNumber"],
            *(one["change"][name] for name in ("cause", "score", "by")),
        )
        for one in told
    ] == expected[:2]
    assert {one["employeeNumber"] for one in changes("ani", 0)} == {"198501012010011001"}


def test_who_comes_again_goes_on_where_they_were(world: Any, server: str) -> None:
    def told(after: int, number: int) -> list[tuple[int, str, int]]:
        with Following(server, "hr", SCORES, {"after": str(after)}) as coming:
            found = [next(coming)[1]["data"]["scoreChanged"] for _ in range(number)]
        return [(int(one["change"]["position"]), one["employeeNumber"], int(one["resumeAfter"])) for one in found]

    whole = told(0, 6)

    assert all(resume in (position, position - 1) for position, _, resume in whole)
    for nth, (_, _, resume) in enumerate(whole[:-1], start=1):
        again = told(resume, 1)[0]
        assert again in whole[: nth + 1]
        assert again[0] >= whole[nth - 1][0]


def test_a_query_is_answered_once_and_completed(world: Any, server: str) -> None:
    with Following(server, "hr", "{ viewer { id } }") as coming:
        told = list(coming)

    assert told == [("next", {"data": {"viewer": {"id": "hr-1"}}}), ("complete", None)]


@pytest.mark.parametrize(
    ("who", "query", "code"),
    [
        ("hr", EVENTS, "NOT_ALLOWED"),
        ("auditor", 'subscription { eventAppended(agency: "nowhere") { id } }', "NOT_FOUND"),
        ("bandung", SCORES, "NOT_FOUND"),
        ("auditor", 'subscription { eventAppended(agency: "surabaya", after: "999999") { id } }', "BEYOND_THE_HEAD"),
        ("auditor", 'subscription { eventAppended(agency: "surabaya", types: ["x"]) { id } }', "NO_SUCH_TYPE"),
        (
            "integrator",
            'subscription { eventAppended(agency: "surabaya", types: ["appraisal.rated"]) { id } }',
            "NOT_ALLOWED",
        ),
        ("hr", "subscription { nothing }", "INVALID"),
        ("hr", "{", "SYNTAX"),
    ],
)
def test_what_cannot_be_followed_is_told_and_completed(
    server: str, who: str, query: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neraca.api.graphql.subscription.LATE", timedelta(seconds=0.1))
    with Following(server, who, query) as coming:
        (kind, told), end = coming
    with talk(server, who) as to:
        introduced(to)
        say(to, id="1", type="subscribe", payload={"query": query})
        failed = hear(to)

    assert (kind, told["errors"][0]["extensions"]["code"], end) == ("next", code, ("complete", None))
    assert (failed["type"], failed["id"], failed["payload"][0]["extensions"]["code"]) == ("error", "1", code)


def test_a_subscription_is_not_answered_where_one_answer_is_awaited(world: Any) -> None:
    answer = world.ask("auditor", EVENTS)

    assert answer["errors"][0]["extensions"]["code"] == "NO_SUCH_OPERATION"


def test_it_ends_with_its_token(world: Any, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Actor("program", frozenset({Role.INTEGRATOR}), "surabaya", frozenset(Scope))
    known = {"program-token": program}
    monkeypatch.setattr(Tokens, "actor", lambda _, token: known.get(token))
    with (
        Following(server, "program", EVENTS) as coming,
        talk(server, "program") as to,
    ):
        introduced(to)
        say(to, id="1", type="subscribe", payload={"query": EVENTS})
        _settled(to)
        known.clear()
        register(world, "200001012025011003")

        assert list(coming) == [("complete", None)]
        assert hear(to) == {"id": "1", "type": "complete"}


def test_streams_of_a_token_are_few(world: Any, server: str) -> None:
    with talk(server, "archive") as to:
        introduced(to)
        for name in range(8):
            say(to, id=str(name), type="subscribe", payload={"query": EVENTS})
        for _ in range(8):
            say(to, type="ping")
            assert hear(to)["type"] == "pong"
        answer = httpx.post(f"{server}/graphql/stream", json={"query": EVENTS}, headers=bearer("archive"))
        say(to, id="8", type="subscribe", payload={"query": EVENTS})

        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
        assert answer.headers["RateLimit-Policy"] == '"streams";q=8;qu="concurrent-requests"'
        assert answer.headers["RateLimit"] == '"streams";r=0'
        assert ended(to) == 4429


def test_who_stops_listening_may_begin_again(world: Any, server: str) -> None:
    with talk(server, "archive") as to:
        introduced(to)
        for name in range(20):
            say(to, id=str(name), type="subscribe", payload={"query": EVENTS})
            say(to, id=str(name), type="complete")
        say(to, id="last", type="subscribe", payload={"query": "{ viewer { id } }"})

        assert hear(to) == {"id": "last", "type": "next", "payload": {"data": {"viewer": {"id": "archive"}}}}


def test_browsers_say_who_they_are_in_the_payload(server: str) -> None:
    with talk(server) as to:
        introduced(to, Authorization="Bearer hr-token")
        say(to, id="1", type="subscribe", payload={"query": "{ viewer { id } }"})

        assert hear(to)["payload"] == {"data": {"viewer": {"id": "hr-1"}}}


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (['{"type": "connection_init"}'], 4401),
        (['{"type": "connection_init", "payload": {"Authorization": "Bearer nobody"}}'], 4401),
        (['{"id": "1", "type": "subscribe", "payload": {"query": "{ viewer { id } }"}}'], 4401),
        (["INIT", "INIT"], 4429),
        (["INIT", "{"], 4400),
        (["INIT", '{"type": "dance"}'], 4400),
        (["INIT", '{"type": "subscribe", "payload": {"query": "{ viewer { id } }"}}'], 4400),
        (["INIT", "SUBSCRIBE", "SUBSCRIBE"], 4409),
        (["x" * 300_000], 1009),
    ],
)
def test_what_is_against_the_protocol_ends_the_conversation(server: str, messages: list[str], code: int) -> None:
    short = {
        "INIT": '{"type": "connection_init", "payload": {"Authorization": "Bearer auditor-token"}}',
        "SUBSCRIBE": json.dumps({"id": "1", "type": "subscribe", "payload": {"query": EVENTS}}),
    }
    with talk(server) as to:
        for message in messages:
            to.send(short.get(message, message))

        assert ended(to) == code


def test_another_protocol_is_refused(server: str) -> None:
    with pytest.raises(InvalidStatus):
        connect(server.replace("http:", "ws:") + "/graphql/stream", subprotocols=[Subprotocol("graphql-ws")])


FIELDS = " ".join(f"e{nth}: envelope" for nth in range(90))
LARGE = f'subscription {{ eventAppended(agency: "surabaya", after: "0") {{ {FIELDS} }} }}'
MANY = 6
"""More of each event, and more often, than the buffers between a server and a reader take of the log."""


def test_a_slow_reader_of_events_is_dropped_and_not_buffered(world: Any, server: str) -> None:
    """The server of the tests waits half a second for a full buffer."""
    body = json.dumps({"query": LARGE})
    request = (
        "POST /graphql/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer auditor-token\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    told = b""
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        slow.settimeout(15)
        slow.connect(("127.0.0.1", int(server.rpartition(":")[2])))
        slow.sendall(request.encode())
        time.sleep(1)
        with suppress(ConnectionResetError):
            while part := slow.recv(65_536):
                told += part

    assert 0 < told.count(b"event: next") < head(world)
    assert b"event: complete" not in told


def test_a_slow_reader_of_a_socket_is_dropped_and_not_buffered(
    world: Any, server: str, caplog: pytest.LogCaptureFixture
) -> None:
    told = 0
    caplog.set_level(logging.INFO, "uvicorn.error")
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    slow.connect(("127.0.0.1", int(server.rpartition(":")[2])))
    with talk(server, "auditor", sock=slow, compression=None, max_queue=1, max_size=None) as to:
        introduced(to)
        for name in range(MANY):
            say(to, id=str(name), type="subscribe", payload={"query": LARGE})
        time.sleep(1)
        with suppress(ConnectionClosed):
            while to.recv(timeout=15):
                told += 1

    assert "closed a connection that did not read" in caplog.text
    assert told < MANY * head(world)
