"""Who is signed in to the pages, by the functions that alone may tell and end it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from psycopg import Connection
from psycopg_pool import ConnectionPool

from neraca.domain.page_session import IDLE, LONGEST
from neraca.store.pool import connection_for, fetch
from neraca.store.statements import statement

_LIMITS = {"idle": IDLE, "longest": LONGEST}


class PageSession(Struct, frozen=True):
    """One that holds. `seen_at` is to the minute."""

    person: str
    begun_at: datetime
    seen_at: datetime


def listed(pool: ConnectionPool[Connection], agency: str, now: datetime, most: int) -> Sequence[PageSession]:
    """The newest first."""
    params = {"agency": agency, "now": now, "most": most, **_LIMITS}
    with connection_for(pool, agency) as connection:
        return [PageSession(*row) for row in fetch(connection, agency, statement("session-list"), params)]


def end(pool: ConnectionPool[Connection], agency: str, person: str, by: str, now: datetime) -> int:
    """All of a person; how many there were."""
    params = {"agency": agency, "person": person, "by": by, "now": now, **_LIMITS}
    with connection_for(pool, agency) as connection:
        [(ended,)] = fetch(connection, agency, statement("session-end-all"), params)
    return ended
