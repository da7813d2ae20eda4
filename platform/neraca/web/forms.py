"""Forms as browsers send them (application/x-www-form-urlencoded): bounded, and each field once."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request

LONGEST = 100_000
"""Bytes of a form."""

_MOST = 200
_TYPE = "application/x-www-form-urlencoded"


class Unreadable(ValueError):
    """The message says what was wrong with the form."""


async def read(request: Request[Any, Any, Any]) -> Mapping[str, str]:
    """Field -> what was typed, without the spaces around it. Raises Unreadable."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != _TYPE:
        raise Unreadable(f"send the form as {_TYPE}")
    body = await request.body()
    if len(body) > LONGEST:
        raise Unreadable(f"the form has {len(body):,} bytes; at most {LONGEST:,} are read")
    try:
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MOST,
        )
    except ValueError as wrong:
        raise Unreadable(f"the form cannot be read: {wrong}") from None
    found = dict[str, str]()
    for name, value in fields:
        if name in found:
            raise Unreadable(f"the field {name[:40]!r} is there twice; send it once")
        found[name] = value.replace("\r\n", "\n").strip()
    return found


def number(typed: str) -> str:
    """What was typed with a decimal comma, as the commands have it; what is no number is left for them to refuse."""
    return typed.replace(",", ".") if typed.count(",") == 1 and "." not in typed else typed
