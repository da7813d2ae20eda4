"""The description of the HTTP interface as it is: bodies that are read by hand, problems, and what is open to all."""

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from neraca.api import imports, problems
from neraca.api.command_decoding import MOST as MOST_COMMANDS
from neraca.api.event_log import HEAD, LAST, LoggedEvent, Page
from neraca.api.exports import WantedExport
from neraca.api.graphql.handler import LONGEST
from neraca.api.public_door import SentAnswer, Taken
from neraca.api.survey_page import SurveyDescription
from neraca.api.survey_tokens import WantedTokens
from neraca.api.webhooks import WantedWebhook
from neraca.domain.api_key import KeyOrder
from neraca.domain.appraisal.commands import ReportProgress
from neraca.domain.registry import Command
from neraca.domain.text_kinds import NIP, PERIOD, TOKEN, Kind
from neraca.service.exports import FORMATS
from neraca.service.imports import KINDS
from neraca.service.payroll_files import MEDIA_TYPES
from neraca.service.receipts import ReceiptStanding

_TEXT: Mapping[str, Any] = {"type": "string"}
_FILE: Mapping[str, Any] = {"type": "string", "contentMediaType": "application/pdf"}
_NAMED: Mapping[str, Any] = {
    "type": "string",
    "minLength": 1,
    "maxLength": TOKEN.longest,
    "pattern": f"^(?:{TOKEN.allowed})$",
}
_SEEN: Mapping[str, Any] = {
    "type": "string",
    "pattern": rf'^"v[0-9]{{1,18}}(?:(?:,|", ?")v[0-9]{{1,18}}){{0,{MOST_COMMANDS - 1}}}"$',
}
_HEADERS: Mapping[str, tuple[bool, str, Mapping[str, Any]]] = {
    "Idempotency-Key": (True, "Of your choosing, a new one for each request; repeat it to repeat the request.", _NAMED),
    "If-Match": (
        False,
        'The versions seen, such as "v17", one for each stream that is changed. What is only added needs none.',
        _SEEN,
    ),
    "Neraca-On-Behalf-Of": (False, "Who delegated this to the sender; kept in the events.", _NAMED),
    "Neraca-Correlation": (False, "What this belongs to; kept in the events.", _NAMED),
}
_COMMANDS = "/agencies/{agency}/commands"
_EVENTS = "/agencies/{agency}/events"
_STREAM = "/agencies/{agency}/events/stream"
_DOCUMENT = "/agencies/{agency}/appraisals/{employee}/{period}/document"
_VERIFICATION = "/agencies/{agency}/documents"
_PAYROLL = "/agencies/{agency}/payroll/{period}"
_EXPORTS = "/agencies/{agency}/exports"
_EXPORT = "/agencies/{agency}/exports/{export}"
_EXPORTED = "/agencies/{agency}/exports/{export}/file"
_SURVEY = "/survey/{token}"
_RECEIPT = "/receipts/{code}"
_TOKENS = "/agencies/{agency}/survey-tokens"
_KEYS = "/agencies/{agency}/keys"
_READS = "/agencies/{agency}/reads"
_SESSIONS = "/agencies/{agency}/sessions"
_ENDING = "/agencies/{agency}/sessions/{person}/ending"
_IMPORTS = "/agencies/{agency}/imports/{kind}"
_REVOCATION = "/agencies/{agency}/keys/{key}/revocation"
_WEBHOOKS = "/agencies/{agency}/webhooks"
_WEBHOOK = "/agencies/{agency}/webhooks/{webhook}"
_DEAD = "/agencies/{agency}/webhooks/{webhook}/dead"
_ROTATION = "/agencies/{agency}/webhooks/{webhook}/secret"
_REDELIVERY = "/agencies/{agency}/webhooks/{webhook}/redelivery"
_METRICS = "/metrics"
_GRAPHQL = "/graphql"
_SDL = "/graphql/schema.graphql"
_FOLLOWED = "/graphql/stream"

