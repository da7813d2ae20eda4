"""Puts the HTTP application together from its parts. Nothing here decides anything."""

import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from litestar import Litestar, Request, Response
from litestar.config.compression import CompressionConfig
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.types import ControllerRouterHandler

from neraca import api
from neraca.api import (
    administrators,
    api_keys,
    commands,
    evaluation_documents,
    event_log,
    export_jobs,
    exports,
    health,
    imports,
    index_page,
    payroll,
    problems,
    public_door,
    query_parameters,
    scim,
    survey_tokens,
    webhooks,
)
from neraca.api.authentication import Tokens
from neraca.api.command_fast_path import CommandFastPath
from neraca.api.database_probe import DatabaseProbe
from neraca.api.database_reads import PATIENCE, open_reads
from neraca.api.dependencies import Dependencies, ServiceInterface
from neraca.api.graphiql import routes as graphiql_routes
from neraca.api.graphql import handler as graphql
from neraca.api.graphql import sockets, streams
from neraca.api.graphql.support.trusted_documents import TrustedDocuments
from neraca.api.in_process import InProcess
from neraca.api.key_admission import KeyAdmission
from neraca.api.openapi import OpenApiPlugin
from neraca.api.outage_problems import outage
from neraca.api.page_sessions import PageSessions
from neraca.api.person_admission import PersonAdmission
from neraca.api.position_waiter import PositionWaiter
from neraca.api.posted_requests import PostedRequests, Unforeseen
from neraca.api.problems import Problem
from neraca.api.query_fast_path import QueryFastPath
from neraca.api.read_records import ReadRecords
from neraca.api.sign_in_limits import SignInLimits
from neraca.api.simulation_queue import SimulationQueue
from neraca.api.telemetry import HARMLESS, REQUEST_ID, Metrics, Telemetry, json_lines
from neraca.domain.agency import Agency
from neraca.domain.text_kinds import shown
from neraca.service.simulation import Simulator
from neraca.wording.language import accepted

LARGEST_BODY = 5_000_000

_BY_STATUS = {
    400: "wrong-parameter",
    401: "unauthenticated",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
    503: "unavailable",
}


def create(
    *,
    service: ServiceInterface,
    url: str,
    agencies: Mapping[str, Agency],
    tokens: Tokens,
    clock: Callable[[], datetime],
    readiness_errors: Callable[[], Sequence[str]] = tuple,
    log: structlog.typing.FilteringBoundLogger | None = None,
    simulator: Simulator | None = None,
    patience: timedelta = PATIENCE,
    longest: timedelta = timedelta(minutes=2),
    webhooks_anywhere: bool = False,
    metrics_token: str | None = None,
    export_folder: Path | None = None,
    documents: TrustedDocuments | None = None,
    maps: Path | None = None,
    graphiql: bool = False,
    client_secrets: Mapping[str, str] | None = None,
    more: Callable[[InProcess], Sequence[ControllerRouterHandler]] = lambda _: (),
) -> Litestar:
    """An ASGI application. It reads from `url` as neraca_app, on connections that it opens at its start.

    `readiness_errors` says what is wrong with this process, for /health/ready; without `simulator` nothing can be
    simulated; `patience` is how long a read waits for a connection, `longest` what a command may take;
    `webhooks_anywhere` takes receivers over plain HTTP; `metrics_token` is asked for at /metrics, which else is for
    this machine alone; `export_folder` is where exports are made, without it where temporary files are;
    `documents` are those that a query may name by its hash; `maps` is the folder of agencies, with the mappings that
    they keep of files; `graphiql` serves a page to write queries in; `client_secrets` are what issuers know agencies
    by, where they want one; `more` makes the routes of other doors, which ask and do as this one does.
    """
    reads = open_reads(url, patience=patience)
    log = json_lines(logging.INFO) if log is None else log
    parts = Dependencies(
        service=service,
        reads=reads,
        probe=DatabaseProbe(url),
        heads=PositionWaiter(reads.heads),
        passed=PositionWaiter(reads.passed),
        agencies=agencies,
        tokens=tokens,
        keys=KeyAdmission(reads, agencies, clock),
        people=PersonAdmission(reads, agencies, clock),
        read_records=ReadRecords(reads, agencies, clock, log),
        readiness_errors=readiness_errors,
        clock=clock,
        metrics=Metrics(),
        log=log,
        simulations=None if simulator is None else SimulationQueue(simulator),
        longest=longest,
        metrics_token=metrics_token,
        maps=maps,
    )

    @asynccontextmanager
    async def connected(_: Litestar) -> AsyncGenerator[None]:
        await reads.open()
        try:
            yield
        finally:
            await parts.probe.close()
            await reads.close()

    telemetry, compression = Telemetry(parts.metrics, parts.log), _compression()
    doing, queries = commands.Commands(parts), graphql.Queries(parts, documents)
    limits = SignInLimits(reads, clock)
    sessions = PageSessions(reads, agencies, parts.people, clock, client_secrets or {}, limits)
    unforeseen = _unforeseen(parts)
    jobs = export_jobs.ExportJobs(reads, url, clock, parts.log, export_folder)
    app = Litestar(
        [
            *index_page.routes(),
            *health.routes(parts),
            *commands.routes(doing),
            *event_log.routes(parts),
            *evaluation_documents.routes(parts),
            *payroll.routes(parts, url),
            *imports.routes(parts),
            *api_keys.routes(parts, url),
            *administrators.routes(parts, url),
            *exports.routes(parts, jobs),
            *scim.routes(parts),
            *public_door.routes(parts),
            *survey_tokens.routes(parts, doing),
            *webhooks.routes(parts, url, anywhere=webhooks_anywhere),
            *graphql.routes(parts, queries),
            *streams.routes(parts, queries),
            *sockets.routes(parts, queries, telemetry),
            *(graphiql_routes.routes() if graphiql else ()),
            *more(InProcess(parts, doing, queries, sessions, limits)),
        ],
        lifespan=[connected],
        before_request=query_parameters.known,
        middleware=[telemetry],
        exception_handlers={Problem: _problem, HTTPException: _http(telemetry), Exception: _failure(unforeseen)},
        request_max_body_size=LARGEST_BODY,
        compression_config=compression,
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Neraca",
            version="1",
            description=api.__doc__,
            path="/openapi.json",
            render_plugins=[OpenApiPlugin(agencies, path="/")],
        ),
    )
    routed = app.asgi_handler
    posted = PostedRequests(routed, telemetry, compression, unforeseen, largest_body=LARGEST_BODY)
    questions = QueryFastPath(routed, parts, queries, telemetry, posted)
    app.asgi_handler = CommandFastPath(questions, doing, agencies, posted)
    return app


