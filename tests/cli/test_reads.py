"""`neraca reads`: what auditors read, for administrators."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from neraca.domain.errors import NotAllowed
from neraca.store.pool import open_pool
from neraca.store.recorded_reads import recorded_reads

AGENCY = ("--agency", "surabaya")
OF_READER = "select access.record_read('surabaya', %s, sha256('x'), '{agency.due}', '{person: 1}', %s)"
SECOND = timedelta(seconds=1)
RECORD = "select access.record_read('surabaya', 'auditor-1', sha256('x'), '{agency.due}', '{person: 1}', %s)"


def test_what_auditors_read_is_listed(tmp_path: Path, followed_database: str, neraca: Callable[..., Any]) -> None:
    home = tmp_path / "home"
    home.mkdir()
    tokens = {role: {"id": f"{role}-1", "roles": [role], "agency": "surabaya"} for role in ("admin", "auditor")}
    (home / "tokens.json").write_bytes(msgspec.json.encode(tokens))

    def ask(*words: str, who: str = "admin") -> Any:
        return neraca("reads", *AGENCY, *words, DATABASE_URL=followed_database, TOKEN=who)

    assert ask().out == ""
    with psycopg.connect(followed_database) as connection:
        connection.execute("set neraca.agency = 'surabaya'")
        connection.execute(RECORD, [datetime(2025, 3, 3, 2, tzinfo=UTC)])
    told = ask().out
    assert told.startswith("2025-03-03T02:00:00.000000Z  auditor-1 at ")
    assert told.endswith(": agency.due (person: 1)\n")
    [[row]] = ask("--json").lines
    assert (row["reader"], row["subjects"]) == ("auditor-1", ["person: 1"])
    with psycopg.connect(followed_database) as connection:
        connection.execute("set neraca.agency = 'surabaya'")
        sent = ["/events/\x1b[2K\r\n2025-03-03 02:00:00Z  hr-1", "a\u202eb"]
        connection.execute(
            RECORD.replace("'x'", "'y'").replace("'{agency.due}'", "%s"), [sent, datetime(2025, 3, 4, tzinfo=UTC)]
        )
    [line, _] = ask().out.splitlines()
    assert line.endswith(": /events/\\u001b[2K\\u000d\\u000a2025-03-03 02:00:00Z  hr-1, a\\u202eb (person: 1)")
    assert ask("--before", line.partition(" ")[0]).out == told
    assert ask("--before", told.partition(" ")[0]).out == ""
    assert "'monday' is no instant such as 2026-01-31T17:00:00Z" in ask("--before", "monday").err
    with pytest.raises(NotAllowed, match="what auditors read is for the role admin; auditor-1 has auditor"):
        ask(who="auditor")


def test_who_reads_at_the_instant_of_the_last_that_is_told_is_told_with_it(followed_database: str) -> None:
    at = datetime(2025, 3, 3, 2, tzinfo=UTC)
    with psycopg.connect(followed_database) as connection:
        connection.execute("set neraca.agency = 'surabaya'")
        for reader, when in (
            ("z", at + timedelta(microseconds=1)),
            ("a", at),
            ("b", at),
            ("c", at),
            ("d", at - SECOND),
        ):
            connection.execute(OF_READER, [reader, when])

    with open_pool(followed_database, largest=1) as pool:

        def told(before: datetime, most: int) -> list[tuple[str, datetime]]:
            return [(one.reader, one.read_at) for one in recorded_reads(pool, "surabaya", before, most)]

        whole = told(datetime.max.replace(tzinfo=UTC), 10)
        pages = [told(datetime.max.replace(tzinfo=UTC), 2)]
        while pages[-1]:
            pages.append(told(pages[-1][-1][1], 2))

    assert [len(page) for page in pages] == [4, 1, 0]
    assert [one for page in pages for one in page] == whole
