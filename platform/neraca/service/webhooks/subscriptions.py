"""Subscriptions of webhooks, for those who make, look at and end them.

What is sent is the log as an integrator reads it, without raters and amounts: a subscription outlasts what its owner
may read today.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Any
from uuid import UUID, uuid4

from msgspec import Struct

from neraca.domain.errors import Conflict, Invalid, NotFound
from neraca.domain.rater_privacy import WITHHELD_EVENTS
from neraca.domain.registry import EVENTS
from neraca.domain.text_kinds import shown
from neraca.service.statements import statement
from neraca.service.webhooks import signature
from neraca.service.webhooks.targets import target
from neraca.store.pool import fetch, open_connection

MOST = 20
"""Subscriptions of an agency: each has every event sent once more."""

BOTH = timedelta(days=1)
"""For which messages are signed by a secret that another one follows, too."""

OPERATOR = "neraca:operator"
"""Whose those are that were made on the command line. No token has this name."""

TYPES = frozenset(EVENTS) - WITHHELD_EVENTS
"""What may be asked for by type; by others it could be counted what is withheld."""


class Webhook(Struct, frozen=True):
    """`position` is the last event delivered or given up; `attempts` failed for the next one, which is tried again at
    `next_at`; `types` None is all. `dead` events were given up.
    """

    id: UUID
    owner: str
    url: str
    types: tuple[str, ...] | None
    made_at: datetime
    position: int
    attempts: int
    next_at: datetime | None
    trouble: str | None
    disabled_at: datetime | None
    dead: int


class MadeWebhook(Struct, frozen=True):
    """`secret` is told here and nowhere again. What comes after `position` is sent."""

    id: UUID
    position: int
    secret: str


class RotatedSecret(Struct, frozen=True):
    """`secret` is told here and nowhere again; until then the one before it signs as well."""

    id: UUID
    secret: str
    former_until: datetime


class DeadLetter(Struct, frozen=True):
    """An event that was given up; `again` where it is wanted once more."""

    position: int
    reason: str
    died_at: datetime
    again: bool


class Webhooks:
    """Of a database. `anywhere` allows plain HTTP. With an `owner` there are only theirs."""

    def __init__(self, url: str, *, anywhere: bool, owner: str | None = None) -> None:
        self._url = url
        self._anywhere = anywhere
        self._owner = owner

    def add(
        self, agency: str, url: str, types: Sequence[str] | None, now: datetime, *, after: int | None = None
    ) -> MadeWebhook:
        """Begins after that position, else with what comes from now on. Raises Refusal."""
        found = target(url)
        if found is None:
            raise Invalid(f"{shown(url)} is no receiver's address; write one such as https://host/path", field="/url")
        if not found.tls and not self._anywhere:
            raise Invalid(f"{shown(url)} is plain HTTP; write an address that begins with https:", field="/url")
        for nth, one in enumerate(types or ()):
            if one not in TYPES:
                raise Invalid(f"no type of event {shown(one)} is sent; leave types out for all", field=f"/types/{nth}")
        id_, secret = uuid4(), token_bytes(32)
        made = self._asked(
            agency,
            "webhook-add",
            id=id_,
            url=url,
            types=sorted({*types}) if types else None,
            secret=secret,
            now=now,
            after=after,
            most=MOST,
            owner=self._owner or OPERATOR,
        )
        if not made:
            if len(Webhooks(self._url, anywhere=True).all_of(agency)) >= MOST:
                raise Conflict(f"{agency} has {MOST} webhooks, which is the most; remove one first")
            raise Invalid(f"the log of {agency} ends before {after}; name a position that is there", field="/after")
        return MadeWebhook(id_, made[0][0], signature.told(secret))

    def all_of(self, agency: str) -> list[Webhook]:
        rows = self._asked(agency, "webhook-list", owner=self._owner)
        return [
            Webhook(id_, owner, url, None if types is None else tuple(types), *rest)
            for id_, owner, url, types, *rest in rows
        ]

    def rotate(self, agency: str, id_: UUID, now: datetime) -> RotatedSecret:
        """Signs by a new secret from now on, and by the one before it for a while. Raises NotFound."""
        secret, until = token_bytes(32), now + BOTH
        if not self._asked(agency, "webhook-rotate", id=id_, owner=self._owner, secret=secret, until=until):
            raise self._unknown(id_)
        return RotatedSecret(id_, signature.told(secret), until)

    def remove(self, agency: str, id_: UUID) -> None:
        """Raises NotFound."""
        if not self._asked(agency, "webhook-remove", id=id_, owner=self._owner):
            raise self._unknown(id_)

    def dead(self, agency: str, id_: UUID, *, after: int = 0, limit: int = 100) -> list[DeadLetter]:
        """Those after a position. Raises NotFound."""
        self._require(agency, id_)
        return [DeadLetter(*row) for row in self._asked(agency, "webhook-dead", id=id_, after=after, limit=limit)]

    def redeliver(self, agency: str, id_: UUID, *, after: int | None = None) -> int:
        """Sends everything after a position again, else what was given up; from which position. Raises Refusal."""
        there = self._require(agency, id_)
        if after is not None and after > there.position:
            raise Invalid(f"{after} is after {there.position}, which it has; name one before", field="/after")
        return self._asked(agency, "webhook-redeliver", id=id_, after=after)[0][0]

    def _require(self, agency: str, id_: UUID) -> Webhook:
        for one in self.all_of(agency):
            if one.id == id_:
                return one
        raise self._unknown(id_)

    def _unknown(self, id_: UUID) -> NotFound:
        return NotFound(f"no webhook {id_} of yours; list them to see which there are")

    def _asked(self, agency: str, name: str, **params: Any) -> list[tuple[Any, ...]]:
        with open_connection(self._url) as connection:
            return fetch(connection, agency, statement(name), {"agency": agency, **params})
