"""Keys by which programs ask: what one is for, until which day, and how it is written.

A key is `neraca_<agency>_<id>_<secret>`. Its id may be told; its secret is known to who was given it, and to nobody
else. Whoever comes with it is an integrator of its agency, and is called `key:<program>` in what they do: no employee
and no office can be called so.
"""

import re
from datetime import date, timedelta
from hashlib import sha256

from msgspec import Struct

from neraca.domain.contexts import Actor
from neraca.domain.errors import Invalid
from neraca.domain.text_kinds import KEY, Key, fault
from neraca.domain.vocabulary import Role, Scope

PREFIX = "neraca_"
"""What every key begins with, and no other token: scanners for lost secrets find it by that."""

OF_A_KEY = "key:"
"""What the name of a program begins with in what it does."""

LONGEST = timedelta(days=366)
"""The time for which a key may hold: who is still there in a year makes another."""

MOST = 100
"""Keys of an agency that hold at the same time."""

_KEY = re.compile(rf"{PREFIX}([a-z][a-z0-9_-]{{0,63}})_([a-z2-7]{{12}})_([a-z2-7]{{26}})")
_ID = re.compile("[a-z2-7]{12}")


class KeyOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """A key that is asked for: of which program, for what, and the last day on which it holds."""

    program: Key
    scopes: frozenset[Scope]
    until: date


class SentKey(Struct, frozen=True):
    """A key as it came. `digest` is of its secret."""

    agency: str
    id: str
    digest: bytes


def require_issuable(order: KeyOrder, today: date) -> None:
    """Raises Invalid."""
    if (wrong := fault(KEY, order.program)) is not None:
        raise Invalid(f"/program: {wrong}", field="/program")
    if not today <= order.until <= today + LONGEST:
        last = today + LONGEST
        raise Invalid(f"/until: a key holds from today to {last} at most; {order.until} is outside", field="/until")


def written(agency: str, id_: str, secret: str) -> str:
    """The whole key, of an id of 12 and a secret of 26 letters and digits."""
    return f"{PREFIX}{agency}_{id_}_{secret}"


def digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return sha256(secret.encode()).digest()


def read(token: str) -> SentKey | None:
    """None for what is no key."""
    if (found := _KEY.fullmatch(token)) is None:
        return None
    agency, id_, secret = found.groups()
    return SentKey(agency, id_, digest(secret))


def is_id(text: str) -> bool:
    """Whether a key may have this id."""
    return _ID.fullmatch(text) is not None


def actor(agency: str, program: str, scopes: frozenset[Scope]) -> Actor:
    """Who comes with the key of a program."""
    return Actor(f"{OF_A_KEY}{program}", frozenset({Role.INTEGRATOR}), agency, scopes)
