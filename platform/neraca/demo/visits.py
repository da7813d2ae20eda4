"""Asks the HTTP application without a server, in the same process: citizens of the demo have no other program."""

import asyncio
import logging
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from threading import Thread
from typing import Any

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.api.telemetry import json_lines
from neraca.domain.agency import Agency
from neraca.domain.contexts import Actor
from neraca.service import CommandHandler


class Visit:
    """Asks at an instant, by a clerk or by nobody in particular, and gives status and body."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.at: datetime | None = None
        self.app: Any = None

    def __call__(
        self, method: str, path: str, body: bytes | None, at: datetime, by: Actor | None = None
    ) -> tuple[int, bytes]:
        assert self.loop is not None  # noqa: S101 -- there is one before anybody gets to visit
        self.at = at
        return asyncio.run_coroutine_threadsafe(self._ask(method, path, body or b"", by), self.loop).result()

    def now(self) -> datetime:
        assert self.at is not None  # noqa: S101 -- nobody asks before the first visit
        return self.at

    async def _ask(self, method: str, path: str, body: bytes, by: Actor | None) -> tuple[int, bytes]:
        headers = [(b"content-type", b"application/json"), (b"host", b"localhost")]
        if by is not None:
            headers.append((b"authorization", f"Bearer {by.id}".encode()))
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "client": None,
            "server": ("localhost", 80),
            "state": {},
        }
        said = bytearray()
        status = 500

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                said.extend(message.get("body", b""))

        await self.app(scope, receive, send)
        return status, bytes(said)


@contextmanager
def visits(
    service: CommandHandler, url: str, agencies: Mapping[str, Agency], clerks: Iterable[Actor]
) -> Generator[Visit]:
    """`clerks` are those who may ask by name. The application's clock is that of the visit."""
    visit = Visit()
    visit.app = create(
        service=service,
        url=url,
        agencies=agencies,
        tokens=Tokens({one.id: one for one in clerks}),
        clock=visit.now,
        log=json_lines(logging.CRITICAL),
    )
    visit.loop = loop = asyncio.new_event_loop()
    ready, done = Future[None](), asyncio.Event()

    async def live() -> None:
        async with visit.app.lifespan():
            ready.set_result(None)
            await done.wait()

    thread = Thread(target=loop.run_until_complete, args=(live(),), name="neraca-visits", daemon=True)
    thread.start()
    try:
        ready.result(60)
        yield visit
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()
