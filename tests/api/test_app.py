"""What an app does when something beneath it fails."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import structlog
from litestar.testing import TestClient
from psycopg.errors import AdminShutdown, DiskFull, ReadOnlySqlTransaction
from psycopg.rows import dict_row
from psycopg_pool import PoolTimeout

from neraca.api.app import create
from neraca.api.authentication import Tokens, TokensRefused, access_scope, read_actors
from neraca.api.database_reads import Pool, Reads, open_reads
from neraca.api.graphql.support.as_of import moment
from neraca.domain.agency import Agency
from neraca.domain.contexts import Actor
from neraca.domain.vocabulary import Role
from neraca.service import Busy, CommandBatch, CommandResult, KeyRunning
from neraca.service.as_of import AsOfReader
from neraca.service.statements import PRESENT
from neraca.store.errors import ClockSkewed, OutcomeUnknown, Unreachable
from neraca.store.pool import connection_options

OPERATOR = Actor("operator-1", frozenset({Role.HR}))
HEADERS = {"Authorization": "Bearer t"}
OPEN = b'{"command": "open-appraisal", "employee": "1", "period": "2025"}'


Does: TypeAlias = Callable[[CommandBatch], CommandResult]
Asked: TypeAlias = Callable[[Does], AbstractContextManager[tuple[Any, io.StringIO]]]


class EntryPoint:
    """A service that does one thing only."""

    def __init__(self, does: Does) -> None:
        self._does = does

    @property
    def as_of_reader(self) -> AsOfReader:
        raise AssertionError("nobody asks for the past here")

    @property
    def reader(self) -> Any:
        raise AssertionError("nobody asks for the log here")

    @property
    def policies(self) -> Any:
        raise AssertionError("nobody asks for a policy here")

    @property
    def documents(self) -> Any:
        raise AssertionError("nobody asks for a document here")

    def rehearse(self, batch: CommandBatch) -> Any:
        raise AssertionError("nobody rehearses here")

    def handle(self, batch: CommandBatch) -> CommandResult:
        return self._does(batch)

    def handle_together(self, agency: str, batches: Sequence[CommandBatch]) -> list[CommandResult | Exception]:
        raise AssertionError("what is sent here is not brief")


@pytest.fixture
def asked(database: str, invented: Callable[[str], Agency]) -> Asked:
    """An app whose service does one thing only: its client, and what the app writes to its log."""

    @contextmanager
    def ask(does: Does) -> Iterator[tuple[Any, io.StringIO]]:
        written = io.StringIO()
        log: Any = structlog.wrap_logger(
            structlog.PrintLogger(written),
            processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        )
        app = create(
            service=EntryPoint(does),
            url=database,
            agencies={"surabaya": invented("surabaya")},
            tokens=Tokens({"t": OPERATOR}),
            clock=lambda: datetime(2025, 1, 1, tzinfo=UTC),
            log=log,
        )
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client, written

    return ask


def refusing(error: Exception) -> Does:
    def handle(_: CommandBatch) -> CommandResult:
        raise error

    return handle


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (KeyRunning("being worked on"), 409, "key-running"),
        (Unreachable("no connection: postgresql://Ani@host"), 503, "unavailable"),
        (OutcomeUnknown("repeat with the same key"), 503, "unavailable"),
        (Busy(), 503, "unavailable"),
        (PoolTimeout("Ani"), 503, "unavailable"),
        (AdminShutdown("Ani"), 503, "unavailable"),
        (ReadOnlySqlTransaction("Ani"), 503, "unavailable"),
        (DiskFull("Ani"), 507, "out-of-space"),
        (ClockSkewed(timedelta(minutes=2)), 503, "unavailable"),
        (RuntimeError("secret of Ani"), 500, "internal"),
    ],
)
def test_what_goes_wrong_beneath_has_its_answer(asked: Asked, error: Exception, status: int, kind: str) -> None:
    with asked(refusing(error)) as (client, written):
        answer = client.post("/agencies/surabaya/commands", content=OPEN, headers={**HEADERS, "Idempotency-Key": "k"})

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:neraca:problem:{kind}")
    assert "Ani" not in answer.text
    assert ("Retry-After" in answer.headers) is (status != 500)
    assert ("secret of Ani" in written.getvalue()) is (status == 500)


def test_a_database_error_never_shows_its_sql(asked: Asked) -> None:
    """This database has no projections."""
    with asked(refusing(RuntimeError())) as (client, written):
        query = '{ agency(id: "surabaya") { appraisals { totalCount } } }'
        answer = client.post("/graphql", json={"query": query}, headers=HEADERS)

    error = answer.json()["errors"][0]
    assert error["extensions"] == {"code": "INTERNAL", "request": answer.headers["X-Request-Id"]}
    assert "read_scores" not in answer.text
    assert answer.headers["X-Request-Id"] in error["message"]
    assert "read_scores" in written.getvalue()


def test_a_request_leaves_one_line_without_names(asked: Asked) -> None:
    with asked(refusing(RuntimeError())) as (client, written):
        client.get("/graphql", params={"query": '{ node(id: "surabaya/employee/198501012010011001") { id } }'})

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [(one["event"], one["route"], one["status"]) for one in lines] == [("request", "/graphql", 401)]
    assert "198501012010011001" not in written.getvalue()


def test_one_agency_s_transaction_cannot_read_another_s_rows(world: Any) -> None:
    """The second wall: even a statement that asks for the wrong agency finds nothing."""
    import asyncio

    async def read(inside: str) -> int:
        reads = open_reads(world.url)
        await reads.open()
        try:
            found = await reads.one(
                inside,
                "graphql/summary",
                {"agency": "surabaya", "period": "2025-Q1", "by_unit": True, "by_outcome": True, **moment(None)},
                PRESENT,
            )
            return sum(row["people"] for row in json.loads(found["rows"]))
        finally:
            await reads.close()

    assert (asyncio.run(read("surabaya")), asyncio.run(read("bandung"))) == (6, 0)


def test_what_may_be_asked_of_a_whole_agency_is_planned_for_what_is_asked(world: Any) -> None:
    """A plan that is kept is soon one for any days, which for all of a city takes several times as long."""
    import asyncio

    async def kept() -> list[str]:
        options = connection_options(world.url, "neraca_app")
        how = {"autocommit": True, "options": options, "row_factory": dict_row}
        async with (
            Pool(world.url, kwargs=how, min_size=1, open=False) as pool,
            Pool(world.url, kwargs=how, min_size=1, open=False) as direct,
        ):
            reads, known = Reads(pool, direct), {"agency": "surabaya", "period": "2025-Q1", **moment(None)}
            for _ in range(8):
                assert await reads.rows("surabaya", "service/participation", known | {"units": None})
                assert await reads.one("surabaya", "service/unsettled", known)
                of_all = known | {"by_unit": True, "by_outcome": True}
                assert await reads.one("surabaya", "graphql/summary", of_all, PRESENT)
            at_hand = reads._direct  # pyright: ignore[reportPrivateUsage]
            found: list[str] = []
            for lent in (pool.connection(), at_hand.lent()):
                async with lent as connection:
                    rows = await (await connection.execute("select statement from pg_prepared_statements")).fetchall()
                    found += [str(row["statement"]) for row in rows]
            await at_hand.close()
            return found

    [summary] = [text for text in asyncio.run(kept()) if "read_" in text]
    assert "read_scores.summary" in summary


def test_tokens_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    file.write_text('{"s3cret": {"id": "hr-1", "roles": ["hr"], "agency": "surabaya"}}')

    tokens = Tokens(read_actors(file))

    assert tokens.actor("s3cret") == Actor("hr-1", frozenset({Role.HR}), "surabaya")
    assert tokens.actor("other") is None


@pytest.mark.parametrize("text", ["{", '{"t": {"id": "x", "roles": ["king"]}}', "[]"])
def test_a_wrong_token_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(text)

    with pytest.raises(TokensRefused, match=r"tokens\.json: .*write"):
        read_actors(file)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{"t": {"id": "a", "roles": []}, "t": {"id": "b", "roles": ["hr"]}}', "the key 't' is there twice"),
        ('{"t": {"id": "a\\u0000", "roles": []}}', "id of 'a.u0000': a value has the control character U.0000"),
        ('{"t": {"id": "", "roles": []}}', "id of '': a value is empty"),
        ('{"t": {"id": "a", "roles": [], "agency": "\\u202ebandung"}}', "agency of 'a': "),
        ('{" ": {"id": "a", "roles": []}}', "the token of 'a': "),
    ],
)
def test_a_token_file_is_read_strictly(tmp_path: Path, written: str, said: str) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(written)

    with pytest.raises(TokensRefused, match=said):
        read_actors(file)


def test_roles_add_up_and_a_missing_role_sees_only_itself() -> None:
    both = access_scope(Actor("1", frozenset({Role.EMPLOYEE, Role.AUDITOR}), "a"), "a")
    none = access_scope(Actor("1", frozenset(), "a"), "a")

    assert both is not None
    assert (both.reader, both.log, both.raters) == (None, True, True)
    assert none is not None
    assert (none.reader, none.log, none.raters) == ("1", False, False)
    assert access_scope(Actor("1", frozenset(Role), "a"), "b") is None
