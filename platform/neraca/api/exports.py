"""Data sets of an agency as files, for programs: asked for, made meanwhile, and fetched."""

import re
from datetime import date, datetime
from typing import Annotated, Any, assert_never
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream
from msgspec import Meta, Struct

from neraca.api import json_input
from neraca.api.authentication import AccessScope
from neraca.api.dependencies import Dependencies
from neraca.api.export_jobs import KEPT, ExportJob, ExportJobs, Status
from neraca.api.headers import is_json
from neraca.api.problems import Problem
from neraca.domain.period import parse
from neraca.domain.text_kinds import PERIOD, PeriodLabel, fault, shown
from neraca.domain.validation import suggestion
from neraca.service.exports import DATA_SETS, FORMATS, DataSet, ExportOrder, Manifest, Readers

ROUTE = "/agencies/{agency:str}/exports"
LARGEST = 4_000
"""Bytes."""

_ID = re.compile("[0-9a-f]{32}")


class WantedExport(Struct, frozen=True, forbid_unknown_fields=True):
    """`day` is that of which the employees are, today where none is said; `period` None is all."""

    data_set: Annotated[str, Meta(extra_json_schema={"enum": list(DATA_SETS)})]
    format: Annotated[str, Meta(extra_json_schema={"enum": list(FORMATS)})] = "csv"
    period: PeriodLabel | None = None
    day: date | None = None


class ExportStatus(Struct, frozen=True, omit_defaults=True):
    """`file` is where it is to be fetched until `kept_until`, and `manifest` what it holds, once it is done."""

    id: str
    data_set: str
    format: str
    status: Status
    kept_until: datetime
    reason: str | None = None
    file: str | None = None
    manifest: Manifest | None = None


_WANTED = msgspec.json.Decoder(WantedExport)
_MANIFEST = msgspec.json.Decoder(Manifest)


def routes(parts: Dependencies, jobs: ExportJobs) -> list[HTTPRouteHandler]:
    async def found(agency: str, export: str, request: Request[Any, Any, Any]) -> ExportJob:
        """Raises Problem, also where whoever asked for it may not read it any more."""
        actor = await parts.actor(request.headers, request.scope)
        seen = parts.access_scope(actor, agency)
        job = await jobs.find(agency, UUID(export), actor.id) if _ID.fullmatch(export) else None
        if job is None:
            raise Problem("not-found", "there is no such export of yours here; each is kept for a day: ask for another")
        _require_reader(seen, DATA_SETS[job.data_set])
        return job

    @post(
        ROUTE,
        summary="Asks for a data set as a file, which is then made",
        description="For who may read all of it over GraphQL: the roster, or everybody's appraisals.",
        request_max_body_size=LARGEST,
        status_code=202,
    )
    async def ask(agency: FromPath[str], request: Request[Any, Any, Any]) -> Response[ExportStatus]:
        actor = await parts.actor(request.headers, request.scope)
        seen = parts.access_scope(actor, agency)
        is_json(request.headers)
        body = await request.body()
        await parts.read_records.record_body(actor, request.scope, body)
        order = _read(body, agency, _today(parts, agency))
        _require_reader(seen, order.data_set)
        job = await jobs.ask(order, actor.id)
        told = {"Cache-Control": "no-store", "Location": _address(job)}
        return Response(_status(job), status_code=202, headers=told)

    @get(ROUTE + "/{export:str}", summary="How far an export is, and its manifest")
    async def look(
        agency: FromPath[str], export: FromPath[str], request: Request[Any, Any, Any]
    ) -> Response[ExportStatus]:
        job = await found(agency, export, request)
        return Response(_status(job), headers={"Cache-Control": "no-store"})

    @get(ROUTE + "/{export:str}/file", summary="The file of an export that is done", media_type="text/csv")
    async def fetch(agency: FromPath[str], export: FromPath[str], request: Request[Any, Any, Any]) -> Stream:
        job = await found(agency, export, request)
        manifest = _manifest(job)
        if manifest is None:
            raise Problem("too-early", f"the export is {job.status}; its file is there when it is done")
        told = {
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{job.data_set}-{agency}.{job.format}"',
            "Content-Length": str(manifest.bytes),
            "ETag": f'"{manifest.sha256}"',
            "X-Content-Type-Options": "nosniff",
        }
        return Stream(jobs.file(job), media_type=FORMATS[job.format].media_type, headers=told)

    return [ask, look, fetch]


def _today(parts: Dependencies, agency: str) -> date:
    return parts.today(agency)


def _read(body: bytes, agency: str, today: date) -> ExportOrder:
    """Raises Problem."""
    try:
        wanted: WantedExport = json_input.decoded(_WANTED, body)
    except json_input.Malformed as wrong:
        raise Problem("malformed", str(wrong)) from None
    except json_input.Misshapen as wrong:
        raise Problem("invalid", str(wrong)) from None
    for name, said, there in (("data_set", wanted.data_set, DATA_SETS), ("format", wanted.format, FORMATS)):
        if said not in there:
            raise Problem("invalid", f"/{name}: there is no {shown(said)}; {suggestion(said, there)}")
    return ExportOrder(agency, DATA_SETS[wanted.data_set], wanted.format, wanted.day or today, _period(wanted.period))


def _period(label: str | None) -> str | None:
    if label is None:
        return None
    if (wrong := fault(PERIOD, label)) is not None:
        raise Problem("invalid", f"/period: {wrong}")
    try:
        return parse(label).label
    except ValueError as unknown:
        raise Problem("invalid", f"/period: {unknown}") from None


def _require_reader(seen: AccessScope, data_set: DataSet) -> None:
    match data_set.readers:
        case Readers.ROSTER:
            may = seen.people is None
        case Readers.DOSSIERS:
            may = seen.reader is None
        case Readers.AGENCY:
            may = True
        case _:
            assert_never(data_set.readers)
    if not may:
        raise Problem("not-allowed", f"{data_set.name} are for those who may read all of them one by one")


def _address(job: ExportJob) -> str:
    return f"/agencies/{job.agency}/exports/{job.id.hex}"


def _manifest(job: ExportJob) -> Manifest | None:
    """Of one that is done."""
    return None if job.manifest is None else _MANIFEST.decode(job.manifest)


def _status(job: ExportJob) -> ExportStatus:
    return ExportStatus(
        id=job.id.hex,
        data_set=job.data_set,
        format=job.format,
        status=job.status,
        kept_until=job.asked_at + KEPT,
        reason=job.reason,
        file=f"{_address(job)}/file" if job.status == "done" else None,
        manifest=_manifest(job),
    )
