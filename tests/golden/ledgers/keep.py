"""Keeps what a build stores: a pytest plugin that runs that build's own tests and keeps the ledgers they leave.

    cd THE-TREE-OF-THAT-COMMIT
    PYTHONPATH=THIS-FOLDER .venv/bin/python -m pytest -p keep --ledgers OUT --only-agency ID -p no:cacheprovider TEST...

For each test that passes and whose ledger no test altered, OUT gets a file: the exact bytes of the events with their
places in the log, and of every read model, as that build followed the log, small tables row by row and large ones as a
digest. `index.txt` says which event types a file has. README.md says which files were taken from it and why.

Events are what a build for ever has to read, so nothing here uses names that a later build may change: it speaks SQL.
"""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

MOST_TEXT = 20_000
"""A table with more characters is kept as one digest."""
HOUSES = ("town", "fixture_agency", "towns", "fixture_agencies", "lived", "seeded_year")
EVENTS = """
  select agency, position, stream::text, version, type, data, recorded_at::text
  from ledger.events order by agency, position
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--ledgers", type=Path, required=True)
    parser.addoption("--only-agency", help="of the ledgers that a test leaves")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    outcome = yield
    given = getattr(item, "funcargs", {})
    for name in HOUSES:
        if name in given:
            folder: Any = item.config.getoption("--ledgers")
            only: Any = item.config.getoption("--only-agency")
            keep(_house(given[name]), folder, only, re.sub(r"\W+", "-", item.nodeid.split("::", 1)[1]).strip("-"))
            break
    return outcome


def _house(fixture: Any) -> Any:
    if isinstance(fixture, dict):
        fixture = next(iter(fixture.values()))
    return getattr(fixture, "house", fixture)


def keep(house: Any, folder: Path, only: str | None, name: str) -> None:
    house.follow()
    folder.mkdir(parents=True, exist_ok=True)
    with psycopg.connect(house.url) as connection:
        connection.execute("set time zone 'UTC'")
        lines = [*events(connection), *rows(connection)]
    if only:
        lines = [line for line in lines if only == (line["event"][0] if "event" in line else line["agency"])]
    types = sorted({line["event"][4] for line in lines if "event" in line})
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    packed = gzip.compress(text.encode(), 9, mtime=0)
    (folder / f"{name}.jsonl.gz").write_bytes(packed)
    with (folder / "index.txt").open("a", encoding="utf-8") as index:
        print(name, len(packed), *types, file=index)


def events(connection: psycopg.Connection) -> Any:
    """A line each. The bytes are UTF-8, and are a string here as they stand."""
    for agency, position, stream, version, type_, data, recorded in connection.execute(EVENTS):
        yield {"event": [agency, position, stream, version, type_, bytes(data).decode(), recorded]}


def rows(connection: psycopg.Connection) -> Any:
    """A line for each table of a read model and each agency: its rows or their digest, whatever order they are in."""
    agencies = [agency for (agency,) in connection.execute("select agency from ledger.heads order by 1").fetchall()]
    named = "select schemaname, tablename from pg_tables where schemaname like 'read\\_%' order by 1, 2"
    for schema, table in connection.execute(named).fetchall():
        for agency in agencies:
            columns, found = texts(connection, schema, table, agency)
            kept: dict[str, Any] = {"rows": found} if len(json.dumps(found)) <= MOST_TEXT else {"digest": digest(found)}
            yield {"table": f"{schema}.{table}", "agency": agency, "columns": columns, "count": len(found)} | kept


def texts(
    connection: psycopg.Connection, schema: str, table: str, agency: str, columns: list[str] | None = None
) -> tuple[list[str], list[list[str]]]:
    """Columns (else all) and rows as text, so that no reader's types come between: what PostgreSQL prints is the value.

    A later build may have more columns; those that the older build knew are compared.
    """
    name = sql.Identifier(schema, table)
    there = connection.execute(sql.SQL("select * from {} limit 0").format(name)).description or ()
    columns = columns or [column.name for column in there]
    values = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(column)) for column in columns)
    asked = sql.SQL("select {} from {} where agency = %s").format(values, name)
    found = [["" if value is None else value for value in row] for row in connection.execute(asked, (agency,))]
    return columns, sorted(found)


def digest(found: list[list[str]]) -> str:
    return hashlib.sha256(json.dumps(found, ensure_ascii=False).encode()).hexdigest()
