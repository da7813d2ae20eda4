"""One request of a page: who asks, in which language, and what the pages read and write for them."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response
from msgspec import Struct

from neraca.domain.contexts import Actor
from neraca.web import session
from neraca.web.doors import Doors
from neraca.web.templates import page
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


def visit(doors: Doors, request: Request[Any, Any, Any]) -> Visit | Response[bytes]:
    """Who looks, or the page to show them instead."""
    language = language_of(request)
    token = session.token_of(request)
    actor = None if token is None else doors.actor(token)
    if actor is None:
        gone = () if token is None else (session.forgotten(request),)
        return page("sign_in/page.html", language, {"wrong": None}, status=401, cookies=gone)
    if actor.agency is None:
        told = (session.forgotten(request),)
        return page("sign_in/page.html", language, {"wrong": "no-agency"}, status=403, cookies=told)
    return Visit(doors, actor, actor.agency, language, request.scope["state"].get("request_id"))