_READ = (400, 401, 500, 503)
_PROBLEMS: Mapping[str, tuple[int, ...]] = {
    _COMMANDS: (*_READ, 403, 404, 409, 412, 413, 415, 422, 428, 507),
    _EVENTS: (*_READ, 403, 404, 416),
    _STREAM: (*_READ, 403, 404, 416, 429),
    _DOCUMENT: (*_READ, 404, 409),
    _VERIFICATION: (*_READ, 404),
    _PAYROLL: (*_READ, 403, 404),
    _EXPORTS: (*_READ, 403, 404, 413, 415, 422, 429),
    _EXPORT: (*_READ, 403, 404),
    _EXPORTED: (*_READ, 403, 404, 409),
    _TOKENS: (*_READ, 403, 404, 409, 413, 415, 422, 507),
    _KEYS: (*_READ, 403, 404, 409, 413, 415, 422),
    _READS: (*_READ, 403, 404),
    _SESSIONS: (*_READ, 403, 404),
    _ENDING: (*_READ, 403, 404, 413),
    _IMPORTS: (*_READ, 403, 404, 409, 413, 415, 422, 507),
    _REVOCATION: (*_READ, 403, 404, 413),
    _WEBHOOKS: (*_READ, 403, 404, 409, 413, 415, 422),
    _WEBHOOK: (*_READ, 403, 404),
    _DEAD: (*_READ, 403, 404),
    _ROTATION: (*_READ, 403, 404, 413),
    _REDELIVERY: (*_READ, 403, 404, 422),
    _GRAPHQL: (*_READ, 413, 415),
    _FOLLOWED: (*_READ, 413, 415, 429),
}
"""Of the routes that need a token; each status there is, so that any other is a mistake. A key that is none may be
answered 429 on any of them.
"""

_OPEN: Mapping[str, tuple[int, ...]] = {
    _METRICS: (400, 401, 500),
    _SURVEY: (400, 404, 409, 413, 415, 422, 500, 503),
    _RECEIPT: (400, 404, 500, 503),
}
"""The same of routes that need none of an actor."""

_OF_DOCUMENT: Mapping[str, Mapping[str, Any]] = {
    "number": {"type": "string", "minLength": 1, "maxLength": 120},
    "code": {"type": "string", "minLength": 1, "maxLength": 120},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
_KINDS = {"employee": NIP, "period": PERIOD}
"""Of parts of a path, what they may hold."""

_READY = ("/health/ready", "/health/ready/{agency}")

_QUERY: Mapping[str, Any] = {"type": "string", "maxLength": LONGEST}
_VARIABLES: Mapping[str, Any] = {"type": ["object", "null"]}
_QUESTION: Mapping[str, Any] = {
    "type": "object",
    "anyOf": [{"required": [one], "properties": {one: {"type": "string"}}} for one in ("query", "documentId")],
    "properties": {
        "query": {"type": ["string", "null"], "maxLength": LONGEST},
        "documentId": {"type": ["string", "null"]},
        "variables": _VARIABLES,
        "operationName": {"type": ["string", "null"]},
        "extensions": {"type": ["object", "null"]},
    },
}
_TOLD_AGAIN: Mapping[str, Any] = {
    "type": "object",
    "description": "Each answer is sent as `next`, and at the end `complete`",
    "required": ["event", "data"],
    "properties": {"event": {"enum": ["next", "complete"]}, "data": {"type": "string"}},
}
_ANSWER: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "data": {"type": ["object", "null"]},
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["message", "extensions"],
                "properties": {
                    "message": _TEXT,
                    "extensions": {
                        "type": "object",
                        "required": ["code"],
                        "properties": {"code": _TEXT, "english": _TEXT},
                    },
                },
            },
        },
    },
}
_POSITION: Mapping[str, Any] = {"type": "integer", "minimum": 0, "maximum": LAST}

_SPOKEN = (
    "Content-Language",
    _TEXT,
    "en, or id for who asks so by Accept-Language; both where a part has no other words than the English ones.",
)

