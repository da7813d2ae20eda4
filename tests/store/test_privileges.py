"""Role by role: what may be done to the ledger, and above all what may not."""

from collections.abc import Callable, Iterator
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import Connection
from psycopg.errors import InsufficientPrivilege
from psycopg.sql import SQL

from neraca.store.ledger import Append, Idempotency, Ledger
from neraca.store.pool import Role, open_connection

StoreEvent = Callable[..., StoredEvent]

SEVERAL = """
select outcome
from ledger.append(%s, '{1}', array[gen_random_uuid()], '{1}', '{t}', '{x}', '{null}', '{null}')
"""
ONE = """
select outcome
from ledger.append_one(%s, gen_random_uuid(), 1, 't', 'x', null, null)
"""
UNLESS = """
select outcome
from ledger.append_unless(%s, array[gen_random_uuid()], '{1}', '{t}', '{x}', null, null, 0, '{none}')
"""
both_ways = pytest.mark.parametrize("append", [SEVERAL, ONE, UNLESS], ids=["several", "one", "unless"])

TABLES: tuple[LiteralString, ...] = ("agencies", "heads", "events", "requests", "migrations")

ON_EVERY_TABLE: tuple[LiteralString, ...] = (
    "delete from ledger.{}",
    "truncate ledger.{}",
    "drop table ledger.{}",
    "lock table ledger.{} in exclusive mode",
    "alter table ledger.{} add column x int",
    "alter table ledger.{} disable row level security",
    "create index on ledger.{} ((1))",
)

FORBIDDEN: tuple[LiteralString, ...] = (
    "update ledger.agencies set agency = agency",
    "update ledger.heads set position = position",
    "update ledger.events set data = data",
    "update ledger.requests set key = key",
    "update ledger.migrations set name = name",
    "insert into ledger.agencies (agency) values ('x')",
    "insert into ledger.heads (agency) values ('x')",
    "insert into ledger.events values ('bandung', 9, gen_random_uuid(), 1, 't', 'x', now())",
    "insert into ledger.requests values ('bandung', 'k', 'x', 1, 1, now())",
    "alter table ledger.events no force row level security",
    "drop policy own_agency on ledger.events",
    "create policy all_of_it on ledger.events using (true)",
    "create rule nothing as on insert to ledger.events do instead nothing",
    "create table ledger.mine (x int)",
    "alter function ledger.positions() security invoker",
    "drop function ledger.positions()",
    "alter function ledger.append_one owner to neraca_app",
    "alter function ledger.append_unless owner to neraca_app",
    'create or replace function ledger.positions() returns table (agency text, "position" bigint)'
    " language sql as 'select null::text, 0::bigint'",
    "create function ledger.mine() returns int language sql as 'select 1'",
    "drop schema ledger",
    "select from ledger.migrations",
)


@pytest.fixture(params=["neraca_app", "neraca_projector"])
def role(request: pytest.FixtureRequest) -> Role:
    return request.param


@pytest.fixture
def connection(url: str, ledger: Ledger, event: StoreEvent, role: Role) -> Iterator[Connection]:
    for agency in ("bandung", "surabaya"):
        ledger.append(agency, Append([event(uuid4())], Idempotency("k", b"hash")))
    with open_connection(url, role=role) as connection:
        yield connection


@pytest.mark.parametrize("agency", ["bandung", None])
def test_nothing_stored_can_be_changed(connection: Connection, agency: str | None) -> None:
    everywhere = [SQL(each).format(SQL(table)) for each in ON_EVERY_TABLE for table in TABLES]
    for forbidden in (*map(SQL, FORBIDDEN), *everywhere):
        with connection.transaction(force_rollback=True):
            if agency:
                connection.execute("set local neraca.agency = 'bandung'")
            with pytest.raises(InsufficientPrivilege), connection.transaction():
                connection.execute(forbidden)


def test_only_the_named_agency_is_seen(connection: Connection, role: Role) -> None:
    tables: tuple[LiteralString, ...] = ("agencies", "heads", "events", *(["requests"] if role == "neraca_app" else []))
    for table in tables:
        seen = SQL("select agency from ledger.{}").format(SQL(table))
        with connection.transaction():
            connection.execute("set local neraca.agency = 'bandung'")
            assert connection.execute(seen).fetchall() == [("bandung",)]
        assert connection.execute(seen).fetchall() == []


def test_positions_of_all_agencies_are_seen_by_all(connection: Connection) -> None:
    positions = connection.execute("select agency, position from ledger.positions()").fetchall()

    assert sorted(positions) == [("bandung", 1), ("surabaya", 1)]


