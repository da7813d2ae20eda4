"""Why a score is as it is: every step with its numbers, the events they come from, the rule's line and the law."""

from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from neraca.web.doors import Doors
from neraca.web.request import Failure, Visit, visit
from neraca.web.templates import page

QUERY = (Path(__file__).parent / "query.graphql").read_text()


def routes(doors: Doors) -> list[HTTPRouteHandler]:
    @get("/pages/{employee:str}/{period:str}/why", summary="Why a score is as it is", media_type="text/html")
    async def why(employee: FromPath[str], period: FromPath[str], request: Request[Any, Any, Any]) -> Response[bytes]:
        who = await visit(doors, request)
        return await _why(who, employee, period) if isinstance(who, Visit) else who

    return [why]


async def _why(who: Visit, employee: str, period: str) -> Response[bytes]:
    one = (await who.read(QUERY, {"employee": employee, "period": period}))["appraisal"]
    if one is None:
        raise Failure(404, "there is no such appraisal for you; /pages lists those there are")
    return page("why/page.html", who.language, {"me": who.actor.id, "one": one})
