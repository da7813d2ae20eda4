"""One request of a page: who asks, in which language, and what the pages read and write for them."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie
from msgspec import Struct

from neraca.domain.contexts import Actor
from neraca.web import session
from neraca.web.doors import Doors, Refused
from neraca.web.templates import page
from neraca.web.words import say
from neraca.wording.language import Language, accepted


class Failure(Exception):
    """What a reader is told instead of a page."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(told)
        self.status = status
        self.told = told


class Visit(Struct, frozen=True, eq=False):
    """`agency` is the visitor's: nobody looks at pages of two."""

    doors: Doors
    actor: Actor
    agency: str
    language: Language
    request: str | None

    async def read(self, document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The data of the visitor's agency. Raises Failure."""
        found = await self.doors.ask(
            self.actor, document, {"agency": self.agency, **variables}, self.language, self.request
        )
        if found.errors or found.data is None:
            raise Failure(found.status if found.status != 200 else 503, "; ".join(found.errors))
        return found.data["agency"]


def language_of(request: Request[Any, Any, Any]) -> Language:
    """Indonesian first: so are the pages' readers. Whoever's browser likes English better reads that."""
    header = request.headers.get("Accept-Language")
    return accepted(header) if header and header.strip() != "*" else "id"


async def visit(doors: Doors, request: Request[Any, Any, Any]) -> Visit | Response[bytes]:
    """Who looks, or the page to show them instead."""
    language = language_of(request)
    kept = session.kept_by(request)
    actor = await _actor(doors, kept, language)
    if isinstance(actor, Actor) and actor.agency is not None:
        return Visit(doors, actor, actor.agency, language, request.scope["state"].get("request_id"))
    gone = () if kept is None else (session.forgotten(request),)
    if actor is None:
        return sign_in_page(doors, request, status=401, cookies=gone)
    if isinstance(actor, Actor):
        return sign_in_page(doors, request, say("no-agency", language), status=403, cookies=gone)
    # Where only the database is away just now, whoever is signed in stays so.
    return sign_in_page(doors, request, actor.told, status=actor.status, cookies=gone if actor.status < 500 else ())


def sign_in_page(
    doors: Doors,
    request: Request[Any, Any, Any],
    wrong: str | None = None,
    *,
    status: int = 200,
    cookies: tuple[Cookie, ...] = (),
) -> Response[bytes]:
    """From which whoever signs in comes back to the page that they asked for."""
    language = language_of(request)
    path = request.scope["path"]
    to = path if session.is_ours(path) and not path.startswith("/pages/sign-in") else "/pages"
    values = {"wrong": wrong, "agencies": doors.sign_ins(language), "to": to}
    return page("sign_in/page.html", language, values, status=status, cookies=cookies)


async def _actor(doors: Doors, kept: str | None, language: Language) -> Actor | Refused | None:
    if kept is None:
        return None
    if session.is_session(kept):
        return await doors.person(kept, language)
    token = session.token_in(kept)
    return None if token is None else doors.actor(token)
