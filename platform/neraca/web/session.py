"""Who looks at a page: whoever brought a token to the sign-in page, while the browser keeps it and it is valid.

The token is kept in a cookie that no script reads and no other site sends. A token that is taken out of the server's
file is worth nothing at the next request.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import Cookie

NAME = "neraca"
LONGEST_TOKEN = 3_000
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def token_of(request: Request[Any, Any, Any]) -> str | None:
    kept = request.cookies.get(NAME, "")
    if not kept or len(kept) > 2 * LONGEST_TOKEN:
        return None
    try:
        return urlsafe_b64decode(kept.encode("ascii")).decode("ascii")
    except ValueError:
        return None


def kept(token: str, request: Request[Any, Any, Any]) -> Cookie:
    """Until the browser is closed. Over plain HTTP only on this same machine."""
    return _cookie(urlsafe_b64encode(token.encode("ascii")).decode("ascii"), request, None)


def forgotten(request: Request[Any, Any, Any]) -> Cookie:
    return _cookie("", request, 0)


def from_elsewhere(headers: Mapping[str, str], host: str) -> bool:
    """Whether another site sent the form: a browser says so in Sec-Fetch-Site or Origin."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != host


def _cookie(value: str, request: Request[Any, Any, Any], age: int | None) -> Cookie:
    return Cookie(
        key=NAME,
        value=value,
        max_age=age,
        path="/pages",
        httponly=True,
        samesite="strict",
        secure=request.url.hostname not in _LOOPBACK,
    )
