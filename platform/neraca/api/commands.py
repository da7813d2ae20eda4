"""POST /agencies/{agency}/commands: the only way in for those who write."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import Scope
from msgspec import Struct

from neraca.api import command_decoding, headers, preconditions, redaction
from neraca.api.command_queue import CommandQueue
from neraca.api.dependencies import Dependencies
from neraca.api.outage_problems import outage
from neraca.api.problems import Fault, Problem
from neraca.domain import errors
from neraca.domain.contexts import Actor
from neraca.domain.registry import Command
from neraca.service import (
    CommandBatch,
    CommandResult,
    EventReference,
    KeyReused,
    KeyRunning,
    NoSuchAgency,
    PreconditionFailed,
    Unseen,
)

_REFUSED: tuple[tuple[type[errors.Refusal], str], ...] = (
    (errors.NotAllowed, "not-allowed"),
    (errors.NotFound, "not-found"),
    (errors.Invalid, "invalid"),
    (errors.NotOpen, "not-open"),
    (errors.AlreadyDone, "already-done"),
    (errors.TooLate, "too-late"),
    (errors.TooEarly, "too-early"),
    (errors.Blocked, "blocked"),
    (errors.Conflict, "conflict"),
)


ROUTE = "/agencies/{agency:str}/commands"
STATUS = 201


class Written(Struct, frozen=True):
    """`position` is what to wait for to read this write; `versions` are the streams', in order of first mention."""

    position: int
    events: tuple[EventReference, ...]
    versions: tuple[int, ...]
    replayed: bool


class Answer(Struct, frozen=True):
    """To a command that is done."""

    written: Written
    headers: Mapping[str, str]


class Commands:
    """What is done with a command that came in, whatever brought it."""

    def __init__(self, parts: Dependencies) -> None:
        self._parts = parts
        self._queue = CommandQueue(parts.service)

    async def sender(self, agency: str, sent: Mapping[str, str], scope: Scope) -> Actor:
        """By the headers of a request of this scope, before the body is read. Raises Problem."""
        # Before the body is read: whoever may not even ask shall not make the server hold five megabytes.
        actor = await self._parts.actor(sent, scope)
        self._parts.access_scope(actor, agency)
        headers.is_json(sent, assumed=True)
        return actor

    async def do(self, agency: str, actor: Actor, sent: Mapping[str, str], body: bytes) -> Answer:
        """Raises Problem, and what nobody foresaw."""
        parts = self._parts
        key = headers.key(sent)
        whom = headers.named(sent, "Neraca-On-Behalf-Of")
        commands = command_decoding.read(body)
        try:
            batch = CommandBatch(
                agency=agency,
                actor=actor,
                commands=commands,
                now=parts.clock(),
                key=key,
                body_hash=_body_hash(actor, whom, body),
                expected=preconditions.expected(sent.get("if-match")),
                must_match=True,
                on_behalf_of=whom,
                correlation=headers.named(sent, "Neraca-Correlation"),
            )
            # Given up, not undone: the same key fetches the answer once there is one.
            done = await self._queue.run(batch, parts.longest)
        except Exception as refused:
            _count(parts, agency, commands, "refused")
            problem = problem_of(refused, listed=command_decoding.is_list(body))
            if problem is None:
                raise
            raise problem from refused
        _count(parts, agency, commands, "replayed" if done.replayed else "done")
        return _answer(done)


def routes(commands: Commands) -> list[HTTPRouteHandler]:
    @post(
        ROUTE,
        summary="Does one command, or a list of them as one unit: all or none",
        description=(
            "Needs Idempotency-Key. Needs If-Match where a stream that exists is changed. "
            "Neraca-On-Behalf-Of and Neraca-Correlation are kept in the events."
        ),
        status_code=STATUS,
    )
    async def command(agency: FromPath[str], request: Request[Any, Any, Any]) -> Response[Written]:
        actor = await commands.sender(agency, request.headers, request.scope)
        answer = await commands.do(agency, actor, request.headers, await request.body())
        return Response(answer.written, status_code=STATUS, headers=answer.headers)

    return [command]


def _body_hash(actor: Actor, whom: str | None, body: bytes) -> str:
    """The actor counts: somebody else's key must not fetch this actor's answer. So does whoever they act for."""
    who = msgspec.json.encode(actor.id if whom is None else [actor.id, whom])
    return sha256(who + b"\n" + body).hexdigest()


def refusal(refused: errors.Refusal, *, listed: bool = False) -> Problem:
    """What a refusal is told as; `listed` where it was a list of commands that came in."""
    # In order of the table, where a kind stands before the one that it is a kind of.
    kind = next(kind for type_, kind in _REFUSED if isinstance(refused, type_))
    if refused.faults:
        several = [Fault(f"/{one.at}{one.field}" if listed else one.field, one.message) for one in refused.faults]
        return Problem(kind, refused.message, faults=several)
    pointer = f"/{refused.at}" if listed and refused.at is not None else ""
    pointer += refused.field or ""
    return Problem(kind, refused.message, faults=[Fault(pointer, refused.message)] if pointer else [])


def problem_of(refused: Exception, *, listed: bool) -> Problem | None:
    """None where nobody foresaw it. `listed`: what was sent was a list."""
    match refused:
        case errors.Refusal():
            return refusal(refused, listed=listed)
        case PreconditionFailed():
            headers = {"ETag": preconditions.etag(refused.current)}
            return Problem("stale", str(refused), current=refused.current, headers=headers)
        case Unseen():
            seen = preconditions.etag(refused.current)
            detail = f"{refused}; if that is what you have read, send If-Match: {seen}"
            return Problem("if-match-missing", detail, current=refused.current, headers={"ETag": seen})
        case KeyRunning():
            return Problem("key-running", str(refused), headers={"Retry-After": "1"})
        case KeyReused():
            return Problem("key-reused", str(refused))
        case NoSuchAgency():
            return Problem("not-found", str(refused))
        case _:
            return outage(refused)


def _answer(done: CommandResult) -> Answer:
    last = {event.stream: event.version for event in done.events}
    versions = tuple(last.values())
    headers = {"Neraca-Position": str(done.position)}
    if versions:
        headers["ETag"] = preconditions.etag(versions)
    return Answer(Written(done.position, done.events, versions, done.replayed), headers)


def _count(parts: Dependencies, agency: str, commands: tuple[Command, ...], outcome: str) -> None:
    for one in commands:
        parts.metrics.commands.labels(agency, redaction.counted_as(one), outcome).inc()
