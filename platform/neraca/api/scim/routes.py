"""The addresses of SCIM. A key with the scope roster reads users; one that has write-roster besides changes them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, TypeAlias, TypeVar, cast
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from neraca.api import headers, json_input, preconditions
from neraca.api.commands import problem_of
from neraca.api.dependencies import Dependencies
from neraca.api.problems import Problem
from neraca.api.query_parameters import TAKES
from neraca.api.scim import discovery, documents, filters, patches
from neraca.api.scim.accounts import Accounts
from neraca.api.scim.documents import Place
from neraca.api.scim.filters import UserFilter
from neraca.api.scim.refusals import MEDIA_TYPE, UNDER, ScimRefusal
from neraca.domain.text_kinds import NIP, fault, shown
from neraca.service.roster_changes import KnownEmployee
from neraca.service.statements import PRESENT

ROUTE = "/agencies/{agency:str}" + UNDER
USERS = ROUTE + "/Users"
ONE = USERS + "/{user:str}"
LARGEST = 200_000
"""Bytes."""

_PATIENCE = timedelta(seconds=5)
_NAMES = ("attributes", "excludedAttributes")
_QUESTION = ("filter", "startIndex", "count", *_NAMES)
_FAR = 10**9
_MEDIA_TYPES = (MEDIA_TYPE, json_input.JSON)

Asked: TypeAlias = Request[Any, Any, Any]
T = TypeVar("T")


def routes(parts: Dependencies) -> list[HTTPRouteHandler]:
    async def entered(agency: str, request: Asked) -> Accounts:
        """Whoever may read the roster; who may change it is asked of each command. Raises Problem."""
        actor = await parts.actor(request.headers, request.scope)
        if parts.access_scope(actor, agency).people is not None:
            raise Problem("not-allowed", "users are for who may read the whole roster, such as a key with its scope")
        now = parts.clock()
        today = now.astimezone(ZoneInfo(parts.agencies[agency].time_zone)).date()
        base = f"{str(request.base_url).rstrip('/')}/agencies/{agency}{UNDER}"
        return Accounts(parts.service, actor, Place(base, agency, today), now)

    async def done(agency: str, call: Callable[[], T]) -> T:
        try:
            return await parts.threads.run(agency, call, parts.longest)
        except Problem:
            raise
        except Exception as refused:
            if (problem := problem_of(refused, listed=False)) is None:
                raise
            raise problem from refused

    async def page(of: Accounts, question: Mapping[str, Any]) -> Response[bytes]:
        agency = of.place.agency
        start = max(_whole("startIndex", question.get("startIndex"), 1), 1)
        count = min(max(_whole("count", question.get("count"), discovery.MOST), 0), discovery.MOST)
        numbers, total = await matching(of, filters.read(_text("filter", question.get("filter"))), start, count)
        users = await done(agency, partial(of.users, numbers))
        return _answer(discovery.page([_chosen(one, of, question) for one in users], total, start))

    async def matching(of: Accounts, wanted: UserFilter, start: int, count: int) -> tuple[list[str], int]:
        """The numbers of a page, and how many there are in all."""
        agency = of.place.agency
        if wanted.none:
            return [], 0
        # So that who was created a moment ago is in the list.
        head = await parts.heads.latest(agency)
        if await parts.passed.reached(agency, head, _PATIENCE) is None:
            told = "the roster has not caught up with the log yet; ask again in a moment"
            raise Problem("not-caught-up", told, headers={"Retry-After": "2"})
        filters = {
            "number": wanted.number, "active": wanted.active, "unit": wanted.unit, "supervisor": wanted.supervisor
        }  # fmt: skip
        params = {"agency": agency, "today": of.place.today, "skip": start - 1, "limit": count, **filters}
        given = {f"of_{name}" for name, value in filters.items() if value is not None}
        [row] = await parts.reads.rows(agency, "scim-users", params, PRESENT | given)
        return row["numbers"], row["total"]

    async def changed(agency: str, user: str, request: Asked, said: Callable[[Any], dict[str, Any]]) -> Response[bytes]:
        of = await entered(agency, request)
        wanted = said(await _body(request))
        seen = preconditions.expected(request.headers.get("if-match"))
        known = await done(agency, partial(of.change, _number(user), wanted, seen))
        return told(of, user, known, request)

    def told(
        of: Accounts, user: str, known: KnownEmployee | None, request: Asked, status: int = 200
    ) -> Response[bytes]:
        if known is None:
            raise _nobody(user)
        more = {"ETag": documents.version(known), "Location": of.place.address(known.state.employee)}
        return _answer(_chosen(known, of, request.query_params), status, more)

    @get(USERS, include_in_schema=False, opt={TAKES: _QUESTION})
    async def listed(agency: FromPath[str], request: Asked) -> Response[bytes]:
        return await page(await entered(agency, request), request.query_params)

    @post([ROUTE + "/.search", USERS + "/.search"], include_in_schema=False, request_max_body_size=LARGEST)
    async def searched(agency: FromPath[str], request: Asked) -> Response[bytes]:
        of = await entered(agency, request)
        await parts.read_records.record_body(of.actor, request.scope, await request.body())
        body = await _body(request)
        listed = {name: ",".join(map(str, body[name])) for name in _NAMES if isinstance(body.get(name), list)}
        return await page(of, {name: value for name, value in {**body, **listed}.items() if name in _QUESTION})

    @post(USERS, include_in_schema=False, request_max_body_size=LARGEST, opt={TAKES: _NAMES})
    async def create(agency: FromPath[str], request: Asked) -> Response[bytes]:
        of = await entered(agency, request)
        made = await done(agency, partial(of.create, documents.asserted(await _body(request))))
        return told(of, made.state.employee, made, request, 201)

    @get(ONE, include_in_schema=False, opt={TAKES: _NAMES})
    async def one(agency: FromPath[str], user: FromPath[str], request: Asked) -> Response[bytes]:
        of = await entered(agency, request)
        found = await done(agency, partial(of.users, [_number(user)]))
        if found and headers.has(request.headers, tag := documents.version(found[0])):
            return Response(b"", status_code=304, headers={"ETag": tag})
        return told(of, user, found[0] if found else None, request)

    @put(ONE, include_in_schema=False, request_max_body_size=LARGEST, opt={TAKES: _NAMES})
    async def replace(agency: FromPath[str], user: FromPath[str], request: Asked) -> Response[bytes]:
        return await changed(agency, user, request, documents.asserted)

    @patch(ONE, include_in_schema=False, request_max_body_size=LARGEST, opt={TAKES: _NAMES})
    async def modify(agency: FromPath[str], user: FromPath[str], request: Asked) -> Response[bytes]:
        return await changed(agency, user, request, patches.asserted)

    @delete(ONE, include_in_schema=False, status_code=405)
    async def refuse(agency: FromPath[str], user: FromPath[str], request: Asked) -> Response[None]:
        await entered(agency, request)
        told = "nobody is taken out of the log; send active as false"
        raise Problem("method-not-allowed", told, headers={"Allow": "GET, OPTIONS, PATCH, PUT"})

    @get(ROUTE + "/ServiceProviderConfig", include_in_schema=False)
    async def provider(agency: FromPath[str], request: Asked) -> Response[bytes]:
        return _answer(discovery.service_provider((await entered(agency, request)).place.base))

    @get(ROUTE + "/ResourceTypes", include_in_schema=False)
    async def types(agency: FromPath[str], request: Asked) -> Response[bytes]:
        return _answer(discovery.page([discovery.resource_type((await entered(agency, request)).place.base)], 1))

    @get(ROUTE + "/ResourceTypes/{name:str}", include_in_schema=False)
    async def type_(agency: FromPath[str], name: FromPath[str], request: Asked) -> Response[bytes]:
        of = await entered(agency, request)
        if name != "User":
            raise Problem("not-found", f"there is no resource type {shown(name)}; there is User")
        return _answer(discovery.resource_type(of.place.base))

    @get(ROUTE + "/Schemas", include_in_schema=False)
    async def schemas(agency: FromPath[str], request: Asked) -> Response[bytes]:
        found = [*described(await entered(agency, request)).values()]
        return _answer(discovery.page(found, len(found)))

    @get(ROUTE + "/Schemas/{name:str}", include_in_schema=False)
    async def schema(agency: FromPath[str], name: FromPath[str], request: Asked) -> Response[bytes]:
        found = described(await entered(agency, request))
        if name not in found:
            raise Problem("not-found", f"there is no schema {shown(name)}; /Schemas lists those there are")
        return _answer(found[name])

    def described(of: Accounts) -> dict[str, dict[str, Any]]:
        return discovery.schemas(of.place.base, parts.agencies[of.place.agency], of.place.today.isoformat())

    users = [listed, searched, create, one, replace, modify, refuse]
    return [*users, provider, types, type_, schemas, schema]


async def _body(request: Asked) -> dict[str, Any]:
    """Raises Problem."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _MEDIA_TYPES:
        raise Problem("unsupported-media-type", f"send it as Content-Type: {' or '.join(_MEDIA_TYPES)}")
    try:
        found = json_input.read(await request.body())
    except json_input.Malformed as wrong:
        raise Problem("malformed", str(wrong)) from None
    if not isinstance(found, dict):
        raise ScimRefusal("invalidSyntax", "the body is no object; write what you send in one")
    return cast("dict[str, Any]", found)


