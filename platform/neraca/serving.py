"""Serves an opened database over HTTP, and follows its log."""

import gc
import logging
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import click
import structlog
import uvicorn
from litestar import Litestar

from neraca.api import client_secrets, cloud_events
from neraca.api.app import create
from neraca.api.authentication import TokenFile, Tokens
from neraca.api.connection_limits import LARGEST_MESSAGE, Limits, guarded, guarded_sockets
from neraca.api.graphql.support import document_files
from neraca.api.graphql.support.trusted_documents import TrustedDocuments
from neraca.api.sockets import address, listen
from neraca.api.telemetry import json_lines
from neraca.dependencies import CLIENT_SECRETS, TOKENS, Dependencies
from neraca.projecting.follower import Follower
from neraca.projecting.projection import Projection
from neraca.service.observation import Watch, observe
from neraca.service.public_door import pass_on
from neraca.service.simulation import Simulator
from neraca.service.webhooks.dispatcher import Dispatcher, Sending
from neraca.settings import Settings
from neraca.store.clock import MOST_APART
from neraca.store.errors import ClockSkewed
from neraca.web import site

_COLLECTED = 20_000
"""Things that are made before Python's collector looks at those that are new: an answer makes a few hundred, of which
hardly one is in a circle.
"""

_FAREWELL = 10
"""Seconds in which what is under way may end; streams never do."""


def application(
    dependencies: Dependencies,
    known: Tokens,
    follower: Follower | None,
    log: structlog.typing.FilteringBoundLogger,
    *,
    webhooks_anywhere: bool = False,
    metrics_token: str | None = None,
    exports: Path | None = None,
    documents: TrustedDocuments | None = None,
    maps: Path | None = None,
    graphiql: bool = False,
    client_secrets: Mapping[str, str] | None = None,
) -> Litestar:
    def readiness_errors() -> list[str]:
        """Of this process; where each projection stands is in the database."""
        lost = follower is not None and follower.lost is not None
        apart = dependencies.clock.reading.apart
        return [
            *(["this process cannot follow the log just now; `neraca doctor` says more"] if lost else []),
            *([str(ClockSkewed(apart))] if abs(apart) > MOST_APART else []),
        ]

    return create(
        service=dependencies.service,
        url=dependencies.url,
        agencies=dependencies.agencies,
        tokens=known,
        clock=dependencies.clock.now,
        readiness_errors=readiness_errors,
        log=log,
        metrics_token=metrics_token,
        export_folder=exports,
        documents=documents,
        maps=maps,
        graphiql=graphiql,
        client_secrets=client_secrets,
        simulator=Simulator(dependencies.url, dependencies.service.policies, dependencies.agencies),
        webhooks_anywhere=webhooks_anywhere,
        more=lambda doors: site.routes(doors, dependencies.clock.now),
    )


def serve(
    settings: Settings,
    dependencies: Dependencies,
    sockets: list[socket.socket],
    read_models: Sequence[Projection],
    *,
    follow: bool,
    tick: int | None,
) -> None:
    log = json_lines(logging.getLevelNamesMapping()[settings.log.upper()])
    known = TokenFile(settings.home / TOKENS, lambda said: log.error("tokens", trouble=said))
    follower = Follower(dependencies.url, read_models, dependencies.mapper.decode)
    watch = _watch(dependencies, log, tick)
    if follow:
        follower.start()
    if watch is not None:
        watch.start()
    sending = Sending(
        write=cloud_events.written,
        now=dependencies.clock.now,
        anywhere=settings.webhooks == "anywhere",
        trust=ssl.create_default_context(),
        may_follow=known.reads_log,
    )
    dispatcher = Dispatcher(dependencies.url, sending, lambda error: log.error("webhooks", trouble=str(error)))
    dispatcher.start()
    try:
        app = application(
            dependencies,
            known,
            follower if follow else None,
            log,
            webhooks_anywhere=settings.webhooks == "anywhere",
            metrics_token=settings.metrics_token,
            exports=settings.home / "exports",
            documents=_documents(settings),
            maps=settings.root / "agencies",
            graphiql=settings.graphiql == "on",
            client_secrets=client_secrets.read(settings.home / CLIENT_SECRETS),
        )
        config = uvicorn.Config(
            app,
            log_level=settings.log,
            access_log=False,
            loop="uvloop",
            # A proxy in front has limits too; a server that has none must not be stalled by a slow sender.
            http=guarded(Limits()),
            ws=guarded_sockets(Limits()),
            ws_max_size=LARGEST_MESSAGE,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=_FAREWELL,
        )
        server = uvicorn.Server(config)
        # What is there now stays: Python's collector need not look it over again and again, while everybody waits.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_COLLECTED, *gc.get_threshold()[1:])
        # Before uvicorn does it: a refusal within its loop would leave it waiting for ever.
        listen(sockets)
        click.echo(f"Serving at {address(sockets)} until interrupted.", err=True)
        with suppress(KeyboardInterrupt):
            server.run(sockets=sockets)
        if not server.started:
            raise SystemExit(1)
    finally:
        if watch is not None:
            watch.stop()
        dispatcher.stop()
        follower.stop()


def _documents(settings: Settings) -> TrustedDocuments | None:
    """Raises DocumentsRefused."""
    if settings.documents is None:
        return None
    return TrustedDocuments(document_files.read(settings.documents), alone=settings.queries == "documents")


def _watch(dependencies: Dependencies, log: structlog.typing.FilteringBoundLogger, seconds: int | None) -> Watch | None:
    """Several servers may look at once: each time limit is told once. None where this one is not to."""
    if seconds is None:
        return None

    def look() -> None:
        for agency in dependencies.agencies.values():
            told = observe(dependencies.service, dependencies.url, agency, dependencies.clock.now())
            if told.opened or told.reminded or told.passed:
                log.info("tick", agency=told.agency, opened=told.opened, near=told.reminded, passed=told.passed)
            taken = pass_on(dependencies.service, dependencies.url, agency, dependencies.clock.now())
            if taken.answers or taken.comments or taken.shut:
                log.info("door", agency=taken.agency, answers=taken.answers, comments=taken.comments, shut=taken.shut)

    return Watch(look, timedelta(seconds=seconds), lambda error: log.error("tick", trouble=str(error)))
