"""The payroll over HTTP: for HR, and for the program that pays."""

from functools import partial
from hashlib import sha256
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from neraca.api.dependencies import Dependencies
from neraca.api.problems import Problem
from neraca.api.query_parameters import TAKES
from neraca.domain.period import parse
from neraca.domain.text_kinds import PERIOD, fault
from neraca.service.payroll import payroll
from neraca.service.payroll_files import MEDIA_TYPES, Format, written

ROUTE = "/agencies/{agency:str}/payroll/{period:str}"


def routes(parts: Dependencies, url: str) -> list[HTTPRouteHandler]:
    """Reads from the database at `url`."""

    def made(agency: str, period: str, format_: Format) -> bytes:
        return written(payroll(url, agency, parse(period)), format_)

    @get(
        ROUTE,
        summary="Allowances of the months of a period, with the events behind each, as CSV or XLSX",
        description="For the role hr, and for integrators with the scope payroll. The same bytes for the same rows.",
        media_type="text/csv",
        opt={TAKES: ("format",)},
    )
    async def file(
        agency: FromPath[str],
        period: FromPath[str],
        request: Request[Any, Any, Any],
        format_: Annotated[Format, QueryParameter(name="format", description="csv or xlsx")] = "csv",
    ) -> Response[bytes]:
        seen = parts.access_scope(await parts.actor(request.headers, request.scope), agency)
        if not seen.payroll:
            raise Problem("not-allowed", "the payroll is for the role hr, and for integrators with the scope payroll")
        if (wrong := fault(PERIOD, period)) is not None:
            raise Problem("wrong-parameter", f"period: {wrong}")
        try:
            parse(period)
        except ValueError as unknown:
            raise Problem("wrong-parameter", f"period: {unknown}") from None
        found = await parts.threads.run(agency, partial(made, agency, period, format_), parts.longest)
        told = {
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="payroll-{agency}-{period}.{format_}"',
            "ETag": f'"{sha256(found).hexdigest()}"',
            "X-Content-Type-Options": "nosniff",
        }
        return Response(found, media_type=MEDIA_TYPES[format_], headers=told)

    return [file]
