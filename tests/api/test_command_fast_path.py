"""The usual command goes past the framework, and is answered as the framework would answer it."""

import asyncio
import gzip
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import structlog
from litestar import Litestar

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.domain.agency import Agency
from neraca.domain.contexts import Actor
from neraca.domain.errors import Fault, Invalid
from neraca.domain.vocabulary import Role
from neraca.service import CommandBatch, CommandResult, EventReference, PreconditionFailed
from neraca.store.errors import Unreachable

OPEN = b'{"command": "open-appraisal", "employee": "198501012010011001", "period": "2025"}'
BRIEF = (
    b'{"command": "report-activity", "employee": "198501012010011001", "period": "2025", "report": "a",'
    b' "day": "2025-02-03", "activity": "Loket"}'
)
USUAL = {"authorization": "Bearer t", "idempotency-key": "k", "content-type": "application/json"}


class Service:
    """Whatever it is asked, it answers as it was told."""

    def __init__(self) -> None:
        self.outcome: CommandResult | Exception = result(1)
        self.asked: list[CommandBatch] = []

    @property
    def as_of_reader(self) -> Any:
        raise AssertionError("nobody asks for the past here")

    @property
    def reader(self) -> Any:
        raise AssertionError("nobody asks for the log here")

    @property
    def policies(self) -> Any:
        raise AssertionError("nobody asks for a policy here")

    @property
    def documents(self) -> Any:
        raise AssertionError("nobody asks for a document here")

    def rehearse(self, batch: CommandBatch) -> Any:
        raise AssertionError("nobody rehearses here")

    def handle(self, batch: CommandBatch) -> CommandResult:
        self.asked.append(batch)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def handle_together(self, agency: str, batches: Sequence[CommandBatch]) -> list[CommandResult | Exception]:
        self.asked += batches
        return [self.outcome for _ in batches]


def result(events: int) -> CommandResult:
    told = (EventReference(f"surabaya:{n}", "appraisal.opened", UUID(int=n % 3), n, n) for n in range(1, events + 1))
    return CommandResult(events, tuple(told))


@pytest.fixture(scope="module")
def built(invented: Callable[[str], Agency]) -> tuple[Litestar, Service, io.StringIO]:
    service, written = Service(), io.StringIO()
    log: Any = structlog.wrap_logger(
        structlog.PrintLogger(written),
        processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
    )
    people = {
        "t": Actor("operator-1", frozenset({Role.HR})),
        "b": Actor("hr-2", frozenset({Role.HR}), "bandung"),
    }
    app = create(
        service=service,
        url="postgresql://nowhere",
        agencies={"surabaya": invented("surabaya")},
        tokens=Tokens(people),
        clock=lambda: datetime(2025, 1, 1, tzinfo=UTC),
        log=log,
    )
    return app, service, written


@pytest.fixture
def app(built: tuple[Litestar, Service, io.StringIO]) -> Litestar:
    return built[0]


@pytest.fixture
def service(built: tuple[Litestar, Service, io.StringIO]) -> Service:
    built[1].outcome, built[1].asked = result(1), []
    return built[1]


@pytest.fixture
def written(built: tuple[Litestar, Service, io.StringIO]) -> io.StringIO:
    built[2].seek(0)
    built[2].truncate()
    return built[2]


