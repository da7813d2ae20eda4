"""Real sockets on loopback: whoever says nothing, sends byte by byte or never reads is closed, and nobody else."""

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
import uvicorn

from neraca.api import connection_limits
from neraca.api.connection_limits import Limits, guarded
from neraca.api.problems import Problem
from neraca.api.stream_limits import StreamLimits

SHORT = Limits(
    connections=40,
    headers=timedelta(milliseconds=300),
    body=timedelta(milliseconds=300),
    pace=10,
    reading=timedelta(milliseconds=300),
)
FOREVER = 20
Address = tuple[str, int]


class App:
    """Echoes a body; `/flood` sends without end, and `dropped` says that its reader was given up."""

    def __init__(self) -> None:
        self.dropped = Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        flood = scope["path"] == "/flood"
        length = [] if flood else [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        if flood:
            for _ in range(2_000):
                await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
            self.dropped.set()
        await send({"type": "http.response.body", "body": body})


@contextmanager
def served(app: Any, limits: Limits = SHORT, lifespan: Any = "off") -> Iterator[Address]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            app,
            http=guarded(limits),
            ws="none",
            lifespan=lifespan,
            log_level="warning",
            timeout_keep_alive=FOREVER,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            server.should_exit = True
            thread.join(FOREVER)


def connect(to: Address) -> socket.socket:
    return socket.create_connection(to, timeout=FOREVER)


def heard(one: socket.socket) -> bytes:
    """All there is until the other side closes; a timeout is a failure."""
    said = b""
    while True:
        try:
            more = one.recv(65_536)
        except ConnectionResetError:
            return said
        if not more:
            return said
        said += more


def ask(to: Address, body: bytes = b"hello") -> bytes:
    with connect(to) as one:
        one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        return heard(one)


def problem(answer: bytes) -> str:
    """The type of what was refused, which is whole."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Type: application/problem+json\r\n" in head
    assert b"Content-Length: %d\r\n" % len(body) in head
    return json.loads(body)["type"]


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nabc",
    ],
)
def test_slow_senders_are_closed_and_others_served(begun: bytes) -> None:
    with served(App()) as address, ExitStack() as held:
        slow = [held.enter_context(connect(address)) for _ in range(30)]
        for one in slow:
            one.sendall(begun)
        assert ask(address).endswith(b"hello")

        said = [heard(one) for one in slow]

        assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in said)
        assert {problem(answer) for answer in said} == {"urn:neraca:problem:too-slow"}
        assert ask(address).endswith(b"hello")


def test_a_later_request_that_never_ends_is_closed_too() -> None:
    with served(App()) as address, connect(address) as one:
        one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok")
        assert one.recv(65_536).startswith(b"HTTP/1.1 200 ")
        one.sendall(b"GET / HT")

        assert b"HTTP/1.1 408 " in heard(one)


def test_a_slow_line_that_goes_on_sending_is_heard_out() -> None:
    pause = Event()
    with served(App()) as address, connect(address) as one:
        one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(50):
            one.sendall(b"y" * 20)
            pause.wait(0.02)

        assert heard(one).endswith(b"y" * 100)


def said_to(to: Address, *parts: bytes) -> bytes:
    with connect(to) as one:
        for part in parts:
            try:
                one.sendall(part)
            except (BrokenPipeError, ConnectionResetError):
                break
        return heard(one)


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Trailer: ",
    ],
)
def test_what_surrounds_a_body_is_bounded(begun: bytes) -> None:
    patient = Limits()
    with served(App(), patient) as address:
        said = said_to(address, begun, *[b"x" * 10_000] * 50)

        assert b" 200 " not in said
        assert ask(address).endswith(b"hello")


def test_many_headers_are_bounded_too() -> None:
    with served(App(), Limits()) as address:
        few = b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1_000) for n in range(50))
        many = few * 3
        head = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

        assert said_to(address, head, few, b"\r\n").startswith(b"HTTP/1.1 200 ")
        assert b" 200 " not in said_to(address, head, many, b"\r\n")


@pytest.mark.parametrize(
    "asked",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        b"GET /\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    ],
)
def test_what_two_servers_could_read_in_two_ways_is_refused(asked: bytes) -> None:
    with served(App()) as address:
        said = said_to(address, asked)

        assert said.startswith(b"HTTP/1.1 400 ")
        assert problem(said) == "urn:neraca:problem:malformed"
        assert ask(address).endswith(b"hello")


def test_requests_sent_ahead_are_answered_in_their_order() -> None:
    with served(App(), Limits()) as address, connect(address) as one:
        for n in range(50):
            close = b"Connection: close\r\n" if n == 49 else b""
            one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n%sContent-Length: 4\r\n\r\n<%02d>" % (close, n))
        said = heard(one)

    assert said.count(b"HTTP/1.1 200 ") == 50
    places = [said.index(b"<%02d>" % n) for n in range(50)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("framing", "sent"),
    [
        (b"Content-Length: 5", [b"hello"]),
        (b"Content-Length: 5", [b"", b"hel", b"lo"]),
        (b"Transfer-Encoding: chunked", [b"3\r\nhel\r\n", b"2\r\nlo\r\n0\r\n\r\n"]),
        (b"Content-Length: 0", [b""]),
        (b"X: y", [b""]),
    ],
)
def test_a_request_that_offers_another_protocol_is_read_on_in_this_one(framing: bytes, sent: list[bytes]) -> None:
    """Its body is neither lost nor taken for the next request, which may come right behind it."""
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
    last = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nlast"
    with served(App()) as to, connect(to) as one:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = b"POST / HTTP/1.1\r\nHost: x\r\n" + offer + framing + b"\r\n\r\n"
        for piece in (head + sent[0], *sent[1:-1], (sent[-1] if len(sent) > 1 else b"") + last):
            one.sendall(piece)
            time.sleep(0.02)
        first, second = heard(one).split(b"HTTP/1.1 200 OK")[1:]

    assert first.partition(b"\r\n\r\n")[2] == (b"" if sent == [b""] else b"hello")
    assert second.partition(b"\r\n\r\n")[2] == b"last"


def test_a_length_that_two_could_read_in_two_ways_is_refused_with_an_offer_too() -> None:
    offer = b"Connection: Upgrade\r\nUpgrade: h2c\r\n"
    framing = b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
    with served(App()) as to, connect(to) as one:
        one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + offer + framing + b"3\r\nabc\r\n0\r\n\r\n")
        assert heard(one).startswith(b"HTTP/1.1 400 ")


def test_no_refusal_is_written_into_another_answer() -> None:
    with served(App(), Limits()) as address, connect(address) as one:
        one.sendall(b"GET /flood HTTP/1.1\r\nHost: x\r\n\r\n")
        one.recv(1_000)
        one.sendall(b"no request at all\r\n\r\n")

        assert b" 400 " not in heard(one)


def test_who_never_reads_is_given_up() -> None:
    app = App()
    with served(app) as address, connect(address) as one:
        one.sendall(b"GET /flood HTTP/1.1\r\nHost: x\r\n\r\n")

        assert app.dropped.wait(FOREVER)
        assert ask(address).endswith(b"hello")


def test_who_is_one_too_many_is_told_to_come_again() -> None:
    few = Limits(connections=3, headers=timedelta(seconds=FOREVER))
    with served(App(), few) as address, ExitStack() as held:
        for _ in range(3):
            held.enter_context(connect(address)).sendall(b"GET / HTTP/1.1\r\n")
        with connect(address) as fourth:
            said = heard(fourth)
        assert said.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 2" in said
        assert problem(said) == "urn:neraca:problem:unavailable"

        held.close()
        answers = (ask(address) for _ in range(100))
        assert any(answer.endswith(b"hello") for answer in answers)


def test_the_last_words_are_as_long_as_they_say() -> None:
    for word in (connection_limits._LATE, connection_limits._FULL):
        head, _, body = word.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head


def test_a_token_has_so_many_streams_and_no_more() -> None:
    async def sit() -> None:
        seats = StreamLimits(2)
        first, _ = seats.take("uji/ani"), seats.take("uji/ani")
        seats.take("uji/budi")
        with pytest.raises(Problem, match="2 streams open") as refused:
            seats.take("uji/ani")
        assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "30")
        first.leave()
        first.leave()
        seats.take("uji/ani")
        with pytest.raises(Problem):
            seats.take("uji/ani")

    asyncio.run(sit())


def test_streams_of_a_token_are_counted_at_the_door(
    world: Any, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    """Over real sockets: a closed stream gives its place back."""

    def stream(address: Address) -> tuple[socket.socket, bytes]:
        one = connect(address)
        one.sendall(
            b"GET /agencies/surabaya/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer auditor-token\r\n\r\n"
        )
        return one, one.recv(65_536)

    def reopened(address: Address) -> bool:
        one, said = stream(address)
        one.close()
        return said.startswith(b"HTTP/1.1 200 ")

    with served(world.again(), Limits(), lifespan="on") as address, ExitStack() as held:
        opened = [stream(address) for _ in range(9)]
        for one, _ in opened:
            held.enter_context(one)
        assert [said[:13] for _, said in opened] == [b"HTTP/1.1 200 "] * 8 + [b"HTTP/1.1 429 "]

        opened[0][0].close()

        eventually(lambda: reopened(address))
