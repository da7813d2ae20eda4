"""Keys of programs over HTTP: made, listed and revoked by the administrators of an agency."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response, get, post, route
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from neraca.api import commands, json_input
from neraca.api.dependencies import Dependencies
from neraca.api.headers import is_json
from neraca.api.problems import Problem
from neraca.domain.api_key import KeyOrder
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.service import api_keys
from neraca.service.api_keys import IssuedKey
from neraca.store.api_keys import StoredKey

ROUTE = "/agencies/{agency:str}/keys"
REVOCATION = "/agencies/{agency:str}/keys/{key:str}/revocation"

LARGEST = 4_000
"""Bytes."""

_ORDER = msgspec.json.Decoder(KeyOrder)
_NOT_KEPT = {"Cache-Control": "no-store"}

T = TypeVar("T")


class ListedKeys(Struct, frozen=True):
    """The newest first, and of those the newest thousand."""

    keys: list[StoredKey]


class Revoked(Struct, frozen=True):
    """`at` is when it was revoked, now or before."""

    id: str
    at: datetime


def routes(parts: Dependencies, url: str) -> list[HTTPRouteHandler]:
    """Keys are kept in the database at `url`."""

    async def admitted(agency: str, request: Request[Any, Any, Any]) -> Actor:
        actor = await parts.actor(request.headers, request.scope)
        parts.access_scope(actor, agency)
        return actor

    async def done(agency: str, call: Callable[[], T]) -> T:
        try:
            return await parts.threads.run(agency, call, parts.longest)
        except Refusal as refused:
            raise commands.refusal(refused) from refused

    @route(ROUTE, http_method=HttpMethod.OPTIONS, status_code=204, include_in_schema=False, sync_to_thread=False)
    def methods(agency: FromPath[str]) -> Response[None]:
        """The framework's own knows but the first of several methods."""
        return Response(None, headers={"Allow": "GET, OPTIONS, POST"})

    @post(
        ROUTE,
        summary="Makes a key of a program, which is told in the answer and never again",
        description="For the role admin. Asked again it makes another.",
        request_max_body_size=LARGEST,
        status_code=201,
    )
    async def issue(agency: FromPath[str], request: Request[Any, Any, Any]) -> Response[IssuedKey]:
        actor = await admitted(agency, request)
        is_json(request.headers)
        order = _read(await request.body())
        made = await done(agency, partial(api_keys.issue, url, parts.agencies[agency], actor, order, parts.clock()))
        return Response(made, status_code=201, headers=_NOT_KEPT)

    @get(ROUTE, summary="The keys of programs, without what is secret", description="For the role admin.")
    async def listed(agency: FromPath[str], request: Request[Any, Any, Any]) -> Response[ListedKeys]:
        actor = await admitted(agency, request)
        found = await done(agency, partial(api_keys.listed, url, parts.agencies[agency], actor))
        return Response(ListedKeys([*found]), headers=_NOT_KEPT)

    @post(
        REVOCATION,
        summary="Revokes a key: it holds no longer from the next request on",
        description="For the role admin. One that was revoked stays so, since then.",
        request_max_body_size=LARGEST,
        status_code=200,
    )
    async def revoke(agency: FromPath[str], key: FromPath[str], request: Request[Any, Any, Any]) -> Response[Revoked]:
        actor = await admitted(agency, request)
        at = await done(agency, partial(api_keys.revoke, url, parts.agencies[agency], actor, key, parts.clock()))
        return Response(Revoked(key, at), headers=_NOT_KEPT)

    return [methods, issue, listed, revoke]


def _read(body: bytes) -> KeyOrder:
    """Raises Problem."""
    try:
        return json_input.decoded(_ORDER, body)
    except json_input.Malformed as wrong:
        raise Problem("malformed", str(wrong)) from None
    except json_input.Misshapen as wrong:
        raise Problem("invalid", str(wrong)) from None