_VERSIONS = ("ETag", _TEXT, 'The versions of the streams, such as "v17": send it back as If-Match.')
_HEAD = (HEAD, _POSITION, "The last position in the log.")
_TOLD: Mapping[tuple[str, str], tuple[tuple[str, Mapping[str, Any], str], ...]] = {
    (_COMMANDS, "201"): (
        ("Neraca-Position", _POSITION, "What to wait for to read this write: send it back when you ask."),
        _VERSIONS,
    ),
    (_COMMANDS, "412"): (_VERSIONS,),
    (_COMMANDS, "428"): (_VERSIONS,),
    (_EVENTS, "200"): (_HEAD, ("ETag", _TEXT, "Of the page, for this reader: for If-None-Match.")),
    (_EVENTS, "304"): (_HEAD,),
    (_EVENTS, "416"): (_HEAD,),
    (_STREAM, "200"): (_HEAD,),
    (_STREAM, "416"): (_HEAD,),
    (_DOCUMENT, "200"): (("ETag", _TEXT, "The hex sha256 of the file, as the log has it of a document."),),
    (_PAYROLL, "200"): (("ETag", _TEXT, "The hex sha256 of the file."),),
    (_EXPORTS, "202"): (("Location", _TEXT, "Where to look how far it is."),),
    (_GRAPHQL, "200"): (("ETag", _TEXT, "Of an answer to GET, for If-None-Match; none where it comes from the time."),),
    (_SDL, "200"): (("ETag", _TEXT, "Of the schema, for If-None-Match."),),
}
"""Headers of answers that a reader does something with."""

_EVERYWHERE: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "401": ("WWW-Authenticate", _TEXT, "Bearer"),
    "429": ("Retry-After", {"type": "integer", "minimum": 0}, "Seconds after which to try again."),
    "503": ("Retry-After", {"type": "integer", "minimum": 0}, "Seconds after which to try again."),
}
"""Those that come with a status on any route."""


