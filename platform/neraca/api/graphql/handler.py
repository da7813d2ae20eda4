"""GraphQL over HTTP: one small handler for the queries, and the schema as text."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from graphql import GraphQLError
from litestar import HttpMethod, Request, Response, get, post, route
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct, field

from neraca import wording
from neraca.api import headers, json_input
from neraca.api.dependencies import Dependencies
from neraca.api.graphql.schema import build
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.execution import Answer, QueryExecutor, QueryRequest
from neraca.api.graphql.support.published_policies import PublishedPolicies
from neraca.api.outage_problems import outage
from neraca.api.problems import Problem
from neraca.api.query_parameters import TAKES
from neraca.api.telemetry import REQUEST_ID
from neraca.domain.contexts import Actor
from neraca.wording.language import Language, accepted

GRAPHQL = "application/graphql-response+json"
LONGEST = 50_000
"""Characters of a query."""


class RequestBody(Struct, frozen=True):
    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = field(default=None, name="operationName")
    extensions: dict[str, Any] | None = None


_BODY = msgspec.json.Decoder(RequestBody)
_VARIABLES = msgspec.json.Decoder(dict[str, Any] | None)


class Queries:
    """What is done with a query, whatever brought it."""

    def __init__(self, parts: Dependencies) -> None:
        schema = build()
        self.sdl = schema.text.encode() + b"\n"
        self._parts = parts
        self._executor = QueryExecutor(schema)
        self._policies = PublishedPolicies(parts.reads)

    async def answer(self, actor: Actor, asked: QueryRequest, at_least: int | None, request: str | None) -> Answer:
        """`request` is the id the log knows the request by. Raises Problem."""
        if len(asked.query) > LONGEST:
            raise Problem("too-large", f"the query has {len(asked.query)} characters; at most {LONGEST} are read")
        context = RequestContext(self._parts, self._policies, actor, at_least)
        return await self._executor.answer(
            asked, context, lambda error: _said(_shown(request, self._parts, error), asked.language)
        )


def routes(parts: Dependencies, queries: Queries) -> list[HTTPRouteHandler]:
    sdl = queries.sdl
    etag = f'"{sha256(sdl).hexdigest()[:32]}"'

    async def answer(request: Request[Any, Any, Any], body: RequestBody) -> Response[bytes]:
        actor, at_least = (
            await parts.actor(request.headers, request.scope),
            headers.position(request.headers, "Neraca-Position"),
        )
        language = accepted(request.headers.get("Accept-Language"))
        asked = QueryRequest(body.query, body.variables, body.operation_name, language)
        found = await queries.answer(actor, asked, at_least, request.scope["state"].get(REQUEST_ID))
        modern = GRAPHQL in request.headers.get("Accept", "")
        return Response(
            found.body,
            # As GraphQL over HTTP has it: older clients take any other status for a failed connection.
            status_code=400 if found.refused and modern else 200,
            media_type=GRAPHQL if modern else json_input.JSON,
            headers={"Vary": "Accept, Accept-Language, Authorization", "Cache-Control": "no-store"},
        )

    @route("/graphql", http_method=HttpMethod.OPTIONS, status_code=204, include_in_schema=False, sync_to_thread=False)
    def methods() -> Response[None]:
        """The framework's own knows but the first of several methods."""
        return Response(None, headers={"Allow": "GET, OPTIONS, POST"})

    @post("/graphql", summary="A GraphQL query", status_code=200)
    async def ask(request: Request[Any, Any, Any]) -> Response[bytes]:
        headers.is_json(request.headers)
        try:
            body = json_input.decoded(_BODY, await request.body())
        except json_input.Misshapen as wrong:
            raise Problem("malformed", str(wrong)) from None
        except json_input.Malformed as wrong:
            raise Problem("malformed", f'{wrong}; send {{"query": "...", "variables": {{}}}}') from None
        return await answer(request, body)

    @get(
        "/graphql",
        summary="A GraphQL query in the URL: query, variables, operationName",
        opt={TAKES: ("query", "variables", "operationName")},
    )
    async def ask_by_url(request: Request[Any, Any, Any]) -> Response[bytes]:
        params = request.query_params
        if "query" not in params:
            raise Problem("wrong-parameter", "query is missing: /graphql?query={viewer{id}}")
        try:
            values = json_input.decoded(_VARIABLES, params.get("variables", "null"))
        except json_input.Misshapen as wrong:
            raise Problem("wrong-parameter", f"variables: {wrong}") from None
        except json_input.Malformed as wrong:
            raise Problem("wrong-parameter", f"variables: {wrong}; send a JSON object") from None
        return await answer(request, RequestBody(params["query"], values, params.get("operationName")))

    @get("/graphql/schema.graphql", summary="The schema as text", media_type="text/plain", sync_to_thread=False)
    def schema_text(request: Request[Any, Any, Any]) -> Response[bytes]:
        told = {"ETag": etag, "Cache-Control": "no-cache"}
        if headers.has(request.headers, etag):
            return Response(b"", status_code=304, headers=told)
        return Response(sdl, media_type="text/plain; charset=utf-8", headers=told)

    return [methods, ask, ask_by_url, schema_text]


def _said(told: Mapping[str, Any], language: Language) -> Mapping[str, Any]:
    """Where it is told in another language, `english` among its extensions is the message as manuals have it."""
    if language == "en":
        return told
    message = told["message"]
    extensions = {**told["extensions"], "english": message}
    return {**told, "message": wording.translated(message).text, "extensions": extensions}


def _shown(request: str | None, parts: Dependencies, error: GraphQLError) -> Mapping[str, Any]:
    """What was meant for the reader as it is; whatever else went wrong only as the id the log has it under.

    Raises Problem for an outage.
    """
    cause = error.original_error
    if (away := outage(cause)) is not None:
        raise away from cause
    if cause is None or isinstance(cause, GraphQLError):
        told = error.formatted
        return told if "extensions" in told else {**told, "extensions": {"code": "INVALID"}}
    parts.log.error("unforeseen", request=request, exc_info=cause)
    masked = GraphQLError(
        f"the server failed; its log has the request under {request}",
        nodes=error.nodes,
        path=error.path,
        extensions={"code": "INTERNAL"},
    )
    return masked.formatted
