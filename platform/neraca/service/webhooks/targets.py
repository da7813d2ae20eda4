"""Where a message goes: an address as somebody wrote it, and the one address of the network that it stands for.

Whoever may subscribe could otherwise have the server ask what only it can reach: a database, a cloud's metadata,
itself. So a name is resolved once, and what it resolved to is looked at and then connected to.
"""

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from msgspec import Struct

LONGEST = 2_000

_WRITTEN = re.compile(r"https?://[!-~]+")
_HOST = re.compile(r"[0-9A-Za-z]([0-9A-Za-z._-]*[0-9A-Za-z])?\.?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")


class Target(Struct, frozen=True):
    """`path` is what stands in the request line; `authority` what stands in the header Host."""

    host: str
    port: int
    tls: bool
    path: str
    authority: str


def target(url: str) -> Target | None:
    """None where it is no address of a receiver."""
    if len(url) > LONGEST or not _WRITTEN.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if "@" in parts.netloc or "#" in url or port == 0 or not _HOST.fullmatch(parts.hostname or ""):
        return None
    tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.hostname or "", port or (443 if tls else 80), tls, path, parts.netloc)


def is_public(address: str) -> bool:
    """Whether a machine anywhere has this address, none of this network or this machine."""
    found = ip_address(address.partition("%")[0])
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    # 6to4 leads to an IPv4 address within, is no longer in use (RFC 7526), and Pythons differ on whether it is global.
    return not (isinstance(found, IPv6Address) and (found.is_site_local or found.sixtofour is not None))