async def send(
    app: Litestar,
    headers: list[tuple[str, str]],
    body: bytes,
    pieces: int,
    path: str = "/agencies/surabaya/commands",
    asked: bytes = b"",
) -> list[dict[str, Any]]:
    """The messages that a server would get, for a body in so many pieces."""
    size = -(-len(body) // pieces)
    parts: Iterator[dict[str, Any]] = iter(
        [
            {"type": "http.request", "body": body[n * size : (n + 1) * size], "more_body": n < pieces - 1}
            for n in range(pieces)
        ]
    )
    sent: list[dict[str, Any]] = []

    async def receive() -> Any:
        return next(parts)

    async def sending(message: Any) -> None:
        sent.append(dict(message))

    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": asked,
        "headers": [
            *((name.encode(), value.encode()) for name, value in headers),
            (b"content-length", str(len(body)).encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    await app(scope, receive, sending)
    return sent


def answered(sent: list[dict[str, Any]]) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body; of the id of the request only that it is there, and unzipped."""
    start, body = sent[0], b"".join(one["body"] for one in sent[1:])
    headers = dict(start["headers"])
    assert len(headers) == len(start["headers"])
    request = headers.pop(b"x-request-id")
    assert len(request) == 32
    assert headers[b"content-length"] == str(len(body)).encode()
    if headers.get(b"content-encoding") == b"gzip":  # whose head has the time
        body = gzip.decompress(body)
        del headers[b"content-length"]
    return start["status"], sorted(headers.items()), body.replace(request, b"<request>")


CASES: dict[str, tuple[CommandResult | Exception, dict[str, str], bytes, int]] = {
    "done": (result(1), USUAL, OPEN, 201),
    "done before": (CommandResult(7, result(2).events, replayed=True), USUAL, OPEN, 201),
    "nothing happened": (CommandResult(7, ()), USUAL, OPEN, 201),
    "brief": (result(1), USUAL, BRIEF, 201),
    "brief, refused": (Invalid("no such day", field="/day"), USUAL, BRIEF, 422),
    "several": (result(1), USUAL, b"[" + OPEN + b"," + OPEN + b"]", 201),
    "zipped": (result(40), {**USUAL, "accept-encoding": "gzip"}, OPEN, 201),
    "long, not zipped": (result(40), USUAL, OPEN, 201),
    "short, never zipped": (result(1), {**USUAL, "accept-encoding": "gzip"}, OPEN, 201),
    "seen": (
        result(1),
        {**USUAL, "if-match": '"v3"', "neraca-correlation": "c", "neraca-on-behalf-of": "x"},
        OPEN,
        201,
    ),
    "no type": (result(1), {"authorization": "Bearer t", "idempotency-key": "k"}, OPEN, 201),
    "refused": (Invalid("no such day", field="/day"), USUAL, OPEN, 422),
    "refused in places": (Invalid("two", faults=[Fault(0, "/a", "x"), Fault(0, "/b", "y")]), USUAL, OPEN, 422),
    "stale": (PreconditionFailed((1,), (2,)), USUAL, OPEN, 412),
    "away": (Unreachable("no connection"), USUAL, OPEN, 503),
    "unforeseen": (RuntimeError("secret"), USUAL, OPEN, 500),
    "no JSON": (result(1), USUAL, b"{", 400),
    "nothing": (result(1), USUAL, b"", 400),
    "unknown command": (result(1), USUAL, b'{"command": "fly"}', 422),
    "wrong If-Match": (result(1), {**USUAL, "if-match": "3"}, OPEN, 400),
    "no key": (result(1), {"authorization": "Bearer t"}, OPEN, 400),
    "no token": (result(1), {"idempotency-key": "k"}, OPEN, 401),
    "of another agency": (result(1), {**USUAL, "authorization": "Bearer b"}, OPEN, 404),
    "a form": (result(1), {**USUAL, "content-type": "text/plain"}, OPEN, 415),
}


@pytest.mark.parametrize("case", CASES)
def test_a_command_is_answered_alike_past_the_framework_and_by_it(app: Litestar, service: Service, case: str) -> None:
    service.outcome, headers, body, status = CASES[case]
    pairs = list(headers.items())

    past = answered(asyncio.run(send(app, pairs, body, 1)))
    by_it = answered(asyncio.run(send(app, pairs, body, 2)))

    assert past[0] == status
    assert past == by_it
    assert len(service.asked) in (0, 2)
    assert service.asked[:1] == service.asked[1:]


def test_the_first_of_two_equal_headers_counts(app: Litestar, service: Service) -> None:
    twice = [*USUAL.items(), ("idempotency-key", "other"), ("authorization", "Bearer nobody")]
    for pieces in (1, 2):
        assert answered(asyncio.run(send(app, twice, OPEN, pieces)))[0] == 201
    assert [batch.key for batch in service.asked] == ["k", "k"]


def test_the_usual_command_never_meets_the_framework_s_router(
    app: Litestar, service: Service, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:

    async def unwanted(*_: object) -> None:
        raise AssertionError("the router was asked")

    monkeypatch.setattr(type(app.asgi_router), "__call__", unwanted)
    assert answered(asyncio.run(send(app, list(USUAL.items()), OPEN, 1)))[0] == 201
    assert len(service.asked) == 1
    assert '"route": "/agencies/{agency}/commands"' in written.getvalue()


def test_both_ways_are_counted_and_logged_alike(app: Litestar, service: Service, written: io.StringIO) -> None:
    for pieces in (1, 2):
        asyncio.run(send(app, list(USUAL.items()), OPEN, pieces))
    lines = [line.partition('"method"')[2].partition('"ms"')[0] for line in written.getvalue().splitlines()]
    assert len(lines) == 2
    assert lines[0] == lines[1]
    assert '"status": 201' in lines[0]


def test_who_may_not_send_is_told_before_the_body_has_come(app: Litestar) -> None:
    async def ask() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def receive() -> Any:
            await asyncio.sleep(3600)

        async def sending(message: Any) -> None:
            sent.append(dict(message))

        scope: Any = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/agencies/surabaya/commands",
            "raw_path": b"/agencies/surabaya/commands",
            "root_path": "",
            "query_string": b"",
            "headers": [(b"content-length", b"100")],
            "client": None,
            "server": ("127.0.0.1", 8000),
            "state": {},
        }
        await asyncio.wait_for(app(scope, receive, sending), 20)
        return sent

    assert asyncio.run(ask())[0]["status"] == 401
