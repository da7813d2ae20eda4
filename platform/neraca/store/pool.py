"""Connections that may do only what their role may, and the transaction that names its agency."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, LiteralString

from psycopg import Connection, connect
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from neraca.store.arrays import register_arrays

Role = Literal["neraca_app", "neraca_projector"]
Params = Sequence[Any] | Mapping[str, Any]

_TIMEOUT = timedelta(seconds=10)


def open_pool(
    url: str, *, role: Role = "neraca_app", smallest: int = 1, largest: int = 8, timeout: timedelta = _TIMEOUT
) -> ConnectionPool[Connection]:
    """Not yet connected when it returns; close it, or use it as a context. `timeout`: longest wait for one."""
    return ConnectionPool(
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


def open_connection(url: str, *, role: Role = "neraca_app") -> Connection:
    """A single one, in autocommit."""
    connection = connect(url, autocommit=True, options=connection_options(url, role))
    register_arrays(connection)
    return connection


def fetch(connection: Connection, agency: str, query: LiteralString, params: Params = ()) -> list[tuple[Any, ...]]:
    """One statement, so one snapshot, in a transaction that sees the rows of this agency. One round trip."""
    # The setting ends with the transaction, so no connection of the pool carries one agency's name to the next.
    with connection.pipeline():
        connection.execute("begin")
        connection.execute("select set_config('neraca.agency', %s, true)", (agency,), prepare=True)
        cursor = connection.cursor(binary=True).execute(query, params, prepare=True)
        connection.execute("commit")
        return cursor.fetchall()


def connection_options(url: str, role: Role) -> str:
    given = str(conninfo_to_dict(url).get("options") or "")
    # As start-up options: no statement runs with the rights of the user who connects, and RESET ROLE leads back here.
    return f"{given} -c role={role} -c timezone=UTC".strip()
