"""Whether this process lives, whether it can serve, and its numbers for Prometheus."""

import asyncio

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from psycopg import Error
from psycopg_pool import PoolTimeout

from neraca.api.parts import Parts

_PATIENCE = 2


class Health(Struct, frozen=True):
    """`troubles` is empty when all is well."""

    status: str
    troubles: tuple[str, ...] = ()


def routes(parts: Parts) -> list[HTTPRouteHandler]:
    @get("/health/live", summary="Whether this process answers at all", sync_to_thread=False)
    def live() -> Health:
        return Health("live")

    @get("/health/ready", summary="Whether the database answers and the projections follow", raises=[])
    async def ready() -> Response[Health]:
        troubles = list(parts.troubles())
        try:
            await asyncio.wait_for(parts.reads.heads(), _PATIENCE)
        except (Error, PoolTimeout, TimeoutError):
            troubles.append("the database does not answer")
        if troubles:
            return Response(Health("not ready", tuple(troubles)), status_code=503)
        return Response(Health("ready"))

    @get("/metrics", summary="Numbers for Prometheus", media_type="text/plain")
    async def metrics() -> Response[bytes]:
        heads = await parts.reads.heads()
        for agency, position in heads.items():
            parts.meters.log.labels(agency).set(position)
        for row in await parts.reads.lag():
            behind = heads.get(row["agency"], 0) - row["position"]
            parts.meters.lag.labels(row["agency"], row["projection"]).set(behind)
        return Response(generate_latest(parts.meters.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [live, ready, metrics]
