from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg.conninfo import make_conninfo
from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Identifier

from neraca.store import migrate as migrate_module
from neraca.store import statements
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
        connection.execute("drop schema webhook cascade")
        connection.execute("drop schema access cascade")
        connection.execute("drop schema door cascade")
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


def test_what_cannot_be_migrated_is_told_with_the_remedy(url: str) -> None:
    first, last = min(migrations()), max(migrations())

    def refused(agencies: list[str], files: dict[str, bytes]) -> tuple[type[MigrationError], str]:
        with pytest.raises(MigrationError) as told:
            migrate(url, agencies, files=files)
        return told.type, str(told.value)

    assert refused(["b c", "f", "-a", "e", "b c", "d"], migrations()) == (
        MigrationError,
        "agencies ['-a', 'b c', 'd', 'e', 'f']: "
        "an id is 1 to 63 of a-z, 0-9 and '-', and starts with a letter or digit",
    )
    assert refused([], migrations() | {first: b"select 1"}) == (
        ChangedMigration,
        f"sql/{first} was changed after it was applied; restore it and add a new file instead",
    )
    assert refused([], {"0000-before.sql": b"select 1"} | migrations()) == (
        MigrationError,
        f"sql/0000-before.sql comes before {last}, which is applied; give it a later number",
    )
    assert refused([], {name: text for name, text in migrations().items() if name != last}) == (
        NewerDatabase,
        f"the database has migration {last}, which this program does not know; run a newer program",
    )


@pytest.mark.parametrize(
    ("agency", "is_one"),
    [("a", True), ("7-x", True), ("a" * 63, True), ("a" * 64, False), ("", False), ("-a", False), ("A", False)],
)
def test_an_agency_id_is_held_to_its_bounds(url: str, agency: str, is_one: bool) -> None:
    if is_one:
        assert migrate(url, [agency]) == []
    else:
        with pytest.raises(MigrationError):
            migrate(url, [agency])


def test_what_was_applied_is_told_in_order_and_not_again(url: str) -> None:
    later = {"9998-a.sql": b"create table ledger.a ()", "9999-b.sql": b"create table ledger.b ()"}

    assert migrate(url, files=migrations() | later) == ["9998-a.sql", "9999-b.sql"]
    assert migrate(url, files=migrations() | later) == []


class Folder:
    """Files of these names, in this order."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def iterdir(self) -> Iterator[object]:
        for name in self.names:
            yield SimpleNamespace(name=name, read_bytes=name.encode)


def test_the_numbered_files_are_the_migrations_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("0010-c.sql", "append.sql", "0002-b.sql", "0003-b.txt", "123-short.sql", "00011-e.sql", "0001-a.sql")
    monkeypatch.setattr(statements, "_SQL", Folder(*names))

    assert list(statements.migrations().items()) == [
        (name, name.encode()) for name in ("0001-a.sql", "00011-e.sql", "0002-b.sql", "0010-c.sql")
    ]


def test_a_file_cannot_slip_in_between_applied_ones(url: str) -> None:
    last = max(migrations())

    with pytest.raises(MigrationError, match=f"sql/0001-z.sql comes before {last}"):
        migrate(url, files=migrations() | {"0001-z.sql": b"select 1"})


def test_roles_are_the_clusters_and_stay_when_a_file_fails(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise migrations of two databases would wait for each other's roles from their first statement on."""
    real = migrate_module.statement
    made = {"roles": "create role neraca_test_of_the_cluster nologin"}
    monkeypatch.setattr(migrate_module, "statement", lambda name: made.get(name) or real(name))

    with pytest.raises(NewerDatabase):
        migrate(url, files={})

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop role neraca_test_of_the_cluster")


def test_programs_of_every_version_wait_for_each_other_at_the_same_lock(url: str) -> None:
    with psycopg.connect(url) as other:
        other.execute("select pg_advisory_lock(%s)", (0x6E65726163610001,))
        with pytest.raises(LockNotAvailable):
            migrate(make_conninfo(url, options="-c lock_timeout=50ms"))
    assert migrate(url) == []
