"""Keys of programs: made, listed and revoked by the administrators of an agency.

Who made and who revoked a key is kept for ever beside it. A key itself is told once, to who made it.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from neraca.domain import api_key
from neraca.domain.agency import Agency
from neraca.domain.api_key import KeyOrder
from neraca.domain.authorisation import keeps_keys
from neraca.domain.contexts import Actor
from neraca.domain.errors import Conflict, NotFound
from neraca.domain.text_kinds import shown
from neraca.service.public_door import secret
from neraca.store.api_keys import ApiKeys, StoredKey
from neraca.store.pool import open_pool

MOST_LISTED = 1_000


class IssuedKey(Struct, frozen=True):
    """`key` is told here alone: send it as Authorization: Bearer <key>. `until` is the last day on which it holds."""

    id: str
    key: str
    program: str
    scopes: tuple[str, ...]
    until: date


def issue(url: str, agency: Agency, actor: Actor, order: KeyOrder, now: datetime) -> IssuedKey:
    """Raises NotAllowed, Invalid, and Conflict where the agency has as many as it may."""
    keeps_keys(actor, agency.id)
    zone = ZoneInfo(agency.time_zone)
    api_key.require_issuable(order, now.astimezone(zone).date())
    id_, hidden = secret()[:12], secret()
    ends = datetime.combine(order.until + timedelta(days=1), time(), zone).astimezone(UTC)
    key = StoredKey(id_, order.program, tuple(sorted(order.scopes)), actor.id, now, ends)
    with open_pool(url, largest=1) as pool:
        if not ApiKeys(pool).issue(agency.id, key, api_key.digest(hidden), api_key.MOST):
            raise Conflict(f"{agency.id} has {api_key.MOST} keys that hold; revoke one that is no longer used")
    return IssuedKey(id_, api_key.written(agency.id, id_, hidden), key.program, key.scopes, order.until)


def revoke(url: str, agency: Agency, actor: Actor, id_: str, now: datetime) -> datetime:
    """When it was revoked: now, or before. Raises NotAllowed, NotFound."""
    keeps_keys(actor, agency.id)
    if api_key.is_id(id_):
        with open_pool(url, largest=1) as pool:
            if (at := ApiKeys(pool).revoke(agency.id, id_, actor.id, now)) is not None:
                return at
    raise NotFound(f"{agency.id} has no key {shown(id_)}; `neraca key list` tells those there are")


def listed(url: str, agency: Agency, actor: Actor) -> Sequence[StoredKey]:
    """The newest first. Raises NotAllowed."""
    keeps_keys(actor, agency.id)
    with open_pool(url, largest=1) as pool:
        return ApiKeys(pool).listed(agency.id, MOST_LISTED)
