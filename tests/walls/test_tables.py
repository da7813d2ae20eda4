"""Every table of every schema keeps agencies apart in the database itself, or stands here with the reason why not."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL, Identifier

from neraca.store.pool import open_connection

OPEN = {
    "ledger.migrations": "which files of ours were applied: of no agency; the application asks ledger.applied()",
    "door.key": "of the deployment, and not granted to the application: functions of the door alone use it",
    "read.projections": "which version the tables are of",
    "read.positions": "how far each projection is: numbers that ledger.positions() tells every follower",
}
"""Without row security."""

TO_THEIR_OWNER = {
    "ledger.agencies": "ledger.positions() and the register of agencies are asked of all",
    "ledger.heads": "ledger.positions() serves every follower at once",
}
"""With row security that their owner passes. Read models are like that too: the projector makes them."""

_TABLES = """
select n.nspname || '.' || c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner),
  (select count(*) from pg_policy p
   where p.polrelid = c.oid
     and position('neraca.agency' in coalesce(pg_get_expr(p.polqual, p.polrelid), '')) > 0),
  has_table_privilege('neraca_app', c.oid, 'select')
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
  and n.nspname !~ '^(pg_|information_schema$)'
order by 1
"""


@pytest.fixture
def connection(fixture_agency: Any) -> Iterator[Connection]:
    """Of a city that is lived and followed."""
    with psycopg.connect(fixture_agency.house.url) as connection:
        yield connection


def test_each_has_row_security_by_agency_or_a_reason(connection: Connection) -> None:
    tables = connection.execute(_TABLES).fetchall()

    assert len(tables) > 100
    assert {name for name, on, *_ in tables if not on} == OPEN.keys()
    assert {name for name, on, _, _, policies, _ in tables if on and not policies} == set()
    passed = {name for name, on, forced, *_ in tables if on and not forced and not name.startswith("read")}
    assert passed == TO_THEIR_OWNER.keys()
    assert {owner for name, _, _, owner, *_ in tables if name.startswith("read")} == {"neraca_projector"}


def test_the_application_owns_nothing_and_passes_no_row_security(connection: Connection) -> None:
    owned = connection.execute(
        "select oid::regclass::text from pg_class where relowner = 'neraca_app'::regrole"
        " union all select oid::regprocedure::text from pg_proc where proowner = 'neraca_app'::regrole"
    ).fetchall()
    rights = connection.execute(
        "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication from pg_roles"
        " where rolname in ('neraca_app', 'neraca_projector') order by 1"
    ).fetchall()
    member = connection.execute(
        "select rolname from pg_roles where pg_has_role('neraca_app', oid, 'member') and rolname <> 'neraca_app'"
    ).fetchall()

    assert owned == []
    assert rights == [("neraca_app", *[False] * 6), ("neraca_projector", *[False] * 6)]
    assert member == []


def test_who_names_no_agency_reads_no_row(connection: Connection, fixture_agency: Any) -> None:
    """And who names one reads rows of no other."""
    readable = [name for name, *_, granted in connection.execute(_TABLES).fetchall() if granted and name not in OPEN]
    columns = "select 1 from pg_attribute where attrelid = %s::regclass and attname = 'agency' and not attisdropped"
    told = 0
    with open_connection(fixture_agency.house.url) as application:
        for name in readable:
            count = SQL("select count(*), count(*) filter (where agency <> 'uji') from {}").format(
                Identifier(*name.split("."))
            )
            assert connection.execute(columns, (name,)).fetchone(), name
            assert application.execute(count).fetchone() == (0, 0), name
            with application.transaction():
                application.execute("set local neraca.agency = 'uji'")
                row = application.execute(count).fetchone()
            assert row is not None
            assert row[1] == 0, name
            told += row[0]
            with pytest.raises(InsufficientPrivilege), application.transaction():
                application.execute(
                    SQL("alter table {} disable row level security").format(Identifier(*name.split(".")))
                )
    assert len(readable) > 80
    assert told > 40
