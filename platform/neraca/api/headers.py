"""What requests say in headers, bounded and of known characters before anything looks at it."""

from typing import Any

from litestar import Request

from neraca.api.json_input import JSON
from neraca.api.problems import Problem
from neraca.domain.text_kinds import TOKEN, digits, fault, shown

LONGEST_TOKEN = 4_096


def is_json(request: Request[Any, Any, Any], *, assumed: bool = False) -> None:
    """Raises Problem `unsupported-media-type`: a form or a plain text must not come in as something it is not.

    `assumed` takes a body without a type for JSON.
    """
    if assumed and "Content-Type" not in request.headers:
        return
    kind, _, parameters = request.headers.get("Content-Type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != JSON or charset not in ("", "charset=utf-8"):
        raise Problem("unsupported-media-type", f"send the body as Content-Type: {JSON}, in UTF-8")


def named(request: Request[Any, Any, Any], name: str) -> str | None:
    """None where it is not sent. Raises Problem `wrong-parameter`."""
    value = request.headers.get(name)
    if value is not None and (wrong := fault(TOKEN, value)) is not None:
        raise Problem("wrong-parameter", f"{name}: {wrong}")
    return value


def key(request: Request[Any, Any, Any]) -> str:
    """Raises Problem `idempotency-key-missing` or `wrong-parameter`."""
    if not request.headers.get("Idempotency-Key", "").strip():
        raise Problem("idempotency-key-missing", "send an Idempotency-Key of your choosing, a new one for each request")
    return named(request, "Idempotency-Key") or ""


def position(request: Request[Any, Any, Any], name: str) -> int | None:
    """A place in a log; None where it is not sent. Raises Problem `wrong-parameter`."""
    value = request.headers.get(name)
    if value is None:
        return None
    found = digits(value)
    if found is None:
        raise Problem("wrong-parameter", f"{name}: {shown(value)} is no position; send back the number you got")
    return found


def bearer(request: Request[Any, Any, Any]) -> str | None:
    """The token, if it can be one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and len(token) <= LONGEST_TOKEN and token.isascii() else None