def _compression() -> CompressionConfig:
    # A stream must not be held back to be packed, a file of a million rows not be packed on the event loop, and what
    # lies packed not again.
    return CompressionConfig(
        backend="gzip",
        gzip_compress_level=1,
        minimum_size=2_000,
        exclude=["/events/stream$", "/graphql/stream$", "/exports/[^/]+/file$", "^/graphiql/"],
    )


def _respond(request: Request[Any, Any, Any], problem: Problem) -> Response[bytes]:
    if (page := public_door.page_of(request, problem)) is not None:
        return page
    if (refusal := scim.answer(request, problem)) is not None:
        return refusal
    wanted = accepted(request.headers.get("Accept-Language"))
    told = problems.told(problem, request.scope["state"].get(REQUEST_ID), wanted)
    return Response(told.body, status_code=problem.status, media_type=problems.MEDIA_TYPE, headers=told.headers)


def _problem(request: Request[Any, Any, Any], problem: Problem) -> Response[bytes]:
    return _respond(request, problem)


def _http(telemetry: Telemetry) -> Callable[[Request[Any, Any, Any], HTTPException], Response[bytes]]:
    def answer(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
        """What the framework refused: unknown paths and methods, parameters of the wrong shape."""
        problem = _refused(request, error)
        state = request.scope["state"]
        if REQUEST_ID not in state:
            # What no route takes is refused before any middleware; it is logged, and has an id, all the same.
            state[REQUEST_ID] = telemetry.unrouted(problem.status)
            problem.headers |= HARMLESS | {"X-Request-Id": state[REQUEST_ID]}
        return _respond(request, problem)

    return answer


def _refused(request: Request[Any, Any, Any], error: HTTPException) -> Problem:
    kind = _BY_STATUS.get(error.status_code, "internal")
    if kind == "internal":
        return Problem(kind, "the server failed; its log has the request under the id in `instance`")
    faults = [
        problems.Fault(f"/{one.get('key', '')}", str(one.get("message", "")))
        for one in (error.extra if isinstance(error.extra, list) else [])
    ]
    return Problem(kind, _told(request, error), faults=faults, headers=error.headers)


def _told(request: Request[Any, Any, Any], error: HTTPException) -> str:
    path = shown(request.scope["path"])
    if isinstance(error, NotFoundException):
        return f"there is nothing at {path}; /openapi.json tells what there is"
    if isinstance(error, MethodNotAllowedException):
        taken = (error.headers or {}).get("allow", "")
        return f"{path} does not take {shown(request.scope['method'])}; send one of {taken}"
    return error.detail


def _failure(unforeseen: Unforeseen) -> Callable[[Request[Any, Any, Any], Exception], Response[bytes]]:
    def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        return _respond(request, unforeseen(request.scope["state"].get(REQUEST_ID), error))

    return answer


def _unforeseen(parts: Dependencies) -> Unforeseen:
    def problem(request: str | None, error: Exception) -> Problem:
        """The log has the traceback; the answer has only the id to find it by."""
        if (away := outage(error)) is not None:
            parts.log.warning("outage", request=request, error=str(error))
            return away
        parts.log.error("unforeseen", request=request, exc_info=error)
        return Problem("internal", "the server failed; its log has the request under the id in `instance`")

    return problem
