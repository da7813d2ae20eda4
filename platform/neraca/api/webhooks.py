"""Webhooks over HTTP: a program says where the log's events shall be sent to it, and sees how far it has them."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response, delete, get, post, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter
from msgspec import Meta, Struct

from neraca.api import commands, json_input
from neraca.api.dependencies import Dependencies
from neraca.api.event_log import LAST
from neraca.api.headers import is_json
from neraca.api.problems import Problem
from neraca.api.query_parameters import COUNTS, TAKES
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role
from neraca.service.webhooks.subscriptions import DeadLetter, MadeWebhook, RotatedSecret, Webhook, Webhooks
from neraca.service.webhooks.targets import LONGEST

ROUTE = "/agencies/{agency:str}/webhooks"
LARGEST = 20_000
"""Bytes."""

MOST = 1_000

ResultT = TypeVar("ResultT")


class WantedWebhook(Struct, frozen=True, forbid_unknown_fields=True):
    """`types` None is all that there are; without `after` it begins with what comes from now on."""

    url: Annotated[str, Meta(min_length=1, max_length=LONGEST, pattern=r"^https?://[!-~]+\Z")]
    types: Annotated[tuple[str, ...], Meta(min_length=1, max_length=100)] | None = None
    after: Annotated[int, Meta(ge=0, le=LAST)] | None = None


class WebhookList(Struct, frozen=True):
    webhooks: list[Webhook]


class DeadLetters(Struct, frozen=True):
    """The first after a position; there may be more where there are as many as were asked for."""

    dead: list[DeadLetter]


class Redelivery(Struct, frozen=True):
    """It goes on after `position`."""

    position: int


# As JSON Schema has it, 20.0 is a whole number too.
_WANTED = msgspec.json.Decoder(WantedWebhook, strict=False)
_BOUNDS = {"after": (0, LAST), "limit": (1, MOST)}


def routes(parts: Dependencies, url: str, *, anywhere: bool) -> list[HTTPRouteHandler]:
    """Of the database at `url`; `anywhere` allows receivers over plain HTTP."""

    async def sender(request: Request[Any, Any, Any], agency: str) -> Actor:
        actor = await parts.actor(request.headers, request.scope)
        if not (parts.access_scope(actor, agency).log and Role.INTEGRATOR in actor.roles):
            raise Problem("not-allowed", "webhooks are for the role integrator with the scope log")
        return actor

    async def asked(agency: str, actor: Actor, call: Callable[[Webhooks], ResultT]) -> ResultT:
        """Raises Problem, and what nobody foresaw. The operator has those of everybody."""
        theirs = Webhooks(url, anywhere=anywhere, owner=None if actor.agency is None else actor.id)
        try:
            return await parts.threads.run(agency, partial(call, theirs), parts.longest)
        except Exception as refused:
            problem = commands.problem_of(refused, listed=False)
            if problem is None:
                raise
            raise problem from refused

    @post(
        ROUTE,
        summary="Has events sent to an address, as CloudEvents signed by Standard Webhooks",
        description="For integrators with the scope log. The secret is told in this answer alone.",
        request_max_body_size=LARGEST,
        status_code=201,
    )
    async def add(agency: FromPath[str], request: Request[Any, Any, Any]) -> Response[MadeWebhook]:
        actor = await sender(request, agency)
        is_json(request.headers)
        wanted = _read(await request.body())
        now = parts.clock()
        made = await asked(
            agency, actor, lambda webhooks: webhooks.add(agency, wanted.url, wanted.types, now, after=wanted.after)
        )
        return Response(made, status_code=201, headers={"Cache-Control": "no-store"})

    @route(ROUTE, http_method=HttpMethod.OPTIONS, status_code=204, include_in_schema=False, sync_to_thread=False)
    def methods(agency: FromPath[str]) -> Response[None]:
        """The framework's own knows but the first of several methods."""
        return Response(None, headers={"Allow": "GET, OPTIONS, POST"})

    @get(ROUTE, summary="The sender's webhooks, how far each is and what is wrong with it")
    async def all_of(agency: FromPath[str], request: Request[Any, Any, Any]) -> Response[WebhookList]:
        actor = await sender(request, agency)
        found = await asked(agency, actor, lambda webhooks: webhooks.all_of(agency))
        return Response(WebhookList(found), headers={"Cache-Control": "no-store"})

    @delete(f"{ROUTE}/{{webhook:uuid}}", summary="Ends a webhook, and forgets it")
    async def remove(agency: FromPath[str], webhook: FromPath[UUID], request: Request[Any, Any, Any]) -> None:
        actor = await sender(request, agency)
        await asked(agency, actor, lambda webhooks: webhooks.remove(agency, webhook))

    @post(
        f"{ROUTE}/{{webhook:uuid}}/secret",
        summary="Makes a new secret, told in the answer and never again; for a day messages bear both signatures",
        request_max_body_size=LARGEST,
        status_code=201,
    )
    async def rotate(
        agency: FromPath[str], webhook: FromPath[UUID], request: Request[Any, Any, Any]
    ) -> Response[RotatedSecret]:
        actor = await sender(request, agency)
        now = parts.clock()
        made = await asked(agency, actor, lambda webhooks: webhooks.rotate(agency, webhook, now))
        return Response(made, status_code=201, headers={"Cache-Control": "no-store"})

    @get(
        f"{ROUTE}/{{webhook:uuid}}/dead",
        summary="Events that the receiver did not take and that were given up",
        opt={TAKES: tuple(_BOUNDS), COUNTS: _BOUNDS},
    )
    async def dead(
        agency: FromPath[str],
        webhook: FromPath[UUID],
        request: Request[Any, Any, Any],
        after: Annotated[int, QueryParameter(ge=0, le=LAST, description="The last position already seen")] = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=MOST)] = 100,
    ) -> Response[DeadLetters]:
        actor = await sender(request, agency)
        found = await asked(agency, actor, lambda webhooks: webhooks.dead(agency, webhook, after=after, limit=limit))
        return Response(DeadLetters(found), headers={"Cache-Control": "no-store"})

    @post(
        f"{ROUTE}/{{webhook:uuid}}/redelivery",
        summary="Sends again what was given up, or everything after a position; also where the receiver was gone",
        opt={TAKES: ("after",), COUNTS: _BOUNDS},
        status_code=202,
    )
    async def redeliver(
        agency: FromPath[str],
        webhook: FromPath[UUID],
        request: Request[Any, Any, Any],
        after: Annotated[int | None, QueryParameter(ge=0, le=LAST, description="Begin after this position")] = None,
    ) -> Response[Redelivery]:
        actor = await sender(request, agency)
        position = await asked(agency, actor, lambda webhooks: webhooks.redeliver(agency, webhook, after=after))
        return Response(Redelivery(position), status_code=202)

    return [methods, add, all_of, remove, rotate, dead, redeliver]


def _read(body: bytes) -> WantedWebhook:
    """Raises Problem."""
    try:
        return json_input.decoded(_WANTED, body)
    except json_input.Malformed as wrong:
        raise Problem("malformed", str(wrong)) from None
    except json_input.Misshapen as wrong:
        raise Problem("invalid", str(wrong)) from None
