"""The evaluation document over HTTP: for whoever may read that appraisal, and for nobody else."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from neraca.api.dependencies import Dependencies
from neraca.api.problems import Problem
from neraca.api.query_parameters import TAKES
from neraca.document.html import digest
from neraca.document.verification import FileFormat, Marks
from neraca.domain.errors import NotFound, NotOpen
from neraca.domain.text_kinds import NIP, PERIOD, Kind, fault, shown
from neraca.service.evaluation_documents import Verification

ROUTE = "/agencies/{agency:str}/appraisals/{employee:str}/{period:str}/document"

VERIFICATION = "/agencies/{agency:str}/documents"

_LONGEST = 120
_HTML = "text/html"
_MEDIA_TYPE: Mapping[FileFormat, str] = {"html": _HTML, "pdf": "application/pdf"}
_HARMLESS = "default-src 'none'; style-src 'unsafe-inline'"
"""A browser is told to run and fetch nothing, whatever a text in it says."""


def routes(parts: Dependencies) -> list[HTTPRouteHandler]:
    @get(
        ROUTE,
        summary="The evaluation document of a final result, as HTML or PDF",
        description="The same bytes whenever it is asked for; what was signed is the one in Indonesian.",
        media_type=_HTML,
        opt={TAKES: ("language", "format")},
    )
    async def document(
        agency: FromPath[str],
        employee: FromPath[str],
        period: FromPath[str],
        request: Request[Any, Any, Any],
        language: Annotated[Literal["id", "en"], QueryParameter(description="In which language")] = "id",
        file_format: Annotated[Literal["html", "pdf"], QueryParameter(name="format", description="As what")] = "html",
    ) -> Response[bytes]:
        actor = await parts.actor(request.headers, request.scope)
        seen = parts.access_scope(actor, agency)
        for name, value, kind in (("employee", employee, NIP), ("period", period, PERIOD)):
            _of_its_kind(name, value, kind)
        documents = parts.service.documents
        nothing = f"there is no appraisal of {shown(employee)} for {shown(period)} that you may read"
        if seen.reader is not None:
            asked = partial(documents.concerns, agency, employee, period, actor, _today(parts, agency))
            # In the same words as for one that is not there.
            if not await parts.threads.run(agency, asked, parts.longest):
                raise Problem("not-found", nothing)
        printing = partial(documents.printed, agency, employee, period, language, file_format)
        try:
            file = await parts.threads.run(agency, printing, parts.longest)
        except NotFound:
            raise Problem("not-found", nothing) from None
        except NotOpen as refused:
            raise Problem("not-open", refused.message) from None
        told = {
            "Cache-Control": "private, no-cache",
            "Content-Security-Policy": _HARMLESS,
            "ETag": f'"{digest(file)}"',
            "X-Content-Type-Options": "nosniff",
        }
        return Response(file, media_type=_MEDIA_TYPE[file_format], headers=told)

    @get(
        VERIFICATION,
        summary="What the log says of a document, by its number and code",
        description="With the sha256 of a file, also whether that file is what the log gives, byte for byte.",
        opt={TAKES: ("number", "code", "sha256")},
    )
    async def verification(
        agency: FromPath[str],
        request: Request[Any, Any, Any],
        number: Annotated[
            str, QueryParameter(min_length=1, max_length=_LONGEST, description="As it stands on the document")
        ],
        code: Annotated[
            str, QueryParameter(min_length=1, max_length=_LONGEST, description="As it stands on the document")
        ],
        file: Annotated[
            str | None, QueryParameter(name="sha256", pattern="^[0-9a-f]{64}$", description="Hex sha256 of the file")
        ] = None,
    ) -> Verification:
        actor = await parts.actor(request.headers, request.scope)
        seen = parts.access_scope(actor, agency)
        documents, marks = parts.service.documents, Marks(number, code)
        today = _today(parts, agency)

        def verified() -> Verification | None:
            found = documents.whose(agency, marks)
            if found is None:
                return None
            hidden = seen.reader is not None and not documents.concerns(agency, *found, actor, today)
            return None if hidden else documents.verified(agency, marks, file)

        told = await parts.threads.run(agency, verified, parts.longest)
        # In the same words for one that is not there and one that is not for this reader.
        if told is None:
            raise Problem("not-found", f"{agency} has no document {shown(number)} with this code that you may read")
        return told

    return [document, verification]


def _today(parts: Dependencies, agency: str) -> date:
    return parts.today(agency)


def _of_its_kind(name: str, value: str, kind: Kind) -> None:
    if (wrong := fault(kind, value)) is not None:
        raise Problem("wrong-parameter", f"{name}: {wrong}")
