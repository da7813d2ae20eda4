"""The machine's own connections."""

from psycopg import Connection

from neraca.projecting.tables import register
from neraca.store.pool import open_connection


def projector(url: str) -> Connection:
    """As the projector, in autocommit. No commit waits for the disk: one that is lost takes its position along."""
    connection = open_connection(url, role="neraca_projector")
    register(connection)
    connection.execute("set synchronous_commit = off")
    return connection
