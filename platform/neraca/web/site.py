"""All pages, and what holds for each: what other sites send is refused, and what goes wrong is told as a page."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, Router, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from neraca.web import session
from neraca.web.appraisal import page as appraisal
from neraca.web.doors import Clock, Doors
from neraca.web.forms import Unreadable
from neraca.web.request import Failure, language_of
from neraca.web.sign_in import page as sign_in
from neraca.web.templates import STYLE, STYLE_PATH, page
from neraca.web.why import page as why
from neraca.web.work import page as work
from neraca.wording import translated

_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


def routes(doors: Doors, now: Clock) -> Sequence[Router]:
    """One router of all pages."""

    @get(STYLE_PATH, include_in_schema=False, sync_to_thread=False)
    def style() -> Response[bytes]:
        return Response(STYLE, media_type="text/css; charset=utf-8", headers=_FOR_GOOD)

    pages = [
        style,
        *sign_in.routes(doors),
        *work.routes(doors),
        *appraisal.routes(doors, now),
        *why.routes(doors),
    ]
    return [
        Router(
            "/",
            route_handlers=pages,
            include_in_schema=False,
            guards=[_of_this_site],
            exception_handlers={Failure: _failed, Unreadable: _unreadable},
        )
    ]


def _of_this_site(request: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    scope: Any = request.scope
    if scope["method"] == "POST" and session.from_elsewhere(request.headers, request.headers.get("Host", "")):
        raise Failure(403, "this form came from another site; open the page here and send it again")


def _failed(request: Request[Any, Any, Any], failure: Failure) -> Response[bytes]:
    return _told(request, failure.status, failure.told)


def _unreadable(request: Request[Any, Any, Any], wrong: Unreadable) -> Response[bytes]:
    return _told(request, 400, str(wrong))


def _told(request: Request[Any, Any, Any], status: int, told: str) -> Response[bytes]:
    language = language_of(request)
    said = translated(told).text if language == "id" else told
    return page("failure.html", language, {"said": said}, status=status)