class OpenApiPlugin(JsonRenderPlugin):
    """Says beside what the framework found what the routes read and answer by hand."""

    def __init__(self, agencies: Collection[str], **given: Any) -> None:
        super().__init__(**given)
        self._agencies = sorted(agencies)

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        # The framework keeps this one, and hands it out again.
        schema = deepcopy(openapi_schema)
        kinds = (Command, problems.Details, Page, LoggedEvent, SurveyDescription, SentAnswer, Taken, ReceiptStanding)
        (command, problem, page, event, *door, key_order, subscription, export), components = (
            msgspec.json.schema_components(
                (*kinds, WantedTokens, KeyOrder, WantedWebhook, WantedExport),
                ref_template="#/components/schemas/{name}",
            )
        )
        schemas: dict[str, Any] = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(components)
        _require_evidence(schemas[ReportProgress.__name__])
        schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"token": []}]
        for name, path in schema["paths"].items():
            for operation in path.values():
                self._describe(name, operation, problem)
        paths = schema["paths"]
        _describe_commands(paths[_COMMANDS]["post"], command)
        _answers(paths[_EVENTS]["get"], "application/json", page)
        _answers(paths[_STREAM]["get"], "text/event-stream", _sent(event))
        paths[_STREAM]["get"].setdefault("parameters", []).append(_header("Last-Event-ID", _POSITION))
        _answers(paths[_DOCUMENT]["get"], "text/html", _TEXT)
        paths[_DOCUMENT]["get"]["responses"]["200"]["content"]["application/pdf"] = {"schema": _FILE}
        paths[_PAYROLL]["get"]["responses"]["200"]["content"] = {
            media_type: {"schema": _TEXT} for media_type in MEDIA_TYPES.values()
        }
        for parameter in (*paths[_DOCUMENT]["get"]["parameters"], *paths[_PAYROLL]["get"]["parameters"]):
            if parameter["name"] in _KINDS:
                parameter["schema"] = _of_kind(_KINDS[parameter["name"]])
        for parameter in paths[_VERIFICATION]["get"]["parameters"]:
            if parameter["name"] in _OF_DOCUMENT:
                parameter["schema"] = dict(_OF_DOCUMENT[parameter["name"]])
        _describe_imports(paths[_IMPORTS]["post"])
        paths[_EXPORTS]["post"]["requestBody"] = _json(export)
        paths[_EXPORTED]["get"]["responses"]["200"]["content"] = {
            one.media_type: {"schema": _FILE} for one in FORMATS.values()
        }
        for name in (_EXPORT, _EXPORTED):
            for parameter in paths[name]["get"]["parameters"]:
                if parameter["name"] == "export":
                    parameter["schema"] = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
        _describe_door(paths, *door)
        paths[_KEYS]["post"]["requestBody"] = _json(key_order)
        paths[_WEBHOOKS]["post"]["requestBody"] = _json(subscription)
        _describe_graphql(paths[_GRAPHQL])
        _describe_graphql(paths[_FOLLOWED])
        for operation in paths[_FOLLOWED].values():
            _answers(operation, "text/event-stream", _TOLD_AGAIN)
        _answers(paths[_SDL]["get"], "text/plain", _TEXT)
        for name in (_EVENTS, _SDL, _GRAPHQL):
            paths[name]["get"]["responses"]["304"] = {"description": "It is the one you have, by If-None-Match."}
            paths[name]["get"].setdefault("parameters", []).append(_header("If-None-Match", _TEXT))
        for name in _READY:
            _describe_readiness(paths[name]["get"], problem, named="{" in name)
        for name, path in paths.items():
            for operation in path.values():
                _describe_headers(name, operation)
        return msgspec.json.encode(schema)

    def _describe(self, name: str, operation: dict[str, Any], problem: Mapping[str, Any]) -> None:
        told = {"content": {problems.MEDIA_TYPE: {"schema": problem}}}
        responses = {status: one for status, one in operation["responses"].items() if int(status) < 400}
        closed = {*_PROBLEMS[name], 429} if name in _PROBLEMS else None
        for status in sorted(closed or _OPEN.get(name, (400, 500))):
            titles = sorted({title for kind, title in problems.KINDS.values() if kind == status})
            responses[str(status)] = {"description": "; ".join(titles), **told}
        operation["responses"] = responses
        if name not in _PROBLEMS:
            operation["security"] = []
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path" and parameter["name"] == "agency":
                parameter["schema"] = {"type": "string", "enum": self._agencies}
            elif parameter["in"] == "query" and parameter["name"] == "after":
                # Where it may be left out without being 0, the framework tells no bounds at all.
                parameter["schema"] = {**parameter["schema"], **_POSITION}
                parameter["schema"].pop("oneOf", None)
            elif parameter["in"] == "query" and parameter["schema"].get("type") == "integer":
                parameter["schema"].update(_exact(parameter["schema"]))


def _exact(schema: Mapping[str, Any]) -> dict[str, int]:
    """The bounds as they were written: the framework tells them as floats."""
    return {bound: int(schema[bound]) for bound in ("minimum", "maximum") if bound in schema}


def _of_kind(kind: Kind) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": kind.longest, "pattern": f"^(?:{kind.allowed})$"}


def _require_evidence(schema: dict[str, Any]) -> None:
    """Progress is shown by something; the type has a default only for events from before that was asked."""
    schema["required"] = [*schema["required"], "evidence"]
    evidence = schema["properties"]["evidence"]
    evidence.pop("default", None)
    evidence["minItems"] = 1


def _describe_commands(operation: dict[str, Any], command: Mapping[str, Any]) -> None:
    several = {"type": "array", "items": command, "minItems": 1, "maxItems": MOST_COMMANDS}
    operation["requestBody"] = _json({"oneOf": [command, several]})
    operation.setdefault("parameters", []).extend(
        {**_header(name, schema), "required": required, "description": what}
        for name, (required, what, schema) in _HEADERS.items()
    )


