"""Writes the ledger of a home, and what its read models were, into this folder.

    <build>/.venv/bin/neraca demo --once --people 5      # with NERACA_HOME set to an empty folder
    <build>/.venv/bin/python tests/golden/ledger/dump.py

Run it with the interpreter of the build whose ledger is wanted. `events.jsonl.xz` has the exact bytes of each event,
`rows.json` how many rows each table of the read models has, its columns, and a digest. `--rows FILE` writes the rows
themselves, to compare with those of another build.
"""

import hashlib
import json
import lzma
import os
import sys
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from neraca.store import embedded

HERE = Path(__file__).parent
EVENTS = """
select agency, position, stream::text, version, type, convert_from(data, 'utf8'), recorded_at::text
from ledger.events order by agency, position
"""
TABLES = """
select table_schema, table_name from information_schema.tables
where table_schema like 'read\\_%' and table_type = 'BASE TABLE' order by 1, 2
"""


def line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def rows(connection: psycopg.Connection) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table."""
    connection.execute("set time zone 'UTC'")
    found: dict[str, list[dict[str, Any]]] = {}
    for schema, table in connection.execute(TABLES).fetchall():
        query = sql.SQL("select row_to_json(t) from {} t").format(sql.Identifier(schema, table))
        found[f"{schema.removeprefix('read_')}.{table}"] = [row for (row,) in connection.execute(query).fetchall()]
    return found


def digest(table: list[dict[str, Any]], columns: list[str]) -> dict[str, Any]:
    """Of these columns alone: a table may have gained some since."""
    written = sorted(line({column: row[column] for column in columns}) for row in table)
    text = "".join(written).encode()
    return {"columns": columns, "rows": len(written), "sha256": hashlib.sha256(text).hexdigest()}


def main() -> None:
    with embedded.open(Path(os.environ["NERACA_HOME"])) as server, psycopg.connect(server.url) as connection:
        tables = rows(connection)
        events = "".join(line(list(row)) for row in connection.execute(EVENTS))
    digests = {name: digest(table, sorted(table[0])) for name, table in tables.items() if table}
    (HERE / "events.jsonl.xz").write_bytes(lzma.compress(events.encode(), preset=9))
    (HERE / "rows.json").write_text(json.dumps(digests, indent=1) + "\n")
    if sys.argv[1:2] == ["--rows"]:
        written = (f"{name} {row}" for name, table in tables.items() for row in sorted(map(line, table)))
        Path(sys.argv[2]).write_text("".join(written))


if __name__ == "__main__":
    main()
