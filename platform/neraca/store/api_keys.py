"""The keys of programs, by the functions that alone may touch them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import Connection
from psycopg_pool import ConnectionPool

from neraca.store.pool import Params, connection_for, fetch
from neraca.store.statements import statement


class StoredKey(Struct, frozen=True):
    """All that is known of a key but its secret. `ends_at` is the first instant at which it no longer holds; `used_at`
    is to the minute.
    """

    id: str
    program: str
    scopes: tuple[str, ...]
    issued_by: str
    issued_at: datetime
    ends_at: datetime
    used_at: datetime | None = None
    revoked_by: str | None = None
    revoked_at: datetime | None = None


class ApiKeys:
    """Of a database."""

    def __init__(self, pool: ConnectionPool[Connection]) -> None:
        self._pool = pool

    def issue(self, agency: str, key: StoredKey, digest: bytes, most: int) -> bool:
        """False where so many hold already."""
        params = {
            "agency": agency, "id": key.id, "digest": digest, "program": key.program, "scopes": [*key.scopes],
            "by": key.issued_by, "now": key.issued_at, "ends": key.ends_at, "most": most,
        }  # fmt: skip
        [(issued,)] = self._fetch(agency, "key-issue", params)
        return issued

    def revoke(self, agency: str, id_: str, by: str, now: datetime) -> datetime | None:
        """When it was revoked, now or before; None where there is no such key."""
        [(at,)] = self._fetch(agency, "key-revoke", {"agency": agency, "id": id_, "by": by, "now": now})
        return at

    def listed(self, agency: str, most: int) -> Sequence[StoredKey]:
        """The newest first."""
        rows = self._fetch(agency, "key-list", {"agency": agency, "most": most})
        return [StoredKey(id_, program, tuple(scopes), *more) for id_, program, scopes, *more in rows]

    def _fetch(self, agency: str, name: str, params: Params) -> list[tuple[Any, ...]]:
        with connection_for(self._pool, agency) as connection:
            return fetch(connection, agency, statement(name), params)
