"""What a client tells the supervisor it starts, and what it is told."""

from typing import Literal

import msgspec


class StartRequest(msgspec.Struct, frozen=True):
    home: str
    fsync: bool
    linger_seconds: int


class StartReply(msgspec.Struct, frozen=True):
    """`other`: a supervisor is there already. `failed`: `place`, `cause` and `remedy` say why."""

    outcome: Literal["ready", "other", "failed"]
    place: str = ""
    cause: str = ""
    remedy: str = ""
