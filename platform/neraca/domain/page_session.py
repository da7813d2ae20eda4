"""A session of the pages: how it is written in the browser, and for how long it holds."""

import re
from datetime import timedelta
from hashlib import sha256

from msgspec import Struct

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
"""For so long nobody may be seen, and so long a session holds at most: a day at work, with a break."""

_KEPT = re.compile(r"s\.([a-z][a-z0-9_-]{0,63})\.([0-9A-Za-z_-]{43})")


class SentSession(Struct, frozen=True):
    """A session as a browser sends it. `digest` is of its secret."""

    agency: str
    digest: bytes


def written(agency: str, secret: str) -> str:
    """What a browser keeps, of a secret of 43 letters; no token looks like it, for none has a dot within."""
    return f"s.{agency}.{secret}"


def digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return sha256(secret.encode()).digest()


def read(kept: str) -> SentSession | None:
    """None for what is no session."""
    if (found := _KEPT.fullmatch(kept)) is None:
        return None
    agency, secret = found.groups()
    return SentSession(agency, digest(secret))
