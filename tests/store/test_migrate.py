from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from neraca.store.errors import ChangedMigration, MigrationError, NewerDatabase
from neraca.store.ledger import Append, Ledger
from neraca.store.log import Log
from neraca.store.migrate import migrate
from neraca.store.pool import open_pool
from neraca.store.statements import migrations

StoreEvent = Callable[..., StoredEvent]


@pytest.fixture
def bare(server_url: str, database: str) -> str:
    """A database that was never migrated."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("drop schema ledger cascade")
        connection.execute("drop schema read cascade")
    return database


def test_a_bare_database_gets_every_file_once(bare: str) -> None:
    assert migrate(bare) == list(migrations())
    assert migrate(bare) == []


def test_two_at_once_apply_each_file_once(bare: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        applied = list(threads.map(lambda agency: migrate(bare, [agency, "shared"]), "abcd"))

    assert sorted(name for names in applied for name in names) == list(migrations())
    with psycopg.connect(bare) as connection:
        registered = connection.execute("select agency from ledger.positions() order by agency").fetchall()
    assert [agency for (agency,) in registered] == ["a", "b", "c", "d", "shared"]


def test_an_agency_is_registered_once_and_keeps_its_position(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("update ledger.heads set position = 7 where agency = 'bandung'")

    migrate(url, ["bandung", "samarinda"])

    with psycopg.connect(url) as connection:
        heads = dict(connection.execute("select agency, position from ledger.heads").fetchall())
    assert heads == {"bandung": 7, "surabaya": 0, "samarinda": 0}


def test_an_agency_id_that_is_no_id_is_refused(url: str) -> None:
    with pytest.raises(MigrationError, match=r"1 to 63 of a-z"):
        migrate(url, ["Kota Bandung"])


def test_an_applied_file_must_not_change(url: str) -> None:
    name, *_ = migrations()
    changed = migrations() | {name: b"select 1"}

    with pytest.raises(ChangedMigration, match=name):
        migrate(url, files=changed)


def test_a_database_of_a_newer_program_is_refused(url: str) -> None:
    migrate(url, files=migrations() | {"9999-later.sql": b"select 1"})

    with pytest.raises(NewerDatabase, match=r"9999-later\.sql"):
        migrate(url)


def test_a_file_cannot_slip_in_before_applied_ones(url: str) -> None:
    with pytest.raises(MigrationError, match="later number"):
        migrate(url, files={"0000-before.sql": b"select 1"} | migrations())


def test_a_failing_file_leaves_nothing_behind(url: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        migrate(url, files=migrations() | {"9998-a.sql": b"create table ledger.a ()", "9999-b.sql": b"table ledger.b"})

    with psycopg.connect(url) as connection:
        assert connection.execute("select to_regclass('ledger.a')").fetchone() == (None,)
    assert migrate(url) == []


@pytest.fixture
def ordinary_owner(bare: str) -> Iterator[str]:
    """The URL of a user who is no superuser; the roles exist already, so somebody has granted them."""
    with psycopg.connect(bare, autocommit=True) as connection:
        connection.execute("drop role if exists neraca_test_owner")
        connection.execute("create role neraca_test_owner login createrole password 'test'")
        connection.execute("grant neraca_app, neraca_projector to neraca_test_owner with admin option")
        name = connection.info.dbname
        connection.execute(SQL("grant create on database {} to neraca_test_owner").format(Identifier(name)))
    yield make_conninfo(bare, user="neraca_test_owner", password="test")
    with psycopg.connect(bare, autocommit=True) as connection:
        connection.execute("drop owned by neraca_test_owner cascade")
        connection.execute("drop role neraca_test_owner")


def test_an_owner_who_is_no_superuser_sees_only_the_named_agency_too(ordinary_owner: str, event: StoreEvent) -> None:
    assert migrate(ordinary_owner, ["bandung", "surabaya"]) == list(migrations())
    assert migrate(ordinary_owner, ["bandung"]) == []
    with open_pool(ordinary_owner) as pool:
        Ledger(pool).append("bandung", Append([event(uuid4())]))
        assert Log(pool).positions() == {"bandung": 1, "surabaya": 0}
        assert len(Log(pool).read("bandung")) == 1

    with psycopg.connect(ordinary_owner) as connection:
        count = "select count(*) from ledger.events"
        assert connection.execute(count).fetchone() == (0,)
        connection.execute("set local neraca.agency = 'bandung'")
        assert connection.execute(count).fetchone() == (1,)
