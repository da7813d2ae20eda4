"""POST /agencies/{agency}/imports/{kind}: a file of another program, shown first and then done, all or nothing."""

from functools import partial
from typing import Annotated, Any, Literal

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from neraca.api.commands import problem_of
from neraca.api.dependencies import Dependencies
from neraca.api.problems import Fault, Problem
from neraca.api.query_parameters import TAKES
from neraca.domain.text_kinds import shown
from neraca.service.imports import KINDS
from neraca.service.imports.column_map import ColumnMap, read
from neraca.service.imports.file_import import ImportOrder, ImportReport, bring
from neraca.service.imports.plans import ImportKind
from neraca.service.imports.tables import LARGEST

ROUTE = "/agencies/{agency:str}/imports/{kind:str}"
MEDIA_TYPES = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
LONGEST_MAP = 4_000
"""Characters."""


def routes(parts: Dependencies) -> list[HTTPRouteHandler]:
    @post(
        ROUTE,
        summary="Says what a file of one of these kinds would change, or does it",
        description=(
            "CSV or XLSX. With apply=true all of it is done, or nothing where anything is wrong (422); the same file "
            "again changes nothing. `map` is YAML or JSON that says how the file writes its columns."
        ),
        request_max_body_size=LARGEST,
        status_code=200,
        opt={TAKES: ("apply", "map")},
    )
    async def take_in(
        agency: FromPath[str],
        kind: FromPath[str],
        request: Request[Any, Any, Any],
        apply: Annotated[
            Literal["true", "false"], QueryParameter(description="Without it, nothing is done.")
        ] = "false",
        column_map: Annotated[str, QueryParameter(name="map", max_length=LONGEST_MAP)] = "",
    ) -> Response[ImportReport]:
        actor = await parts.actor(request.headers, request.scope)
        parts.access_scope(actor, agency)
        if kind not in KINDS:
            raise Problem("not-found", f"no files of {shown(kind)} are imported; there are {', '.join(KINDS)}")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in MEDIA_TYPES:
            raise Problem("unsupported-media-type", f"send the file as Content-Type: {' or '.join(MEDIA_TYPES)}")
        known = _column_map(column_map, KINDS[kind])
        order = ImportOrder(KINDS[kind], agency, await request.body(), known, apply == "true")
        work = partial(bring, parts.service, actor, order, parts.agencies[agency], parts.clock())
        try:
            report = await parts.threads.run(agency, work, parts.longest)
        except Exception as refused:
            problem = problem_of(refused, listed=False)
            if problem is None:
                raise
            raise problem from refused
        if report.faults and order.apply:
            faults = [Fault(f"/{one.line}/{one.column}", one.what) for one in report.faults]
            raise Problem("invalid", f"{report.wrong} wrong, nothing was imported", faults=faults)
        return Response(report)

    return [take_in]


def _column_map(text: str, kind: ImportKind) -> ColumnMap:
    """Raises Problem `wrong-parameter` with the first that is wrong in it."""
    if not text:
        return ColumnMap()
    known, found = read("map", text, kind.fields)
    if found:
        raise Problem("wrong-parameter", str(found[0]))
    return known
