"""Connections that may do only what their role may, and the transaction that names its agency."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Literal, LiteralString

from psycopg import Connection, connect
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from neraca.store.arrays import register_arrays
from neraca.store.shares import Shares

Role = Literal["neraca_app", "neraca_projector"]
Params = Sequence[Any] | Mapping[str, Any]

_TIMEOUT = timedelta(seconds=10)


class AgencyPool(ConnectionPool[Connection]):
    """Its connections are shared out between agencies."""

    def __init__(self, url: str, *, smallest: int, largest: int, timeout: timedelta, role: Role) -> None:
        # Before the pool opens itself, and may be asked.
        self.shares = Shares(largest)
        self.patience = timeout
        super().__init__(
            url,
            # Autocommit: an append is then one command to the server, and no idle connection keeps a transaction open.
            kwargs={"autocommit": True, "options": connection_options(url, role)},
            configure=register_arrays,
            min_size=smallest,
            max_size=largest,
            timeout=timeout.total_seconds(),
            open=True,
            name=role,
        )


def open_pool(
    url: str, *, role: Role = "neraca_app", smallest: int = 1, largest: int = 8, timeout: timedelta = _TIMEOUT
) -> AgencyPool:
    """Not yet connected when it returns; close it, or use it as a context. `timeout`: longest wait for one."""
    return AgencyPool(url, smallest=smallest, largest=largest, timeout=timeout, role=role)


@contextmanager
def connection_for(pool: ConnectionPool[Connection], agency: str) -> Generator[Connection]:
    """One of the agency's share, where the pool has shares. Raises AgencyBusy, and PoolTimeout."""
    if not isinstance(pool, AgencyPool):
        with pool.connection() as connection:
            yield connection
        return
    # Not another context within this one: each takes as long as all the rest here.
    pool.shares.enter(agency, pool.patience)
    try:
        with pool.connection() as connection:
            yield connection
    finally:
        pool.shares.leave(agency)


def open_connection(url: str, *, role: Role = "neraca_app") -> Connection:
    """A single one, in autocommit."""
    connection = connect(url, autocommit=True, options=connection_options(url, role))
    register_arrays(connection)
    return connection


def fetch(
    connection: Connection, agency: str, query: LiteralString, params: Params = (), *, keep_plan: bool = True
) -> list[tuple[Any, ...]]:
    """One statement, so one snapshot, in a transaction that sees the rows of this agency. One round trip.

    A kept plan spares planning, and is soon one for any parameters: not for what reads more or less of a whole agency.
    """
    # The setting ends with the transaction, so no connection of the pool carries one agency's name to the next.
    with connection.pipeline():
        connection.execute("begin")
        connection.execute("select set_config('neraca.agency', %s, true)", (agency,), prepare=True)
        cursor = connection.cursor(binary=True).execute(query, params, prepare=keep_plan)
        connection.execute("commit")
        return cursor.fetchall()


def connection_options(url: str, role: Role) -> str:
    given = str(conninfo_to_dict(url).get("options") or "")
    # As start-up options: no statement runs with the rights of the user who connects, and RESET ROLE leads back here.
    # To compile a statement takes longer than any that is asked here, and what is counted of a city fits in memory; an
    # operator who sees it otherwise has the say.
    return " ".join(("-c jit=off -c work_mem=16MB", *([given] if given else []), f"-c role={role} -c timezone=UTC"))