def _describe_imports(operation: dict[str, Any]) -> None:
    operation["requestBody"] = {
        "required": True,
        "content": {media_type: {"schema": _TEXT} for media_type in imports.MEDIA_TYPES},
    }
    for parameter in operation["parameters"]:
        if parameter["name"] == "kind":
            parameter["schema"] = {"type": "string", "enum": [*KINDS]}


def _describe_door(
    paths: Mapping[str, Any],
    asked: Mapping[str, Any],
    sent: Mapping[str, Any],
    taken: Mapping[str, Any],
    standing: Mapping[str, Any],
    wanted: Mapping[str, Any],
) -> None:
    """The public door speaks JSON with programs, and plain pages with people."""
    for path, method, status, told in (
        (_SURVEY, "get", "200", asked),
        (_SURVEY, "post", "201", taken),
        (_RECEIPT, "get", "200", standing),
    ):
        paths[path][method]["responses"][status]["content"] = {"application/json": {"schema": told}}
        for answer in paths[path][method]["responses"].values():
            answer["content"]["text/html"] = {"schema": _TEXT}
    form = {"type": "object", "additionalProperties": _TEXT}
    paths[_SURVEY]["post"]["requestBody"] = {
        "required": True,
        "content": {"application/json": {"schema": sent}, "application/x-www-form-urlencoded": {"schema": form}},
    }
    paths[_TOKENS]["post"]["requestBody"] = _json(wanted)


def _describe_graphql(path: dict[str, Any]) -> None:
    ask, by_url = path["post"], path["get"]
    ask["requestBody"] = _json(_QUESTION)
    by_url["parameters"] = [
        {"name": name, "in": "query", "required": False, "description": what, **of}
        for name, what, of in (
            ("query", "The text of the query; this or documentId.", {"schema": _QUERY}),
            ("documentId", "Of a trusted document: sha256: and the hash of its text.", {"schema": _TEXT}),
            ("variables", "A JSON object.", {"content": {"application/json": {"schema": _VARIABLES}}}),
            ("operationName", "Which of its operations.", {"schema": _TEXT}),
            ("extensions", "A JSON object.", {"content": {"application/json": {"schema": _VARIABLES}}}),
        )
    ]
    for operation in (ask, by_url):
        _answers(operation, "application/json", _ANSWER)
        operation["responses"]["400"]["content"]["application/graphql-response+json"] = {"schema": _ANSWER}
        operation["responses"]["200"]["content"]["application/graphql-response+json"] = {"schema": _ANSWER}
        operation.setdefault("parameters", []).append(_header("Neraca-Position", _POSITION))


def _describe_readiness(operation: dict[str, Any], problem: Mapping[str, Any], *, named: bool) -> None:
    """Not to be ready is told in the same form as to be ready. `named`: one is asked for, which may not be there."""
    told = {problems.MEDIA_TYPE: {"schema": problem}}
    responses = operation["responses"]
    responses["503"] = {"description": "Not ready", "content": {**responses["200"]["content"], **told}}
    if named:
        responses["404"] = {"description": problems.KINDS["not-found"][1], "content": told}


def _describe_headers(name: str, operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        told = [*_TOLD.get((name, status), ()), *((_EVERYWHERE[status],) if status in _EVERYWHERE else ())]
        if problems.MEDIA_TYPE in response.get("content", ()):
            told.append(_SPOKEN)
        for header, schema, what in told:
            response.setdefault("headers", {})[header] = {"description": what, "schema": schema}


def _sent(event: Mapping[str, Any]) -> dict[str, Any]:
    """One of the stream: before OpenAPI 3.2 there is no other place to say what each is."""
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": event}
    return {
        "type": "object",
        "description": "Each event that is sent",
        "required": ["id", "event", "data"],
        "properties": {"id": _TEXT, "event": _TEXT, "data": data},
    }


def _answers(operation: dict[str, Any], media_type: str, schema: Mapping[str, Any]) -> None:
    operation["responses"]["200"]["content"] = {media_type: {"schema": schema}}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A body that must be sent, and only so."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _header(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "schema": schema}
