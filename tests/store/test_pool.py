"""What a connection may do and how long it is waited for are settled when it is opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg_pool import PoolTimeout

from neraca.store.pool import Role, connection_options, fetch, open_connection, open_pool


def test_a_pool_is_of_the_application_and_holds_eight() -> None:
    with open_pool("postgresql://nobody@/none?host=/nonexistent") as pool:
        assert (pool.name, pool.min_size, pool.max_size, pool.timeout) == ("neraca_app", 1, 8, 10)
    with open_pool(
        "postgresql://nobody@/none?host=/nonexistent",
        role="neraca_projector",
        smallest=2,
        largest=3,
        timeout=timedelta(milliseconds=1500),
    ) as pool:
        assert (pool.name, pool.min_size, pool.max_size, pool.timeout) == ("neraca_projector", 2, 3, 1.5)


def test_a_connection_is_waited_for_no_longer_than_told() -> None:
    with (
        open_pool("postgresql://nobody@/none?host=/nonexistent", timeout=timedelta(milliseconds=20)) as pool,
        pytest.raises(PoolTimeout),
        pool.connection(),
    ):
        pass


@pytest.mark.parametrize(
    ("given", "options"),
    [
        ("", "-c jit=off -c work_mem=16MB -c role=neraca_app -c timezone=UTC"),
        ("options='-c work_mem=1MB'", "-c jit=off -c work_mem=16MB -c work_mem=1MB -c role=neraca_app -c timezone=UTC"),
        (
            "postgresql://x/y?options=-c%20a.b%3D1",
            "-c jit=off -c work_mem=16MB -c a.b=1 -c role=neraca_app -c timezone=UTC",
        ),
    ],
)
def test_options_of_the_url_are_kept_and_ours_come_last(given: str, options: str) -> None:
    assert connection_options(given, "neraca_app") == options


def settings(connection: psycopg.Connection) -> tuple[str, ...]:
    row = connection.execute(
        "select current_user::text, current_setting('timezone'), current_setting('work_mem')"
    ).fetchone()
    assert row
    return row


@pytest.mark.parametrize("role", ["neraca_app", "neraca_projector"])
def test_every_connection_has_its_role_and_counts_in_utc(url: str, role: Role) -> None:
    told = make_conninfo(url, options="-c work_mem=5MB -c timezone=Asia/Jakarta")
    with open_connection(told, role=role) as connection, open_pool(told, role=role) as pool:
        assert settings(connection) == (role, "UTC", "5MB")
        assert connection.autocommit
        with pool.connection() as pooled:
            assert settings(pooled) == (role, "UTC", "5MB")
            assert pooled.autocommit
    with open_connection(url) as connection:
        assert settings(connection)[0] == "neraca_app"


def test_a_fetch_is_for_its_agency_only_and_prepared_at_once(url: str) -> None:
    with open_connection(url) as connection:
        for agency in ("bandung", "surabaya"):
            assert fetch(connection, agency, "select agency from ledger.heads") == [(agency,)]
        assert fetch(connection, "atlantis", "select agency from ledger.heads") == []
        assert fetch(connection, "bandung", "select %s::int + 1", (2,)) == [(3,)]
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert settings(connection)
        named = connection.execute("select current_setting('neraca.agency', true)").fetchone()
        prepared = connection.execute("select count(*) from pg_prepared_statements").fetchone()
    assert named in [("",), (None,)]
    assert prepared == (3,)


def test_a_plan_is_not_kept_for_other_parameters_where_that_is_said(url: str) -> None:
    query = "select count(*) from ledger.heads where agency = %s"
    with open_connection(url) as connection:
        for _ in range(8):
            assert fetch(connection, "bandung", query, ("bandung",), keep_plan=False) == [(1,)]
        kept = connection.execute("select statement from pg_prepared_statements").fetchall()
    assert [one for (one,) in kept if "heads" in one] == []


class Told:
    """A connection that keeps what it is told: each statement, its parameters, and whether it is prepared."""

    def __init__(self) -> None:
        self.said: list[object] = []
        self.together = False

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        self.together = True
        yield
        self.together = False

    def cursor(self, *, binary: bool) -> "Told":
        self.said.append(binary)
        return self

    def execute(self, query: str, params: tuple[object, ...] = (), *, prepare: bool | None = None) -> "Told":
        self.said.append((query, params, prepare, self.together))
        return self

    def fetchall(self) -> list[tuple[int]]:
        return [(1,)]


def test_a_question_is_one_transaction_sent_at_once_that_names_its_agency_first() -> None:
    connection = Told()

    assert fetch(cast("psycopg.Connection[Any]", connection), "bandung", "select %s", (7,)) == [(1,)]
    assert connection.said == [
        ("begin", (), None, True),
        ("select set_config('neraca.agency', %s, true)", ("bandung",), True, True),
        True,
        ("select %s", (7,), True, True),
        ("commit", (), None, True),
    ]
