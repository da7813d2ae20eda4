"""What requests say in headers, bounded and of known characters before anything looks at it.

They are asked for in lower case, in which a server hands them on; the framework's own mapping takes any.
"""

from collections.abc import Mapping

from neraca.api.json_input import JSON
from neraca.api.problems import Problem
from neraca.domain.text_kinds import TOKEN, digits, fault, shown

LONGEST_TOKEN = 4_096


def is_json(headers: Mapping[str, str], *, assumed: bool = False) -> None:
    """Raises Problem `unsupported-media-type`: a form or a plain text must not come in as something it is not.

    `assumed` takes a body without a type for JSON.
    """
    if assumed and "content-type" not in headers:
        return
    if headers.get("content-type") == JSON:
        return
    kind, _, parameters = headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != JSON or charset not in ("", "charset=utf-8"):
        raise Problem("unsupported-media-type", f"send the body as Content-Type: {JSON}, in UTF-8")


def named(headers: Mapping[str, str], name: str) -> str | None:
    """None where it is not sent. Raises Problem `wrong-parameter`."""
    value = headers.get(name.lower())
    if value is not None and (wrong := fault(TOKEN, value)) is not None:
        raise Problem("wrong-parameter", f"{name}: {wrong}")
    return value


def key(headers: Mapping[str, str]) -> str:
    """Raises Problem `idempotency-key-missing` or `wrong-parameter`."""
    if not headers.get("idempotency-key", "").strip():
        raise Problem("idempotency-key-missing", "send an Idempotency-Key of your choosing, a new one for each request")
    return named(headers, "Idempotency-Key") or ""


def position(headers: Mapping[str, str], name: str) -> int | None:
    """A place in a log; None where it is not sent. Raises Problem `wrong-parameter`."""
    value = headers.get(name.lower())
    if value is None:
        return None
    found = digits(value)
    if found is None:
        raise Problem("wrong-parameter", f"{name}: {shown(value)} is no position; send back the number you got")
    return found


def has(headers: Mapping[str, str], etag: str) -> bool:
    """Whether the sender has what bears this tag, or any: `If-None-Match`, which compares weakly (RFC 9110, 13.1.2)."""
    tags = [one.strip().removeprefix("W/") for one in headers.get("if-none-match", "").split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags


def bearer(headers: Mapping[str, str]) -> str | None:
    """The token, if it can be one."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    token = token.strip()
    # Bounded before it is hashed; and no token has other letters, so such a one need not be looked for.
    return token if scheme.lower() == "bearer" and len(token) <= LONGEST_TOKEN and token.isascii() else None
