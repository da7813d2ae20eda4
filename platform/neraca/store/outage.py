"""Which errors of a database pass: it is away, starting, stopping, overloaded or full, and nobody asked wrongly."""

from psycopg import Error, InterfaceError, OperationalError
from psycopg.errors import DiskFull, ReadOnlySqlTransaction

_PASSING = frozenset({"08", "40", "53", "55", "57", "58"})
"""Classes of SQLSTATE: connection, rolled back, resources, not ready, intervention, system."""


def passing(error: BaseException) -> bool:
    """The same statement may do later, perhaps on another connection."""
    if not isinstance(error, Error):
        return isinstance(error, TimeoutError)
    if error.sqlstate is None:
        return isinstance(error, OperationalError | InterfaceError)
    return error.sqlstate[:2] in _PASSING or isinstance(error, ReadOnlySqlTransaction)


def full(error: BaseException) -> bool:
    return isinstance(error, DiskFull)
