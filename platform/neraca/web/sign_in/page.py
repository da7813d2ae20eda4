"""Signing in by the sign-in of an agency, or with the token that whoever runs the server gave out, and out again."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from neraca.domain.contexts import Actor
from neraca.web import forms, session
from neraca.web.doors import Doors
from neraca.web.request import language_of, sign_in_page
from neraca.web.templates import HEADERS
from neraca.web.words import say

_AFTER_POST = 303
_TO = "to"


def routes(doors: Doors) -> list[HTTPRouteHandler]:
    @get("/pages/sign-in", summary="The page to sign in on", media_type="text/html", sync_to_thread=False)
    def shown(request: Request[Any, Any, Any]) -> Response[bytes]:
        return sign_in_page(doors, request)

    @post("/pages/sign-in", summary="Signs in with a token", status_code=_AFTER_POST)
    async def with_token(request: Request[Any, Any, Any]) -> Response[Any]:
        token = (await forms.read(request)).get("token", "")
        sound, language = token.isascii() and 0 < len(token) <= session.LONGEST_TOKEN, language_of(request)
        actor = await doors.token_tried(token, _address(request), language) if sound else None
        if not isinstance(actor, Actor | None):
            return sign_in_page(doors, request, actor.told, status=actor.status)
        if actor is None or actor.agency is None:
            wrong = say("token-wrong" if actor is None else "no-agency", language)
            return sign_in_page(doors, request, wrong, status=422)
        await _end(request)
        return Redirect("/pages", status_code=_AFTER_POST, headers=HEADERS, cookies=[session.of_token(token, request)])

    @get(
        "/pages/sign-in/{agency:str}",
        summary="To the sign-in of an agency",
        status_code=_AFTER_POST,
        opt={"takes": (_TO,)},
    )
    async def away(agency: FromPath[str], request: Request[Any, Any, Any]) -> Response[Any]:
        begun = await doors.sign_in_begun(agency, language_of(request))
        if not isinstance(begun, tuple):
            return sign_in_page(doors, request, begun.told, status=begun.status)
        there, secret = begun
        to = request.query_params.get(_TO, "")
        kept = session.away(secret, to if session.is_ours(to) else "/pages", request)
        return Redirect(there, status_code=_AFTER_POST, headers=HEADERS, cookies=[kept])

    @get("/pages/sign-in/{agency:str}/back", summary="Back from there", status_code=_AFTER_POST, opt={"any": True})
    async def back(agency: FromPath[str], request: Request[Any, Any, Any]) -> Response[Any]:
        secret, to = session.back(request)
        done = session.back_for_good(request)
        came, address = request.query_params, _address(request)
        signed_in = await doors.signed_in(agency, secret, came, address, language_of(request))
        if not isinstance(signed_in, str):
            return sign_in_page(doors, request, signed_in.told, status=signed_in.status, cookies=(done,))
        await _end(request)
        kept = session.of_session(signed_in, request)
        return Redirect(to, status_code=_AFTER_POST, headers=HEADERS, cookies=[kept, done])

    @get("/pages/sign-out", summary="Back to the first page", status_code=_AFTER_POST, sync_to_thread=False)
    def not_out() -> Response[Any]:
        """Opening an address signs nobody out."""
        return Redirect("/pages", status_code=_AFTER_POST, headers=HEADERS)

    @post("/pages/sign-out", summary="Signs out", status_code=_AFTER_POST)
    async def sign_out(request: Request[Any, Any, Any]) -> Response[Any]:
        await _end(request)
        forgotten = [session.forgotten(request)]
        return Redirect("/pages/sign-in", status_code=_AFTER_POST, headers=HEADERS, cookies=forgotten)

    async def _end(request: Request[Any, Any, Any]) -> None:
        """Whatever session the browser had."""
        kept = session.kept_by(request)
        if kept is not None and session.is_session(kept):
            await doors.sign_out(kept)

    return [shown, with_token, away, back, not_out, sign_out]


def _address(request: Request[Any, Any, Any]) -> str:
    """By which tries are counted; nothing is kept of it but a hash."""
    return request.client.host if request.client else ""
