"""The machine's own connections, and which of their errors will pass."""

from psycopg import Connection, Error

from neraca.projecting.tables import register
from neraca.store.pool import open_connection


def projector(url: str) -> Connection:
    """As the projector, in autocommit. No commit waits for the disk: one that is lost takes its position along."""
    connection = open_connection(url, role="neraca_projector")
    register(connection)
    connection.execute("set synchronous_commit = off")
    return connection


_PASSING = frozenset({"08", "40", "53", "55", "57", "58"})
"""Classes of SQLSTATE: connection, rolled back, resources, not ready, intervention, system."""


def passing(error: Error) -> bool:
    """Not the fault of an event: the same statement may do later, perhaps on another connection."""
    return error.sqlstate is None or error.sqlstate[:2] in _PASSING
