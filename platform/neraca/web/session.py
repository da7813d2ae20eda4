"""Who looks at a page: whoever signed in, by their agency's sign-in or with a token, while the browser keeps it.

A browser that signed in by an issuer keeps the secret of a session, which the server may end; one that brought a token
keeps that, and of a token that is taken out of the server's file nothing is left at the next request. No script reads
the cookie. No other site sends it with a form; with a link it may, or whoever comes back from the issuer had none.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import Cookie

NAME, AWAY = "neraca", "neraca-away"
"""The cookie of who is signed in, and that of who is at the issuer meanwhile."""

LONGEST_TOKEN = 3_000
LONGEST_AWAY = 600
"""Seconds that somebody may be at the issuer."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SESSION = "s."
_OURS = re.compile(r"/pages(/[0-9A-Za-z][0-9A-Za-z._-]*)*")
_KEPT_AWAY = re.compile(r"([0-9A-Za-z_-]{43})\|(\S{1,300})")


def kept_by(request: Request[Any, Any, Any]) -> str | None:
    """The cookie, of a session or with a token."""
    kept = request.cookies.get(NAME, "")
    return kept if 0 < len(kept) <= 2 * LONGEST_TOKEN else None


def is_session(kept: str) -> bool:
    return kept.startswith(_SESSION)


def token_in(kept: str) -> str | None:
    try:
        return urlsafe_b64decode(kept.encode("ascii")).decode("ascii")
    except ValueError:
        return None


def of_token(token: str, request: Request[Any, Any, Any]) -> Cookie:
    """Until the browser is closed. Over plain HTTP only on this same machine."""
    return _cookie(NAME, urlsafe_b64encode(token.encode("ascii")).decode("ascii"), request, None, "strict")


def of_session(kept: str, request: Request[Any, Any, Any]) -> Cookie:
    """Lax: whoever comes back from the issuer is sent on from there, which for a browser is another site's doing."""
    return _cookie(NAME, kept, request, None, "lax")


def forgotten(request: Request[Any, Any, Any]) -> Cookie:
    return _cookie(NAME, "", request, 0, "lax")


def away(secret: str, to: str, request: Request[Any, Any, Any]) -> Cookie:
    """What is needed when the browser is back: the secret of the attempt, and the page that was asked for."""
    kept = urlsafe_b64encode(f"{secret}|{to}".encode()).decode("ascii")
    return _cookie(AWAY, kept, request, LONGEST_AWAY, "lax", "/pages/sign-in")


def back(request: Request[Any, Any, Any]) -> tuple[str, str]:
    """The secret, empty where none is kept, and the page to go on with."""
    found = _KEPT_AWAY.fullmatch(token_in(request.cookies.get(AWAY, "")) or "")
    if found is None or not is_ours(found[2]):
        return "", "/pages"
    return found[1], found[2]


def back_for_good(request: Request[Any, Any, Any]) -> Cookie:
    return _cookie(AWAY, "", request, 0, "lax", "/pages/sign-in")


def is_ours(path: str) -> bool:
    """Whether it is a page of this site, and nothing that a browser could take for another's address."""
    return _OURS.fullmatch(path) is not None


def from_elsewhere(headers: Mapping[str, str], host: str) -> bool:
    """Whether another site sent the form: a browser says so in Sec-Fetch-Site or Origin."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != host


def _cookie(
    name: str, value: str, request: Request[Any, Any, Any], age: int | None, site: Any, path: str = "/pages"
) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        max_age=age,
        path=path,
        httponly=True,
        samesite=site,
        secure=request.url.hostname not in _LOOPBACK,
    )
