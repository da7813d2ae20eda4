"""Asks a served application within its own loop: a client of HTTP takes longer than most answers."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote


class Answer(NamedTuple):
    """The names of headers are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


async def answered(app: Any, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """`target` is the path with its query, in the form of URLs."""
    path, _, query = target.partition("?")
    sent = {"host": "testserver.local", "content-length": str(len(body)), **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        "client": ("testclient", 50_000),
        "server": ("testserver.local", 80),
        "extensions": {},
        "state": {},
    }
    said, told = list[dict[str, Any]](), iter([{"type": "http.request", "body": body, "more_body": False}])
    whole = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if (first := next(told, None)) is not None:
            return first
        await whole.wait()  # who asks stays to the end
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            whole.set()

    await app(scope, receive, send)
    (start,) = (one for one in said if one["type"] == "http.response.start")
    text = b"".join(one.get("body", b"") for one in said if one["type"] == "http.response.body")
    return Answer(start["status"], {bytes(k).decode().lower(): bytes(v).decode() for k, v in start["headers"]}, text)


async def conversed(
    app: Any, path: str, headers: Mapping[str, str], said: Sequence[str], ends: Callable[[str], bool]
) -> tuple[int, list[str]]:
    """How a WebSocket was closed, 1000 where by whom it was opened, and what was told over it. `ends` says of what is
    told whether it is the last of an answer: as many are waited for as was said after the first message.
    """
    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("testclient", 50_000),
        "server": ("testserver.local", 80),
        "subprotocols": ["graphql-transport-ws"],
        "extensions": {},
        "state": {},
    }
    events = iter([{"type": "websocket.connect"}, *({"type": "websocket.receive", "text": text} for text in said)])
    told, code, open_ = list[str](), 1000, len(said) - 1
    done = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if (event := next(events, None)) is not None:
            return event
        await done.wait()
        return {"type": "websocket.disconnect", "code": 1000}

    async def send(message: dict[str, Any]) -> None:
        nonlocal code, open_
        if message["type"] == "websocket.send":
            told.append(message["text"])
            open_ -= ends(message["text"])
        elif message["type"] == "websocket.close":
            code, open_ = message.get("code", 1000), 0
        if open_ <= 0:
            done.set()

    await app(scope, receive, send)
    return code, told
