"""The database away, full, silent or busy: 503 or 507 and when to come again, never 500; and it heals by itself."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from litestar.testing import TestClient
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from neraca.api.app import create
from neraca.api.authentication import Tokens
from neraca.api.database_probe import DatabaseProbe, DatabaseSilent
from neraca.api.outage_problems import outage
from neraca.domain.attendance import RecordAttendance
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role
from neraca.service import CommandHandler
from neraca.service.stream_locks import Busy
from neraca.store.ledger import Ledger
from neraca.store.log import Log
from neraca.store.pool import open_pool
from projections import ALL

NOON = datetime(2025, 3, 3, 5, tzinfo=UTC)
SOON = timedelta(milliseconds=300)
AS = {"Authorization": "Bearer t"}
SCORES = '{ agency(id: "uji") { appraisals { totalCount } } }'


@pytest.fixture
def client(fixture_agency: Any) -> Iterator[TestClient[Any]]:
    fixture_agency.house.follow()
    with open_pool(fixture_agency.house.url, timeout=SOON) as pool:
        service = CommandHandler(
            Ledger(pool, patience=SOON), Log(pool), fixture_agency.house.mapper, fixture_agency.house.agencies
        )
        app = create(
            service=service,
            url=fixture_agency.house.url,
            agencies=fixture_agency.house.agencies,
            tokens=Tokens({"t": Actor("operator", frozenset(Role))}),
            clock=lambda: NOON,
            patience=SOON,
        )
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client


def record(client: Any, key: str, month: str = "2025-01") -> Any:
    body = {"command": "record-attendance", "employee": "budi", "month": month, "required_days": 20}
    return client.post("/agencies/uji/commands", json=body, headers={**AS, "Idempotency-Key": key})


def ask(client: Any) -> Any:
    return client.post("/graphql", json={"query": SCORES}, headers=AS)


@contextmanager
def away(url: str) -> Iterator[None]:
    """Nobody is let in, and those who are in are thrown out."""
    name = conninfo_to_dict(url)["dbname"]
    other = make_conninfo(url, dbname="postgres")

    def let_in(whether: bool) -> None:
        with psycopg.connect(other, autocommit=True) as connection:
            connection.execute(
                sql.SQL("alter database {} with allow_connections {}").format(
                    sql.Identifier(str(name)), sql.Literal(whether)
                )
            )
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))

    let_in(False)
    try:
        yield
    finally:
        let_in(True)


def test_while_the_database_is_away_every_door_says_when_to_come_again(
    fixture_agency: Any, client: Any, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    assert record(client, "before").status_code == 201

    with away(fixture_agency.house.url):
        answers = {
            "command": record(client, "during", "2025-02"),
            "graphql": ask(client),
            "events": client.get("/agencies/uji/events", headers=AS),
            "stream": client.get("/agencies/uji/events/stream", headers=AS),
            "ready": client.get("/health/ready"),
            "an agency": client.get("/health/ready/uji"),
        }
        numbers = client.get("/metrics")
        alive = client.get("/health/live")

    assert {door: answer.status_code for door, answer in answers.items()} == dict.fromkeys(answers, 503)
    assert [door for door, answer in answers.items() if "Retry-After" not in answer.headers] == []
    kinds = {answers[door].json()["type"] for door in ("command", "graphql", "events", "stream")}
    assert kinds == {"urn:neraca:problem:unavailable"}
    assert (numbers.status_code, "neraca_database_up 0.0" in numbers.text) == (200, True)
    assert alive.status_code == 200

    eventually(lambda: record(client, "during", "2025-02").status_code == 201)
    eventually(lambda: ask(client).status_code == 200)
    assert client.get("/health/ready").status_code == 200
    assert "neraca_database_up 1.0" in client.get("/metrics").text


def test_cut_connections_are_not_noticed_by_readers(fixture_agency: Any, client: Any) -> None:
    """After a restart of the database the pools hold connections that are dead."""
    assert ask(client).status_code == client.get("/health/ready").status_code == 200
    with psycopg.connect(fixture_agency.house.url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )

    assert client.get("/health/ready").status_code == 200
    assert ask(client).status_code == 200
    assert record(client, "k").status_code == 201


def test_a_full_disk_is_said_and_nothing_is_stored(fixture_agency: Any, client: Any) -> None:
    with psycopg.connect(fixture_agency.house.url) as connection:
        connection.execute(
            "create function no_room() returns trigger language plpgsql as"
            " $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$"
        )
        connection.execute("create trigger no_room before insert on ledger.events execute function no_room()")
    head = fixture_agency.house.log.head("uji")

    answer = record(client, "k")

    assert (answer.status_code, answer.json()["type"]) == (507, "urn:neraca:problem:out-of-space")
    assert "Retry-After" in answer.headers
    assert fixture_agency.house.log.head("uji") == head
    with psycopg.connect(fixture_agency.house.url) as connection:
        connection.execute("drop function no_room cascade")
    assert record(client, "k").status_code == 201


def test_a_busy_server_is_ready(fixture_agency: Any, client: Any) -> None:
    """All connections of the reads are taken by requests that wait for a lock."""
    with psycopg.connect(fixture_agency.house.url) as blocking, ThreadPoolExecutor(10) as pool:
        blocking.execute("lock table ledger.events in access exclusive mode")
        waiting = [pool.submit(client.get, "/agencies/uji/events", headers=AS) for _ in range(10)]
        try:
            while _blocked(fixture_agency.house.url) < 8:
                time.sleep(0.01)
            ready = client.get("/health/ready")
        finally:
            blocking.rollback()

    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert {one.result().status_code for one in waiting} <= {200, 503}


def _blocked(url: str) -> int:
    with psycopg.connect(url) as connection:
        query = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        return (connection.execute(query).fetchone() or (0,))[0]


def test_a_database_that_says_nothing_is_found_out_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"postgresql://nobody@127.0.0.1:{deaf.getsockname()[1]}/none"

        async def look() -> None:
            probe = DatabaseProbe(url, patience=SOON)
            await asyncio.gather(*(_silent(probe) for _ in range(20)))
            await probe.close()

        asyncio.run(look())


async def _silent(probe: DatabaseProbe) -> None:
    with pytest.raises(DatabaseSilent, match="does not answer"):
        await probe.look()


def test_whoever_is_crowded_out_is_told_to_come_again_with_the_same_key() -> None:
    told = outage(Busy())

    assert told is not None
    assert told.detail.endswith("send it again, with the same key")


def test_a_moment_of_heavy_work_is_not_taken_for_silence(fixture_agency: Any) -> None:
    fixture_agency.house.follow()

    async def look() -> int:
        probe = DatabaseProbe(fixture_agency.house.url, patience=SOON)
        looking = asyncio.create_task(probe.look())
        for _ in range(6):
            await asyncio.sleep(0)
            time.sleep(0.4)
        found = await looking
        await probe.close()
        return len(found)

    assert asyncio.run(look()) == 2 * len(ALL)


def test_an_agency_that_stands_still_is_stuck_alone(fixture_agency: Any, fixture_agencies: Any, client: Any) -> None:
    """And one that has set something aside is ready, and says so."""
    with psycopg.connect(fixture_agency.house.url) as connection:
        connection.execute(
            "insert into read.failures (agency, projection, position, reason, attempts)"
            " select agency, projection, position, 'secret of Ani', 3 from read.positions"
            " where agency = 'uji' and projection = 'roster'"
        )
        connection.execute(
            "insert into read.set_aside (agency, projection, position, stream, tag, reason, program)"
            " values ('coba', 'dossier', 1, gen_random_uuid(), 'x', 'secret of Ani', '0')"
        )
    fixture_agencies["uji"].tell("hr", RecordAttendance(employee="budi", month="2025-01", required_days=20))

    everyone, stuck, other = (client.get(f"/health/ready{path}") for path in ("", "/uji", "/coba"))

    assert (everyone.status_code, stuck.status_code, other.status_code) == (200, 503, 200)
    coba, uji = everyone.json()["agencies"]
    assert (uji["status"], uji["lag"]) == ("stuck", 1)
    assert uji["errors"][0].startswith("roster stopped before event uji:")
    assert (coba["status"], coba["setAside"]) == ("ready", 1)
    assert "Ani" not in everyone.text + stuck.text
    numbers = client.get("/metrics").text
    assert 'neraca_projection_stuck{agency="uji",projection="roster"} 1.0' in numbers
    assert 'neraca_projection_set_aside{agency="coba",projection="dossier"} 1.0' in numbers


def test_a_command_that_never_ends_is_given_up_and_its_key_fetches_the_answer(
    fixture_agency: Any, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    """As in a database that is frozen: the log is locked, and thawed again."""
    app = create(
        service=fixture_agency.service,
        url=fixture_agency.house.url,
        agencies=fixture_agency.house.agencies,
        tokens=Tokens({"t": Actor("operator", frozenset(Role))}),
        clock=lambda: NOON,
        longest=SOON,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        with psycopg.connect(fixture_agency.house.url) as frozen:
            frozen.execute("lock table ledger.events in access exclusive mode")
            given_up = record(client, "k")
            frozen.rollback()

        assert (given_up.status_code, given_up.json()["type"]) == (503, "urn:neraca:problem:unavailable")
        assert "Idempotency-Key" in given_up.json()["detail"]
        eventually(lambda: record(client, "k").status_code == 201)
        answer = record(client, "k").json()
    assert answer["replayed"]
    events = [one for one in fixture_agency.house.log.replay("uji") if one.type == "attendance.recorded"]
    assert len(events) == 1
