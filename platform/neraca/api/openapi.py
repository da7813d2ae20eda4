"""The description of the HTTP interface, with the commands as the domain types them: their bodies are read by hand."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

from neraca.api import problems
from neraca.domain.catalogue import Command

_HEADERS: Mapping[str, tuple[bool, str]] = {
    "Idempotency-Key": (True, "Of your choosing, a new one for each request; repeat it to repeat the request."),
    "If-Match": (False, 'The versions seen, such as "v17", one for each stream that exists and is changed.'),
    "Neraca-On-Behalf-Of": (False, "For whom, if for another; kept in the events."),
    "Neraca-Correlation": (False, "What this belongs to; kept in the events."),
}
_COMMANDS = "/agencies/{agency}/commands"


class Described(JsonRenderPlugin):
    """Adds to what the framework found: bodies and headers of commands, problem details, and the bearer token."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        schema = deepcopy(openapi_schema)
        (command, problem), components = msgspec.json.schema_components(
            (Command, problems.Details), ref_template="#/components/schemas/{name}"
        )
        schemas: dict[str, Any] = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(components)
        schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        schema["security"] = [{"token": []}]
        self._describe_commands(schema["paths"][_COMMANDS]["post"], command)
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"]["default"] = {
                    "description": "A problem",
                    "content": {problems.MEDIA_TYPE: {"schema": problem}},
                }
        return msgspec.json.encode(schema)

    def _describe_commands(self, operation: dict[str, Any], command: Mapping[str, Any]) -> None:
        body = {"oneOf": [command, {"type": "array", "items": command, "minItems": 1}]}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
        operation.setdefault("parameters", []).extend(
            {"name": name, "in": "header", "required": required, "description": what, "schema": {"type": "string"}}
            for name, (required, what) in _HEADERS.items()
        )