@both_ways
@pytest.mark.parametrize("role", ["neraca_app"], indirect=True)
def test_the_application_appends_only_for_the_agency_it_named(connection: Connection, append: LiteralString) -> None:
    with connection.transaction():
        connection.execute("set local neraca.agency = 'bandung'")
        assert connection.execute(append, ("bandung",)).fetchone() == ("stored",)

        with pytest.raises(InsufficientPrivilege, match="for agency bandung, not surabaya"), connection.transaction():
            connection.execute(append, ("surabaya",))

    with pytest.raises(InsufficientPrivilege):
        connection.execute(append, ("bandung",))


@both_ways
@pytest.mark.parametrize("role", ["neraca_projector"], indirect=True)
def test_a_projector_cannot_append_but_owns_its_tables(connection: Connection, append: LiteralString, url: str) -> None:
    with pytest.raises(InsufficientPrivilege, match="permission denied for function append"):
        connection.execute(append, ("bandung",))

    connection.execute("create table read.scores (score int)")
    connection.execute("insert into read.scores values (1)")

    with open_connection(url) as application:
        assert application.execute("select score from read.scores").fetchall() == [(1,)]
        for forbidden in ("insert into read.scores values (2)", "drop table read.scores", "create table read.x ()"):
            with pytest.raises(InsufficientPrivilege):
                application.execute(SQL(forbidden))


@both_ways
@pytest.mark.parametrize("role", ["neraca_app"], indirect=True)
def test_a_look_alike_in_the_temporary_schema_fools_nobody(connection: Connection, append: LiteralString) -> None:
    with connection.transaction(force_rollback=True):
        connection.execute("set local neraca.agency = 'bandung'")
        connection.execute("create temporary table heads (agency text, position bigint, recorded_at timestamptz)")
        connection.execute("create function pg_temp.clock_timestamp() returns int language sql as 'select 1'")
        connection.execute("set local search_path = pg_temp, ledger, public")

        assert connection.execute(append, ("bandung",)).fetchone() == ("stored",)
        assert connection.execute("select position from ledger.heads").fetchone() == (2,)


KEPT: tuple[LiteralString, ...] = (
    "api_key",
    "revocation",
    "last_use",
    "wrong_key",
    "recorded_read",
    "session",
    "export",
    "export_piece",
)


def test_keys_of_programs_are_reached_by_functions_alone(connection: Connection, role: Role) -> None:
    for table in KEPT:
        for forbidden in ("select from access.{}", "delete from access.{}", "insert into access.{} default values"):
            with connection.transaction(force_rollback=True):
                connection.execute("set local neraca.agency = 'bandung'")
                with pytest.raises(InsufficientPrivilege), connection.transaction():
                    connection.execute(SQL(forbidden).format(SQL(table)))
    if role == "neraca_projector":
        with pytest.raises(InsufficientPrivilege):
            connection.execute("select access.keys('bandung', 1)")


ADMIT = "select outcome from access.admit(%s, 'x', 'x', 'here', now(), 5)"
REVOKE = "select access.revoke(%s, 'x', 'me', now())"
ISSUE = "select access.issue(%s, 'x', sha256('x'), 'p', '{log}', 'me', now(), now() + interval '1 day', 5)"


@pytest.mark.parametrize("role", ["neraca_app"], indirect=True)
def test_keys_are_those_of_the_agency_that_was_named(connection: Connection) -> None:
    for called in (ISSUE, ADMIT, REVOKE):
        with connection.transaction():
            connection.execute("set local neraca.agency = 'bandung'")
            with pytest.raises(InsufficientPrivilege, match="not surabaya"), connection.transaction():
                connection.execute(called, ("surabaya",))
    with connection.transaction():
        connection.execute("set local neraca.agency = 'bandung'")
        assert connection.execute(ISSUE, ("bandung",)).fetchone() == (True,)
        assert len(connection.execute("select access.keys('bandung', 9)").fetchall()) == 1
        assert connection.execute("select access.keys('surabaya', 9)").fetchall() == []
    with connection.transaction():
        connection.execute("set local neraca.agency = 'surabaya'")
        assert connection.execute("select access.keys('bandung', 9)").fetchall() == []
    with connection.transaction(), pytest.raises(InsufficientPrivilege):
        connection.execute(ADMIT, ("bandung",))


def test_every_table_of_keys_has_row_security_that_binds_its_owner_too(url: str) -> None:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "select relname, relrowsecurity and relforcerowsecurity from pg_class"
            " where relnamespace = 'access'::regnamespace and relkind = 'r'"
        ).fetchall()

    assert dict(found) == dict.fromkeys(KEPT, True)
