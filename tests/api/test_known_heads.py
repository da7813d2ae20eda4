"""What comes with a head that came before is told an application as the parser tells it, and answered alike."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import pytest
import uvicorn

from neraca.api.connection_limits import Limits, guarded
from neraca.api.known_heads import KnownHeads, _line  # pyright: ignore[reportPrivateUsage]

FOREVER = 20
USUAL = (
    b"POST /ask?a=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer b\r\nConnection: keep-alive\r\n"
    b"Content-Length: 5\r\n\r\n"
)
EMPTY = b"GET /ask%20x HTTP/1.1\r\nHost: x\r\n\r\n"


class Mirror:
    """Answers with what it was told of a request, and spoils what it was told, as an application may."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        message, body = await receive(), b""
        while message["more_body"]:
            body += message["body"]
            message = await receive()
        body += message["body"]
        told = {
            "scope": {name: str(value) for name, value in scope.items() if name not in ("state", "client", "server")},
            "state": str(scope["state"]),
            "whose": [scope["client"][1]],
            "body": body.decode(),
        }
        scope["headers"].append((b"x-app", b"1"))
        scope["state"]["app"] = scope["path_params"] = 1
        answer = json.dumps(told).encode()
        headers = [(b"Content-Type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        if scope["path"] == "/late":
            await asyncio.sleep(0.1)
        if scope["path"] == "/odd":
            headers.append((b"x-odd", b"a\r\nb: c"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


@contextmanager
def served() -> Iterator[tuple[tuple[str, int], Any]]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        protocol: Any = guarded(Limits())
        config = uvicorn.Config(Mirror(), http=protocol, ws="none", lifespan="off", log_level="critical")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield listening.getsockname(), protocol
        finally:
            server.should_exit = True
            thread.join(FOREVER)


class Line:
    """One connection."""

    def __init__(self, to: tuple[str, int]) -> None:
        self.to = to
        self.reconnect()

    def reconnect(self) -> None:
        self.socket = socket.create_connection(self.to, timeout=FOREVER)
        self.port = self.socket.getsockname()[1]
        self.came = b""

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.socket.sendall(piece)
            if len(pieces) > 1:
                Event().wait(0.05)  # what is sent at once may come as one

    def answer(self) -> tuple[bytes, Any]:
        while b"\r\n\r\n" not in self.came:
            self.came += self._more()
        head, _, rest = self.came.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(rest) < length:
            rest += self._more()
        self.came = rest[length:]
        return head, json.loads(rest[:length]) if b" 200 " in head else rest[:length]

    def _more(self) -> bytes:
        more = self.socket.recv(65_536)
        assert more, "it hung up"
        return more


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[tuple[str, int], Any]]:
    with served() as found:
        yield found


@pytest.fixture
def line(server: Any) -> Iterator[Line]:
    server[1].heads = KnownHeads()
    one = Line(server[0])
    try:
        yield one
    finally:
        one.socket.close()


@pytest.fixture
def parsed(server: Any, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What went to the parser."""
    seen: list[bytes] = []
    parse = server[1]._parse

    def noted(protocol: Any, data: bytes) -> None:
        seen.append(data)
        parse(protocol, data)

    monkeypatch.setattr(server[1], "_parse", noted)
    return seen


@pytest.mark.parametrize(("head", "bodies"), [(USUAL, (b"first", b"other", b"third")), (EMPTY, (b"", b"", b""))])
def test_what_comes_with_a_known_head_is_told_as_the_parser_tells_it(
    line: Line, parsed: list[bytes], head: bytes, bodies: tuple[bytes, ...]
) -> None:
    answers = []
    for body in bodies:
        line.send(head + body)
        answers.append(line.answer())

    assert [told["body"] for _, told in answers] == [body.decode() for body in bodies]
    assert len({json.dumps({**told, "body": ""}) for _, told in answers}) == 1
    assert {one[1]["whose"][0] for one in answers} == {line.port}
    assert len({_undated(head) for head, _ in answers}) == 1
    assert parsed == [head + bodies[0]]


def test_a_known_head_is_known_on_every_connection_and_tells_whose_it_is(
    line: Line, server: Any, parsed: list[bytes]
) -> None:
    line.send(USUAL + b"first")
    line.answer()
    other = Line(server[0])
    other.send(USUAL + b"other")
    _, told = other.answer()
    other.socket.close()

    assert (told["whose"], told["body"], len(parsed)) == ([other.port], "other", 1)


@pytest.mark.parametrize(
    "pieces",
    [
        (USUAL, b"later"),
        (USUAL[:30], USUAL[30:] + b"later"),
        (USUAL + b"la", b"ter"),
    ],
)
def test_what_comes_in_pieces_is_read_by_the_parser(line: Line, parsed: list[bytes], pieces: tuple[bytes, ...]) -> None:
    line.send(USUAL + b"first")
    line.answer()
    line.send(*pieces)
    _, told = line.answer()
    line.send(USUAL + b"again")
    _, again = line.answer()

    assert (told["body"], again["body"]) == ("later", "again")
    assert b"".join(parsed) == USUAL + b"first" + USUAL + b"later"


def test_what_comes_while_an_answer_is_on_its_way_waits_for_it(line: Line) -> None:
    late = USUAL.replace(b"/ask?a=1", b"/late")
    for head in (late, USUAL):
        line.send(head + b"first")
        line.answer()
    line.send(late + b"one--", USUAL + b"two--", USUAL + b"three" + late + b"four-")

    assert [line.answer()[1]["body"] for _ in range(4)] == ["one--", "two--", "three", "four-"]


def test_two_requests_in_one_piece_are_two(line: Line, parsed: list[bytes]) -> None:
    for _ in range(2):
        line.send(USUAL + b"first" + USUAL + b"other")
        assert [line.answer()[1]["body"] for _ in range(2)] == ["first", "other"]
    assert len(parsed) == 2


@pytest.mark.parametrize(
    "more",
    [
        b"Transfer-Encoding: chunked\r\n",
        b"Expect: 100-continue\r\n",
        b"Connection: upgrade\r\nUpgrade: h2c\r\n",
        b"Connection: close\r\n",
        b"X-Long: " + b"x" * 4_096 + b"\r\n",
    ],
)
def test_a_head_that_says_more_than_usual_is_not_kept(more: bytes) -> None:
    heads = KnownHeads()
    data = b"POST / HTTP/1.1\r\nHost: x\r\n" + more + b"Content-Length: 0\r\n\r\n"
    lines = [one.split(b": ", 1) for one in data.split(b"\r\n")[1:-2]]
    heads.keep(data, {"headers": [(name.lower(), value) for name, value in lines], "http_version": "1.1"})

    assert heads.find(data) is None


def test_no_more_heads_are_kept_than_there_is_room_for(line: Line, server: Any) -> None:
    heads = server[1].heads
    for nth in range(600):
        line.send(EMPTY.replace(b"Host: x", b"Host: x%d" % nth))
        line.answer()

    assert len(heads) == 512
    assert heads.find(EMPTY.replace(b"Host: x", b"Host: x599")) is not None
    assert heads.find(EMPTY.replace(b"Host: x", b"Host: x0")) is None


def test_a_header_with_a_line_in_it_ends_the_connection_and_is_not_sent(line: Line) -> None:
    line.send(USUAL.replace(b"/ask?a=1", b"/odd") + b"first")
    with pytest.raises(AssertionError, match="hung up"):
        line.answer()
    with pytest.raises(RuntimeError):
        _line(b"x-odd", b"a\r\nb: c")

    assert line.came == b""


def _undated(head: bytes) -> bytes:
    return b"\r\n".join(one for one in head.split(b"\r\n") if not one.lower().startswith(b"date:"))
