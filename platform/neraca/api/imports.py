"""POST /agencies/{agency}/imports/{kind}: a file of another program, shown first and then done, all or nothing."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter
from msgspec import structs

from neraca.api.commands import problem_of
from neraca.api.dependencies import Dependencies
from neraca.api.problems import Fault, Problem
from neraca.api.query_parameters import TAKES
from neraca.domain.text_kinds import KEY, shown
from neraca.service.imports import KINDS
from neraca.service.imports.column_map import ColumnMap, read
from neraca.service.imports.file_import import ImportOrder, ImportReport, annotated_copy, bring
from neraca.service.imports.map_files import NoSuchSource, saved_map
from neraca.service.imports.plans import ImportKind
from neraca.service.imports.tables import LARGEST
from neraca.wording import translated
from neraca.wording.language import accepted

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
        opt={TAKES: ("apply", "map", "source", "annotated")},
    )
    async def take_in(
        agency: FromPath[str],
        kind: FromPath[str],
        request: Request[Any, Any, Any],
        apply: Annotated[
            Literal["true", "false"], QueryParameter(description="Without it, nothing is done.")
        ] = "false",
        annotated: Annotated[
            Literal["true", "false"], QueryParameter(description="Answers with the file, a remark at each line.")
        ] = "false",
        column_map: Annotated[str, QueryParameter(name="map", max_length=LONGEST_MAP)] = "",
        source: Annotated[
            str, QueryParameter(max_length=KEY.longest, description="Whose mapping the agency keeps; or say it in map.")
        ] = "",
    ) -> Response[ImportReport] | Response[bytes]:
        actor = await parts.actor(request.headers, request.scope)
        parts.access_scope(actor, agency)
        if kind not in KINDS:
            raise Problem("not-found", f"no files of {shown(kind)} are imported; there are {', '.join(KINDS)}")
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in MEDIA_TYPES:
            raise Problem("unsupported-media-type", f"send the file as Content-Type: {' or '.join(MEDIA_TYPES)}")
        if apply == annotated == "true":
            raise Problem(
                "wrong-parameter", "a copy with remarks is of a file that is shown; leave apply or annotated out"
            )
        if column_map and source:
            raise Problem("wrong-parameter", "map and source exclude each other; send one of them")
        known = _saved(parts.maps, agency, KINDS[kind], source) if source else _column_map(column_map, KINDS[kind])
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
        speak = _speaking(request)
        if annotated == "true" and report.lines:
            copy = await parts.threads.run(agency, partial(annotated_copy, order, report, speak), parts.longest)
            return Response(copy, media_type=media_type, headers=_copied(kind, media_type))
        spoken = [structs.replace(one, what=speak(one.what)) for one in report.faults]
        return Response(structs.replace(report, faults=spoken), headers={"Vary": "Accept-Language"})

    return [take_in]


def _speaking(request: Request[Any, Any, Any]) -> Callable[[str], str]:
    """Says a remark in the language that is asked for."""
    if accepted(request.headers.get("Accept-Language")) == "en":
        return str
    return lambda what: translated(what).text


def _copied(kind: str, media_type: str) -> dict[str, str]:
    ending = "csv" if media_type == MEDIA_TYPES[0] else "xlsx"
    return {
        "Content-Disposition": f'attachment; filename="{kind}-remarks.{ending}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Language",
    }


def _saved(maps: Path | None, agency: str, kind: ImportKind, source: str) -> ColumnMap:
    """Raises Problem."""
    try:
        known, found = saved_map(maps or Path(), agency, kind, source)
    except NoSuchSource as unknown:
        raise Problem("wrong-parameter", f"source: {unknown}") from None
    if found:
        raise Problem("wrong-parameter", f"source: {found[0]}")
    return known


def _column_map(text: str, kind: ImportKind) -> ColumnMap:
    """Raises Problem `wrong-parameter` with the first that is wrong in it."""
    if not text:
        return ColumnMap()
    known, found = read("map", text, kind.fields)
    if found:
        raise Problem("wrong-parameter", str(found[0]))
    return known
