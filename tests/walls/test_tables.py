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

OF_ALL = {
    "ledger.positions": "numbers alone: what every follower compares with its own",
    "ledger.applied": "names of our files: whether the database is what the program expects",
    "door.digest": "a hash of what it is given, over a key that no agency has",
    "read.troubles": "numbers alone: the health of the deployment",
    "webhook.due": "which subscriptions have something to be sent, by their ids; what is sent is read of one agency",
}
"""Functions with the rights of their owner that are asked of no agency."""

OPEN_TO_THEIR_OWNER = {("webhook.subscription", "what_is_due"), ("webhook.dead_letter", "what_is_due")}
"""Policies that name no agency: for the function `webhook.due` alone."""

_POLICIES = """
select p.polrelid::regclass::text, p.polname::text, p.polcmd = 'r', p.polroles = array[c.relowner]
from pg_policy p
join pg_class c on c.oid = p.polrelid
where p.polpermissive
  and (
    position('neraca.agency' in coalesce(pg_get_expr(p.polqual, p.polrelid), '')) = 0
    or position('neraca.agency' in coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'neraca.agency')) = 0
  )
"""

_FUNCTIONS = """
select n.nspname || '.' || p.proname, p.proargnames[1],
  position('door.own(p_agency)' in p.prosrc) + position('current_setting(''neraca.agency'', true)' in p.prosrc) > 0,
  'search_path=pg_catalog, pg_temp' = any (p.proconfig), has_function_privilege('public', p.oid, 'execute')
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where p.prosecdef
  and n.nspname !~ '^(pg_|information_schema$)'
"""

_BESIDE_TABLES = """
select n.nspname || '.' || c.relname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname !~ '^(pg_|information_schema$)'
  and (
    c.relkind in ('v', 'm', 'f')
    or c.relkind in ('r', 'p') and has_table_privilege('neraca_app', c.oid, 'truncate, references, trigger')
  )
"""
"""What reads with the rights of its owner, and rights that row security does not look at."""

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


def test_no_policy_opens_what_another_closes(connection: Connection) -> None:
    found = connection.execute(_POLICIES).fetchall()

    assert {(table, policy) for table, policy, *_ in found} == OPEN_TO_THEIR_OWNER
    assert {(reads, owner) for _, _, reads, owner in found} == {(True, True)}


def test_a_function_with_the_rights_of_its_owner_is_asked_of_the_agency_that_is_named(connection: Connection) -> None:
    found = connection.execute(_FUNCTIONS).fetchall()

    assert {name for name, first, own, *_ in found if not (first == "p_agency" and own)} == OF_ALL.keys()
    assert {name for name, _, _, pinned, anybody in found if anybody or not pinned} == set()
    assert len(found) > 20


def test_nothing_else_goes_round_row_security(connection: Connection) -> None:
    assert connection.execute(_BESIDE_TABLES).fetchall() == []


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
