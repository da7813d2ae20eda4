"""One agency's database stalls, and more is asked of it than there are threads and connections: others are answered.

Nothing is timed. The stall ends when the test ends it, which is after the others were answered.
"""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from itertools import count
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import msgspec
import psycopg
import pytest
from msgspec import Struct
from psycopg import sql

from neraca.api import database_reads
from neraca.api.graphql.support import execution
from neraca.api.worker_threads import MOST

FLOOD = MOST + 30
"""More than the threads for commands, and far more than the connections."""

ANI = "198501012010011001"
PERIOD = "2025-Q1"
_LOCK = 7_007
_GATE = """
create function public.gate(agency text) returns boolean language plpgsql volatile cost 1000000 as $$
begin
  if agency = 'surabaya' then
    perform pg_advisory_xact_lock_shared(7007);
  end if;
  return true;
end $$"""
_KEYS = count(1)
SCHEDULE = {"command": "schedule-policy", "id": "id.jatim.kota-surabaya", "version": 1, "since": "2027-01-01"}


class Asked(Struct, frozen=True):
    path: str
    who: str
    body: Any = None


class Answered(Struct, frozen=True):
    status: int
    body: Any


Stall: TypeAlias = Callable[[psycopg.Connection], None]


def commands(agency: str, who: str, *commands: Mapping[str, Any]) -> Asked:
    return Asked(f"/agencies/{agency}/commands", who, commands[0] if len(commands) == 1 else list(commands))


def query(who: str, agency: str, fields: str, asked: str = "") -> Asked:
    # Each its own text: it has to be prepared as well.
    text = f'query Q{next(_KEYS)} {{ agency(id: "{agency}" {asked}) {{ {fields} }} }}'
    return Asked("/graphql", who, {"query": text})


def ask(server: str, asked: Asked, sent: Callable[[], None] = lambda: None) -> Answered:
    place = urlsplit(server)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
    told = {"Authorization": f"Bearer {asked.who}-token", "Content-Type": "application/json"}
    try:
        if asked.body is None:
            connection.request("GET", asked.path, headers=told)
        else:
            told["Idempotency-Key"] = f"apart-{next(_KEYS)}"
            connection.request("POST", asked.path, msgspec.json.encode(asked.body), told)
        sent()
        answer = connection.getresponse()
        return Answered(answer.status, msgspec.json.decode(answer.read()))
    finally:
        connection.close()


def attendance(employee: str) -> dict[str, Any]:
    return {"command": "record-attendance", "employee": employee, "month": "2025-01", "required_days": 20}


def newcomer() -> dict[str, Any]:
    return {
        "command": "register-employee",
        "employee": f"199001012015{next(_KEYS):06}",
        "name": "Pegawai Baru",
        "employment_type": "CIVIL_SERVANT",
        "position": "Analis",
        "position_class": "FUNCTIONAL",
        "since": "2025-01-01",
    }


def gated(*tables: str) -> Stall:
    """Every read of the rows of surabaya waits at a gate."""

    def close(connection: psycopg.Connection) -> None:
        connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
        for table in _read_models(connection) if "read models" in tables else tables:
            schema, name = table.split(".")
            connection.execute(
                sql.SQL("create policy gate on {} as restrictive for select to neraca_app using (gate(agency))").format(
                    sql.Identifier(schema, name)
                )
            )

    return close


def head_row_locked(connection: psycopg.Connection) -> None:
    connection.execute("begin")
    connection.execute("select from ledger.heads where agency = 'surabaya' for update")


