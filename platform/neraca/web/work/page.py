"""Where a visitor begins: what is waited for from them, their own appraisals, and those of whom they lead."""

from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from neraca.web.doors import Doors
from neraca.web.request import Visit, visit
from neraca.web.templates import page

QUERY = (Path(__file__).parent / "query.graphql").read_text()


def routes(doors: Doors) -> list[HTTPRouteHandler]:
    @get("/pages", summary="What there is to do", media_type="text/html")
    async def work(request: Request[Any, Any, Any]) -> Response[bytes]:
        who = await visit(doors, request)
        return await _work(who) if isinstance(who, Visit) else who

    return [work]


async def _work(who: Visit) -> Response[bytes]:
    me = who.actor.id
    agency = await who.read(QUERY, {"me": me})
    others = [
        {**one, "waiting": sum(report["status"] == "PENDING" for report in one["reports"])}
        for edge in agency["others"]["edges"]
        if (one := edge["node"])["employeeNumber"] != me and me in (one["appraiser"], one["reviewer"])
    ]
    others.sort(key=lambda one: -one["waiting"])
    mine = [edge["node"] for edge in agency["mine"]["edges"]]
    return page("work/page.html", who.language, {"me": me, "agency": agency, "mine": mine, "others": others})
