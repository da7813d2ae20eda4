"""An error that passes is waited out; one that does not is told at once."""

import psycopg
import pytest
from psycopg import errors
from psycopg_pool import PoolTimeout

from neraca.store.outage import full, passing

PASS = (
    errors.ConnectionFailure,  # 08
    errors.SerializationFailure,  # 40
    errors.DeadlockDetected,
    errors.DiskFull,  # 53
    errors.TooManyConnections,
    errors.LockNotAvailable,  # 55
    errors.AdminShutdown,  # 57
    errors.CannotConnectNow,
    errors.IoError,  # 58
    errors.ReadOnlySqlTransaction,  # 25, as of a server that is only a copy for the moment
    psycopg.OperationalError,  # no state: the connection itself
    psycopg.InterfaceError,
    PoolTimeout,
    TimeoutError,
)

STAY = (
    errors.UniqueViolation,
    errors.InsufficientPrivilege,
    errors.SyntaxError,
    errors.InvalidTextRepresentation,
    errors.ActiveSqlTransaction,  # 25 too
    psycopg.ProgrammingError,
    psycopg.DataError,
    OSError,
    ValueError,
)


@pytest.mark.parametrize("kind", PASS)
def test_what_passes(kind: type[Exception]) -> None:
    assert passing(kind("x")) is True


@pytest.mark.parametrize("kind", STAY)
def test_what_does_not(kind: type[Exception]) -> None:
    assert passing(kind("x")) is False


def test_a_full_disk_is_told_apart() -> None:
    assert [full(kind()) for kind in (errors.DiskFull, errors.OutOfMemory, errors.AdminShutdown, OSError)] == [
        True,
        False,
        False,
        False,
    ]
