"""GraphQL over HTTP: one small handler for the queries, and the schema as text."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from hashlib import sha256
from typing import Any

import msgspec
from graphql import ExecutionResult, GraphQLError
from litestar import HttpMethod, Request, Response, get, post, route
from litestar.handlers import HTTPRouteHandler
from litestar.types import Scope
from msgspec import Struct, field

from neraca import wording
from neraca.api import headers, json_input
from neraca.api.dependencies import Dependencies
from neraca.api.graphql.schema import build
from neraca.api.graphql.support import deprecations
from neraca.api.graphql.support.answer_tags import HEADERS, MODERN, AnswerTags
from neraca.api.graphql.support.context import Noted, RequestContext, client_error
from neraca.api.graphql.support.document_files import PREFIX, DocumentsRefused
from neraca.api.graphql.support.execution import Answer, QueryExecutor, QueryRequest, Shown, encoded
from neraca.api.graphql.support.published_policies import PublishedPolicies
from neraca.api.graphql.support.trusted_documents import TrustedDocuments
from neraca.api.outage_problems import outage
from neraca.api.problems import Problem
from neraca.api.query_parameters import TAKES
from neraca.api.telemetry import REQUEST_ID
from neraca.domain.contexts import Actor
from neraca.wording.language import Language, accepted

LONGEST = 50_000
"""Characters of a query."""


class RequestBody(Struct, frozen=True):
    """`document_id` names a trusted document, whose text need not be sent."""

    query: str | None = None
    document_id: str | None = field(default=None, name="documentId")
    variables: dict[str, Any] | None = None
    operation_name: str | None = field(default=None, name="operationName")
    extensions: dict[str, Any] | None = None


_BODY = msgspec.json.Decoder(RequestBody)
_OBJECT = msgspec.json.Decoder(dict[str, Any] | None)
NEVER_KEPT: Mapping[str, str] = {**HEADERS, "Cache-Control": "no-store"}
"""Of an answer to what was posted, and of one that may be another at once."""


class Queries:
    """What is done with a query, whatever brought it."""

    def __init__(self, parts: Dependencies, documents: TrustedDocuments | None = None) -> None:
        """Raises DocumentsRefused for one that cannot run."""
        schema = build()
        self.sdl = schema.text.encode() + b"\n"
        self.documents = documents or TrustedDocuments()
        self.tags = AnswerTags(parts, self.documents)
        self._parts = parts
        self._executor = QueryExecutor(schema)
        self._policies = PublishedPolicies(parts.reads)
        for name, text in self.documents.texts.items():
            if wrong := self._executor.faults(text):
                raise DocumentsRefused(f"the document {PREFIX}{name} cannot run: {wrong[0].message}")

    async def answer(
        self,
        actor: Actor,
        asked: QueryRequest,
        at_least: int | None,
        request: str | None,
        noted: Noted | None = None,
    ) -> Answer:
        """`request` is the id the log knows the request by. Raises Problem."""
        _not_longer(asked.query)
        context = RequestContext(self._parts, self._policies, actor, at_least, noted or Noted())
        return await self._executor.answer(asked, context, self._shown_in(asked.language, request))

    async def answers(
        self,
        actor: Actor,
        body: RequestBody,
        sent: Mapping[str, str],
        scope: Scope,
        still: Callable[[], Awaitable[bool]],
    ) -> AsyncGenerator[Answer, None]:
        """What is told of a query once, of a subscription again and again, while `still` says that the reader may go
        on; what goes wrong is an answer as well, and the last.
        """
        language, known_by = accepted(sent.get("accept-language")), scope["state"].get(REQUEST_ID)
        shown = self._shown_in(language, known_by)
        try:
            asked = self.meant(body, language)
            at_least = headers.position(sent, "Neraca-Position")
            context = RequestContext(self._parts, self._policies, actor, at_least, Noted(), still)
            async with aclosing(self._executor.answers(asked, context, shown)) as found:
                async for answer in found:
                    yield answer
        except GraphQLError as refused:
            yield encoded(ExecutionResult(None, [refused]), shown)
        except Problem as problem:
            code = problem.kind.upper().replace("-", "_")
            yield encoded(ExecutionResult(None, [client_error(code, problem.detail)]), shown)

    async def answer_of(
        self, actor: Actor, body: RequestBody, sent: Mapping[str, str], request: str | None, noted: Noted | None = None
    ) -> Answer:
        """As `answer`, of what was sent with these headers."""
        at_least = headers.position(sent, "Neraca-Position")
        language = accepted(sent.get("accept-language"))
        try:
            asked = self.meant(body, language)
        except GraphQLError as refused:
            return self.refusal(refused, language, request)
        return await self.answer(actor, asked, at_least, request, noted)

    def meant(self, body: RequestBody, language: Language) -> QueryRequest:
        """Raises an error with a code, or Problem `malformed` or `too-large`."""
        if body.query is not None:
            _not_longer(body.query)
        text = self.documents.text(body.query, body.document_id, body.extensions)
        if text is None:
            raise Problem("malformed", 'query is missing; send {"query": "...", "variables": {}}, or a documentId')
        return QueryRequest(text, body.variables, body.operation_name or None, language, _cost_wanted(body.extensions))

    def refusal(self, error: GraphQLError, language: Language, request: str | None) -> Answer:
        """Of what did not come to be a query."""
        return encoded(ExecutionResult(None, [error]), self._shown_in(language, request))

    def _shown_in(self, language: Language, request: str | None) -> Shown:
        return lambda error: _said(_shown(request, self._parts, error), language)


def routes(parts: Dependencies, queries: Queries) -> list[HTTPRouteHandler]:
    sdl = queries.sdl
    etag = f'"{sha256(sdl).hexdigest()[:32]}"'

    def response(request: Request[Any, Any, Any], found: Answer, told: Mapping[str, str]) -> Response[bytes]:
        status, media_type = told_as(found, request.headers)
        told = {**told, **deprecations.headers(found.until)}
        return Response(found.body, status_code=status, media_type=media_type, headers=told)

    @route("/graphql", http_method=HttpMethod.OPTIONS, status_code=204, include_in_schema=False, sync_to_thread=False)
    def methods() -> Response[None]:
        """The framework's own knows but the first of several methods."""
        return Response(None, headers={"Allow": "GET, OPTIONS, POST"})

    @post("/graphql", summary="A GraphQL query", status_code=200)
    async def ask(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = body_sent(request.headers, await request.body())
        actor = await parts.actor(request.headers, request.scope)
        return response(
            request,
            await queries.answer_of(actor, body, request.headers, request.scope["state"].get(REQUEST_ID)),
            NEVER_KEPT,
        )

    @get(
        "/graphql",
        summary="A GraphQL query in the URL: query or documentId, variables, operationName, extensions",
        opt={TAKES: ("query", "documentId", "variables", "operationName", "extensions")},
    )
    async def ask_by_url(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = body_by_url(request)
        actor, noted, url = await parts.actor(request.headers, request.scope), Noted(), request.scope["query_string"]
        before = await queries.tags.tag(actor, request.headers, url)
        found = await queries.answer_of(actor, body, request.headers, request.scope["state"].get(REQUEST_ID), noted)
        # Whatever was taken in meanwhile may have been read, or not.
        if noted.passing or found.failed or await queries.tags.tag(actor, request.headers, url) != before:
            return response(request, found, NEVER_KEPT)
        told = {**HEADERS, "ETag": before, **deprecations.headers(found.until)}
        if headers.has(request.headers, before):
            return Response(b"", status_code=304, headers=told)
        return response(request, found, told)

    @get("/graphql/schema.graphql", summary="The schema as text", media_type="text/plain", sync_to_thread=False)
    def schema_text(request: Request[Any, Any, Any]) -> Response[bytes]:
        told = {"ETag": etag, "Cache-Control": "no-cache"}
        if headers.has(request.headers, etag):
            return Response(b"", status_code=304, headers=told)
        return Response(sdl, media_type="text/plain; charset=utf-8", headers=told)

    return [methods, ask, ask_by_url, schema_text]


def body_sent(sent: Mapping[str, str], body: bytes) -> RequestBody:
    """Raises Problem `malformed` or `unsupported-media-type`."""
    headers.is_json(sent)
    try:
        return json_input.decoded(_BODY, body)
    except json_input.Misshapen as wrong:
        raise Problem("malformed", str(wrong)) from None
    except json_input.Malformed as wrong:
        raise Problem("malformed", f'{wrong}; send {{"query": "...", "variables": {{}}}}') from None


def told_as(found: Answer, sent: Mapping[str, str]) -> tuple[int, str]:
    """Status and media type, for who sent these headers."""
    modern = MODERN in sent.get("accept", "")
    # As GraphQL over HTTP has it: older clients take any other status for a failed connection.
    return 400 if found.refused and modern else 200, MODERN if modern else json_input.JSON


def body_by_url(request: Request[Any, Any, Any]) -> RequestBody:
    """Raises Problem `wrong-parameter`."""
    params = request.query_params
    variables, extensions = _object("variables", params), _object("extensions", params)
    body = RequestBody(
        params.get("query"), params.get("documentId"), variables, params.get("operationName"), extensions
    )
    if body.query is None and body.document_id is None and not extensions:
        raise Problem("wrong-parameter", "query is missing: /graphql?query={viewer{id}}")
    return body


def _cost_wanted(extensions: Mapping[str, Any] | None) -> bool:
    """Whether the answer is to say what the query weighs: `"extensions": {"cost": true}`."""
    return extensions is not None and extensions.get("cost") is True


def _not_longer(query: str) -> None:
    if len(query) > LONGEST:
        raise Problem("too-large", f"the query has {len(query)} characters; at most {LONGEST} are read")


def _object(name: str, params: Mapping[str, str]) -> dict[str, Any] | None:
    """Of a parameter. Raises Problem `wrong-parameter`."""
    try:
        return json_input.decoded(_OBJECT, params.get(name, "null"))
    except json_input.Misshapen as wrong:
        raise Problem("wrong-parameter", f"{name}: {wrong}") from None
    except json_input.Malformed as wrong:
        raise Problem("wrong-parameter", f"{name}: {wrong}; send a JSON object") from None


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
        extensions={"code": "INTERNAL", "request": request},
    )
    return masked.formatted
