"""What the operator sees of requests: a JSON line and some numbers each, without names, employee numbers or queries."""

import time
from collections.abc import MutableMapping
from functools import cache
from secrets import token_hex
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REQUEST_ID = "request_id"

HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
"""Of each answer that does not say otherwise itself: nothing in it runs, is framed, or is taken for what it is not."""

_HARMLESS = [(name.lower().encode(), value.encode()) for name, value in HARMLESS.items()]


def request_id() -> str:
    return token_hex(16)


class Metrics:
    """The numbers of one app, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "neraca_http_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "neraca_http_request_seconds", "Time to the end of the answer.", ["route"], registry=self.registry
        )
        self.commands = Counter(
            "neraca_commands",
            "Commands by what became of them.",
            ["agency", "command", "outcome"],
            registry=self.registry,
        )
        self.log = Gauge("neraca_log_position", "Last position of the log.", ["agency"], registry=self.registry)
        self.lag = Gauge(
            "neraca_projection_lag", "Events a projection is behind.", ["agency", "projection"], registry=self.registry
        )
        self.set_aside = Gauge(
            "neraca_projection_set_aside",
            "Events a projection could not take in, and those that wait for them.",
            ["agency", "projection"],
            registry=self.registry,
        )
        self.stuck = Gauge(
            "neraca_projection_stuck",
            "Whether a projection has stopped (1) in an agency.",
            ["agency", "projection"],
            registry=self.registry,
        )
        self.database = Gauge("neraca_database_up", "Whether the database answers (1).", registry=self.registry)


class Telemetry(ASGIMiddleware):
    """Gives each request an id, which the answer carries as `X-Request-Id`, and logs it when it ends.

    No answer goes out
    without the headers by which a browser takes it for no more than it is.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, metrics: Metrics, log: structlog.typing.FilteringBoundLogger) -> None:
        self._log = log
        self._counted = cache(metrics.requests.labels)
        self._timed = cache(metrics.seconds.labels)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request = request_id()
        state: MutableMapping[str, Any] = scope["state"]
        state[REQUEST_ID] = request
        started = time.perf_counter()
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                said = {name for name, _ in message["headers"]}
                harmless = [one for one in _HARMLESS if one[0] not in said]
                message["headers"] = [*message["headers"], *harmless, (b"x-request-id", request.encode())]
            await send(message)

        try:
            await next_app(scope, receive, sending)
        finally:
            # A path or method that is not ours must not make a new series of numbers: anybody could make millions.
            known = "path_template" in scope
            route = scope["path_template"] if known else "unknown"
            method = scope["method"] if known and "method" in scope else "other"
            self.ended(request, method, route, status, time.perf_counter() - started)

    def unrouted(self, status: int) -> str:
        """The id of a request that no route takes, which is logged as the others are."""
        request = request_id()
        self.ended(request, "other", "unknown", status, 0.0)
        return request

    def ended(self, request: str, method: str, route: str, status: int, seconds: float) -> None:
        self._counted(method, route, str(status)).inc()
        self._timed(route).observe(seconds)
        self._log.info("request", request=request, method=method, route=route, status=status, ms=round(seconds * 1000))


def json_lines(level: int) -> structlog.typing.FilteringBoundLogger:
    """A logger that writes a JSON object a line to standard output, from this level of `logging` up."""
    return structlog.wrap_logger(
        structlog.PrintLogger(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    ).bind()