def _number(user: str) -> str:
    """Raises Problem for what can be nobody's."""
    if fault(NIP, user) is not None:
        raise _nobody(user)
    return user


def _nobody(user: str) -> Problem:
    return Problem("not-found", f"there is no user {shown(user)} on the roster")


def _text(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ScimRefusal("invalidValue", f"{name}: {shown(str(value))} is no text; write it in quotes")
    return value


def _whole(name: str, value: Any, default: int) -> int:
    if value is None:
        return default
    said = str(value)
    if not (said.removeprefix("-").isascii() and said.removeprefix("-").isdigit() and len(said) <= 10):
        raise ScimRefusal("invalidValue", f"{name}: {shown(said)} is no whole number; write one in digits")
    return min(int(said), _FAR)


def _chosen(known: KnownEmployee, of: Accounts, question: Mapping[str, Any]) -> dict[str, Any]:
    wanted, unwanted = (_text(name, question.get(name)) for name in _NAMES)
    return documents.chosen(documents.written(known, of.place), wanted, unwanted)


def _answer(told: Any, status: int = 200, more: Mapping[str, str] | None = None) -> Response[bytes]:
    sent = {"Cache-Control": "private, no-store", **(more or {})}
    return Response(msgspec.json.encode(told), status_code=status, media_type=MEDIA_TYPE, headers=sent)