def _read_models(connection: psycopg.Connection) -> list[str]:
    query = "select schemaname || '.' || tablename from pg_policies where schemaname like 'read%'"
    return [name for (name,) in connection.execute(query).fetchall()]


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """No read is given up while the gate is shut: nobody is let in by the time limits of those before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execution, "PATIENCE", 100.0)
        patch.setattr(database_reads, "LONGEST_STATEMENT", 100_000)
        patch.setattr(database_reads, "_LONGEST_WAIT", 100)
        yield


@pytest.fixture(scope="module")
def gate(world: Any) -> Iterator[Callable[[Stall], Any]]:
    """A context in which surabaya stalls."""
    with psycopg.connect(world.url, autocommit=True) as connection:
        connection.execute(_GATE)

        @contextmanager
        def stalled(close: Stall) -> Generator[None]:
            try:
                close(connection)
                yield
            finally:
                connection.rollback()
                connection.execute("select pg_advisory_unlock_all()")
                for table in connection.execute(
                    "select schemaname, tablename from pg_policies where policyname = 'gate'"
                ).fetchall():
                    connection.execute(sql.SQL("drop policy gate on {}").format(sql.Identifier(*table)))

        yield stalled


@contextmanager
def flood(server: str, url: str, asked: list[Asked]) -> Generator[list[Future[Answered]]]:
    """All of it is under way, and some of it waits in the database. Who opened the gate waits for the answers."""
    sent: list[None] = []
    with ThreadPoolExecutor(len(asked)) as clients:
        under_way = [clients.submit(ask, server, one, lambda: sent.append(None)) for one in asked]
        with psycopg.connect(url, autocommit=True) as looking:
            until = time.monotonic() + 20
            while len(sent) < len(asked) or not _waiting(looking):
                assert time.monotonic() < until, "nothing waits in the database"
                time.sleep(0.02)
        time.sleep(0.5)  # for what is sent to get as far as it can
        yield under_way


def _waiting(connection: psycopg.Connection) -> bool:
    found = connection.execute(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    return found.fetchone() is not None


def of_surabaya(kind: str) -> list[Asked]:
    """Commands of all kinds, or reads of one."""
    match kind:
        case "commands":
            return [
                *(commands("surabaya", "hr", newcomer(), newcomer()) for _ in range(FLOOD - 30)),
                *(
                    commands(
                        "surabaya", "hr", {"command": "open-appraisal", "employee": nip, "period": f"{year}-Q{quarter}"}
                    )
                    for nip in (ANI, "198601012010011001")
                    for year in (2025, 2026)
                    for quarter in (2, 3, 4)
                ),
                *(
                    commands("surabaya", "hr", {"command": named, "employee": ANI, "period": PERIOD})
                    for named in ("finalise", "cancel-appraisal")
                ),
                commands("surabaya", "hr", {"command": "join-parts", "employee": ANI, "period": "2025"}),
                commands("surabaya", "founder", SCHEDULE),
                *(commands("surabaya", "hr", newcomer() if n % 2 else attendance(ANI)) for n in range(15)),
            ]
        case "event pages":
            return [Asked(f"/agencies/surabaya/events?after={n % 3}", "auditor") for n in range(FLOOD)]
        case "queries":
            return [query("hr", "surabaya", "employees { totalCount }") for _ in range(FLOOD)]
        case "heavy queries":
            fields = "appraisals(first: 50) { edges { node { explain { path } components { node } } } }"
            return [query(f"peer{n % 4}" if n % 5 else "auditor", "surabaya", fields) for n in range(FLOOD)]
        case "the past":
            return [
                query("auditor", "surabaya", "policies { ref inForce { since } }", asked='asOf: {position: "12"}')
                for _ in range(FLOOD)
            ]
        case _:
            raise AssertionError(kind)


def of_bandung() -> list[Asked]:
    new = newcomer()
    return [
        commands("bandung", "bandung", new),
        commands("bandung", "bandung", newcomer(), newcomer()),
        commands("bandung", "bandung", attendance(new["employee"])),
        query("bandung", "bandung", "employees { totalCount edges { node { name } } }"),
        query(
            "bandung", "bandung", "appraisals(first: 50) { edges { node { explain { path } components { node } } } }"
        ),
        Asked("/agencies/bandung/events", "everybody"),
    ]


@pytest.mark.parametrize(
    ("stall", "kind"),
    [
        (head_row_locked, "commands"),
        (gated("ledger.heads"), "commands"),
        (gated("ledger.events"), "commands"),
        (gated("ledger.events"), "event pages"),
        (gated("ledger.events", "ledger.heads"), "the past"),
        (gated("read models"), "queries"),
        (gated("read models"), "heavy queries"),
    ],
    ids=[
        "commands while the head row is locked",
        "commands while heads stall",
        "commands while events stall",
        "event pages",
        "queries of the past",
        "queries",
        "heavy queries",
    ],
)
def test_an_agency_that_stalls_holds_up_no_other(
    world: Any, server: str, gate: Callable[[Stall], Any], stall: Stall, kind: str
) -> None:
    with ExitStack() as flooded:
        with gate(stall):
            under_way = flooded.enter_context(flood(server, world.url, of_surabaya(kind)))
            for _ in range(3):
                for asked in of_bandung():
                    answer = ask(server, asked)
                    assert answer.status in (200, 201), (asked, answer)
                    assert "errors" not in answer.body, (asked, answer)
            assert any(not one.done() for one in under_way)
        # Once the gate is open, all of it is answered.
        assert {one.result().status for one in under_way} <= {200, 201, 403, 404, 409, 422, 503}
