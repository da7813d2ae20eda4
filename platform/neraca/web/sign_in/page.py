"""Signing in with the token that whoever runs the server gave out, and out again."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from neraca.web import forms, session
from neraca.web.doors import Doors
from neraca.web.request import language_of
from neraca.web.templates import HEADERS, page

_AFTER_POST = 303


def routes(doors: Doors) -> list[HTTPRouteHandler]:
    @get("/pages/sign-in", summary="The page to sign in on", media_type="text/html", sync_to_thread=False)
    def shown(request: Request[Any, Any, Any]) -> Response[bytes]:
        return page("sign_in/page.html", language_of(request), {"wrong": None})

    @post("/pages/sign-in", summary="Signs in", status_code=_AFTER_POST)
    async def sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
        token = (await forms.read(request)).get("token", "")
        actor = doors.actor(token) if token.isascii() and 0 < len(token) <= session.LONGEST_TOKEN else None
        if actor is None or actor.agency is None:
            wrong = "token-wrong" if actor is None else "no-agency"
            return page("sign_in/page.html", language_of(request), {"wrong": wrong}, status=422)
        return Redirect("/pages", status_code=_AFTER_POST, headers=HEADERS, cookies=[session.kept(token, request)])

    @get("/pages/sign-out", summary="Back to the first page", status_code=_AFTER_POST, sync_to_thread=False)
    def not_out() -> Response[Any]:
        """Opening an address signs nobody out."""
        return Redirect("/pages", status_code=_AFTER_POST, headers=HEADERS)

    @post("/pages/sign-out", summary="Signs out", status_code=_AFTER_POST)
    async def sign_out(request: Request[Any, Any, Any]) -> Response[Any]:
        forgotten = [session.forgotten(request)]
        return Redirect("/pages/sign-in", status_code=_AFTER_POST, headers=HEADERS, cookies=forgotten)

    return [shown, sign_in, not_out, sign_out]
