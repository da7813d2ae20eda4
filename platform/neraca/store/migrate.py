"""Brings a database to what this program expects: roles, lasting tables, functions, agencies. Forward only."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import LiteralString, cast

from psycopg import Connection, connect
from psycopg.errors import CheckViolation, InsufficientPrivilege, UndefinedFunction

from neraca.store.errors import ChangedMigration, MigrationError, NewerDatabase, OwnerNeeded
from neraca.store.statements import migrations, statement

_LOCK = 0x6E65726163610001
"""Any constant will do, as long as it stays: two migrations of one database exclude each other by it."""


def migrate(url: str, agencies: Iterable[str] = (), *, files: Mapping[str, bytes] | None = None) -> list[str]:
    """Names of the files applied now. `files` stands in for those of this program, by name in order.

    Safe to repeat and safe when two run at once. The connecting user must be able to create roles, or find
    `neraca_app` and `neraca_projector` granted to it already. One who does not own what is there changes nothing:
    raises OwnerNeeded where something is to be done.
    """
    with connect(url, autocommit=True) as connection:
        if _belongs_to_others(connection):
            _require_done(connection, migrations() if files is None else files, set(agencies))
            return []
        connection.execute(statement("roles"))
        # One transaction for all files: one that fails leaves the database as the last program knew it.
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
            applied = _apply(connection, migrations() if files is None else files)
            _register(connection, sorted(set(agencies)))
    return applied


def _belongs_to_others(connection: Connection) -> bool:
    """Whether there is a log that whoever connects does not own."""
    return connection.execute(statement("foreign-owner")).fetchone() is not None


def _require_done(connection: Connection, files: Mapping[str, bytes], agencies: set[str]) -> None:
    try:
        done: dict[str, bytes] = dict(connection.execute("select name, sha256 from ledger.applied()").fetchall())
    except (UndefinedFunction, InsufficientPrivilege):
        raise OwnerNeeded("migrations of this program") from None
    _require_known(done, files)
    if lacking := [f"migration {name}" for name in files if name not in done]:
        raise OwnerNeeded(lacking[0])
    registered = {agency for (agency,) in connection.execute("select agency from ledger.positions()").fetchall()}
    if lacking := [f"the agency {agency}" for agency in sorted(agencies - registered)]:
        raise OwnerNeeded(lacking[0])


def _apply(connection: Connection, files: Mapping[str, bytes]) -> list[str]:
    connection.execute(statement("registry"))
    done: dict[str, bytes] = dict(connection.execute("select name, sha256 from ledger.migrations").fetchall())
    _require_known(done, files)
    wanted = [name for name in files if name not in done]
    for name in wanted:
        if done and name < max(done):
            raise MigrationError(f"sql/{name} comes before {max(done)}, which is applied; give it a later number")
        connection.execute(cast(LiteralString, files[name].decode()))
        connection.execute(
            "insert into ledger.migrations (name, sha256) values (%s, %s)", (name, sha256(files[name]).digest())
        )
    return wanted


def _require_known(done: Mapping[str, bytes], files: Mapping[str, bytes]) -> None:
    for name in done.keys() - files.keys():
        raise NewerDatabase(f"the database has migration {name}, which this program does not know; run a newer program")
    for name, digest in done.items():
        if sha256(files[name]).digest() != digest:
            raise ChangedMigration(
                f"sql/{name} was changed after it was applied; restore it and add a new file instead"
            )


def _register(connection: Connection, agencies: list[str]) -> None:
    try:
        connection.execute(statement("register"), {"agencies": agencies})
    except CheckViolation as refused:
        raise MigrationError(
            f"agencies {agencies}: an id is 1 to 63 of a-z, 0-9 and '-', and starts with a letter or digit"
        ) from refused
