"""Whether this process lives, whether it can serve, which agency is up to date, and its numbers for Prometheus.

An agency whose read models stopped has old reads itself; the others, and all commands, are served as before. So
one agency's errors show in its own readiness only.
"""

from collections.abc import Sequence
from hashlib import sha256
from hmac import compare_digest
from ipaddress import IPv6Address, ip_address
from itertools import groupby
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from neraca.api import headers
from neraca.api.database_probe import DatabaseSilent
from neraca.api.dependencies import Dependencies
from neraca.api.key_admission import unauthenticated
from neraca.api.problems import Problem
from neraca.api.telemetry import Metrics
from neraca.projecting.projection_status import ProjectionStatus

_AGAIN = {"Retry-After": "2"}


class AgencyHealth(Struct, frozen=True, rename="camel"):
    """`lag` is by how many events the slowest read model is; `set_aside` counts events it could not take in.

    A read model that stopped makes the agency `stuck`; being behind, or having set something aside, does not.
    """

    agency: str
    status: str
    lag: int
    set_aside: int
    errors: tuple[str, ...] = ()


class Health(Struct, frozen=True):
    """`errors` are those of the process, and empty when all is well."""

    status: str
    errors: tuple[str, ...] = ()
    agencies: tuple[AgencyHealth, ...] = ()


def routes(parts: Dependencies) -> list[HTTPRouteHandler]:
    @get("/health/live", summary="Whether this process answers at all", sync_to_thread=False)
    def live() -> Health:
        return Health("live")

    @get("/health/ready", summary="Whether this process can serve, and how each agency is", raises=[])
    async def ready() -> Response[Health]:
        errors = tuple(parts.readiness_errors())
        try:
            agencies = _agencies(await parts.probe.look())
        except DatabaseSilent as silent:
            return Response(Health("not ready", (*errors, str(silent))), status_code=503, headers=_AGAIN)
        # Ready all the same: commands, and reads of what is there, are served as before.
        return Response(Health("ready", errors, agencies))

    @get("/health/ready/{agency:str}", summary="Whether the read models of an agency follow", raises=[])
    async def ready_agency(agency: FromPath[str]) -> Response[Health]:
        try:
            found = tuple(one for one in _agencies(await parts.probe.look()) if one.agency == agency)
        except DatabaseSilent as silent:
            return Response(Health("not ready", (str(silent),)), status_code=503, headers=_AGAIN)
        if not found:
            raise Problem("not-found", "there is no such agency in this database")
        stuck = found[0].status != "ready"
        return Response(
            Health("not ready" if stuck else "ready", (), found),
            status_code=503 if stuck else 200,
            headers=_AGAIN if stuck else {},
        )

    @get("/metrics", summary="Numbers for Prometheus", media_type="text/plain")
    async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
        """Those of the process come whether or not the database answers."""
        if not _may_measure(request, parts.metrics_token):
            raise unauthenticated("numbers are for this machine, or for the token that NERACA_METRICS_TOKEN sets")
        try:
            measure(parts.metrics, await parts.probe.look())
            parts.metrics.database.set(1)
        except DatabaseSilent:
            parts.metrics.database.set(0)
        return Response(generate_latest(parts.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [live, ready, ready_agency, metrics]


def measure(metrics: Metrics, places: Sequence[ProjectionStatus]) -> None:
    for one in places:
        metrics.log.labels(one.agency).set(one.head)
        if one.projection is not None:
            labels = (one.agency, one.projection)
            metrics.lag.labels(*labels).set(one.lag)
            metrics.set_aside.labels(*labels).set(one.at_fault + one.waiting)
            metrics.stuck.labels(*labels).set(one.stuck is not None)


def _may_measure(request: Request[Any, Any, Any], token: str | None) -> bool:
    if token is not None:
        # Digests: how long a comparison takes tells nothing of the token.
        sent, wanted = (sha256(one.encode()).digest() for one in (headers.bearer(request.headers) or "", token))
        return compare_digest(sent, wanted)
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return True  # a socket of this machine has no address
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _agencies(places: Sequence[ProjectionStatus]) -> tuple[AgencyHealth, ...]:
    return tuple(_agency(agency, list(own)) for agency, own in groupby(places, lambda place: place.agency))


def _agency(agency: str, places: Sequence[ProjectionStatus]) -> AgencyHealth:
    """Names and numbers only: anybody may ask."""
    errors = [
        f"{one.projection} stopped before event {agency}:{one.position + 1}; `neraca doctor` says why"
        for one in places
        if one.stuck is not None
    ]
    errors += ["no read model has begun here" for one in places if one.projection is None and one.head]
    return AgencyHealth(
        agency=agency,
        status="stuck" if any(one.stuck is not None for one in places) else "ready",
        lag=max(one.lag for one in places),
        set_aside=sum(one.at_fault + one.waiting for one in places),
        errors=tuple(errors),
    )
