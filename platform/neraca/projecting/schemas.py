"""Where read models live: a schema for each, made, filled beside the old one, and put in its place."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import LiteralString, cast

import psycopg
from psycopg import Connection
from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Identifier

from neraca.projecting.errors import WrongTable
from neraca.projecting.projection import Projection
from neraca.projecting.statements import statement
from neraca.projecting.tables import register, stored


@contextmanager
def builder(url: str) -> Generator[Connection]:
    """A connection of the user who may create schemas in the database, not of the projector."""
    with psycopg.connect(url, autocommit=True, options="-c timezone=UTC") as connection:
        register(connection)
        with connection.transaction():
            # «Create if not exists» of two sessions at once can still fail, on the unique index of the catalogue.
            connection.execute("select pg_advisory_xact_lock(hashtextextended('neraca places', 0))")
            connection.execute("set local role neraca_projector")
            connection.execute(statement("schemas"))
        yield connection


def digests(connection: Connection) -> dict[str, str]:
    """Of every projection that has tables."""
    return dict(connection.execute("select projection, digest from read.projections").fetchall())


def make(connection: Connection, projection: Projection, place: str) -> None:
    """Empty tables, which the application may read one agency at a time. Raises WrongTable if rows do not fit them."""
    with connection.transaction():
        connection.execute(SQL("create schema {} authorization neraca_projector").format(Identifier(place)))
        connection.execute("set local role neraca_projector")
        # So that the file of a projection names its tables without a schema, whichever it is made in.
        connection.execute(SQL("set local search_path = {}").format(Identifier(place)))
        connection.execute(cast(LiteralString, projection.ddl))
        connection.execute("set local search_path = pg_catalog")
        connection.execute(SQL("grant usage on schema {} to neraca_app").format(Identifier(place)))
        for table in projection.tables:
            if connection.execute("select to_regclass(%s)", (f'"{place}"."{table.name}"',)).fetchone() == (None,):
                raise WrongTable(f"projection {projection.name}: table.sql does not create {table.name}")
            name = Identifier(place, table.name)
            connection.execute(SQL(statement("secure")).format(table=name))
            if not table.private:
                connection.execute(SQL("grant select on {} to neraca_app").format(name))
        stored(connection, projection, place)


def remove(connection: Connection, place: str, *, patiently: bool = True) -> bool:
    """Not `patiently`: leaves it for later if readers hold on to it."""
    with connection.transaction():
        if not patiently:
            connection.execute("set local lock_timeout = '2s'")
        try:
            with connection.transaction():
                connection.execute(SQL("drop schema if exists {} cascade").format(Identifier(place)))
        except LockNotAvailable:
            return False
    return True


def exists(connection: Connection, place: str) -> bool:
    return connection.execute("select to_regnamespace(%s)", (f'"{place}"',)).fetchone() != (None,)


def rename(connection: Connection, place: str, name: str) -> None:
    connection.execute(SQL("alter schema {} rename to {}").format(Identifier(place), Identifier(name)))


def by_size(connection: Connection, place: str) -> list[str]:
    """The tables of a schema, the largest first."""
    rows = connection.execute(statement("tables-by-size"), (place,)).fetchall()
    return [name for (name,) in rows]


def analyze(connection: Connection, place: str, table: str) -> None:
    """Tells the planner what is in a table that has just been filled."""
    connection.execute(SQL("analyze {}").format(Identifier(place, table)))
