"""The machine's own connections, and whose fault an error is: the database's, which will pass, or an event's."""

from psycopg import Connection, DataError, Error

from neraca.projecting.errors import PoisonEvent, ProjectingError
from neraca.projecting.tables import register
from neraca.store.pool import open_connection


def connect_projector(url: str) -> Connection:
    """As the projector, in autocommit. No commit waits for the disk: one that is lost takes its position along."""
    connection = open_connection(url, role="neraca_projector")
    register(connection)
    connection.execute("set synchronous_commit = off")
    return connection


_OF_ITS_VALUES = frozenset({"22", "23", "54"})
"""Classes of SQLSTATE: a value that cannot be held, a constraint, a limit such as the size of an index row."""


def blames_the_event(error: Exception) -> bool:
    """What it brings cannot be held: the same will happen however often it is tried."""
    if isinstance(error, PoisonEvent):
        return True
    if isinstance(error, Error):
        # Raised by psycopg before anything was sent: a value that it cannot even write.
        if error.sqlstate is None:
            return isinstance(error, DataError)
        return error.sqlstate[:2] in _OF_ITS_VALUES
    # What else a fold raises comes of the event it was given: without clock, file or database there is nothing else.
    return not isinstance(error, ProjectingError | OSError | MemoryError)
