"""Who comes with the key of a program: asked of the database at each request, so that one revoked is so at the next."""

from asyncio import Semaphore
from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from ipaddress import ip_address, ip_network

from neraca.api.database_reads import Reads
from neraca.api.problems import Problem
from neraca.api.rate_limits import RateLimit
from neraca.domain import api_key
from neraca.domain.api_key import SentKey
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Scope

MOST_WRONG = 20
"""Keys that are none, of an agency and from one place within a minute; for the rest of it none is taken from there."""

AT_ONCE, MOST_WAITING = 4, 200
"""Keys of an agency that the database is asked of at the same moment, and those that may wait for their turn."""

_LIMIT = RateLimit("wrong-keys", MOST_WRONG, 60)
_V6_NET = 64
"""Bits of an IPv6 address that one subscriber has; the others are theirs to choose, a new one for each request."""


class KeyAdmission:
    def __init__(self, reads: Reads, agencies: Collection[str], clock: Callable[[], datetime]) -> None:
        self._reads = reads
        self._agencies = agencies
        self._clock = clock
        self._turns: dict[str, Semaphore] = defaultdict(lambda: Semaphore(AT_ONCE))
        self._waiting: dict[str, int] = defaultdict(int)

    async def actor(self, key: SentKey, address: str) -> Actor:
        """Raises Problem `unauthenticated`, `too-many-wrong-keys`, or `unavailable` where too many come at once."""
        if key.agency not in self._agencies:
            raise unauthenticated()
        if self._waiting[key.agency] >= MOST_WAITING:
            told = "too many keys come at once; send it again in a moment"
            raise Problem("unavailable", told, headers={"Retry-After": "2"})
        params = {
            "agency": key.agency, "id": key.id, "digest": key.digest, "origin": origin(address),
            "now": self._clock(), "most": MOST_WRONG,
        }  # fmt: skip
        self._waiting[key.agency] += 1
        try:
            # Few at a time: whoever sends keys that are none shall not keep others from reading.
            async with self._turns[key.agency]:
                [row] = await self._reads.called(key.agency, "api-key", params)
        finally:
            self._waiting[key.agency] -= 1
        match row["outcome"]:
            case "known":
                return api_key.actor(key.agency, row["program"], frozenset(map(Scope, row["scopes"])))
            case "revoked":
                raise unauthenticated("this key was revoked; ask an administrator of the agency for another")
            case "over":
                raise unauthenticated("the time of this key is over; ask an administrator of the agency for another")
            case "refused":
                told = f"{MOST_WRONG} wrong keys came from there within a minute; try again when it is over"
                again = {"Retry-After": str(row["wait"]), **_LIMIT.headers(0, row["wait"])}
                raise Problem("too-many-wrong-keys", told, headers=again)
            case _:
                raise unauthenticated()


def unauthenticated(told: str = "send a valid token as Authorization: Bearer <token>") -> Problem:
    return Problem("unauthenticated", told, headers={"WWW-Authenticate": 'Bearer realm="neraca"'})


def origin(address: str) -> str:
    """What tries are counted by."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ip_network((found, _V6_NET), strict=False))
