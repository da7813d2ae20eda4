"""`neraca sessions`: who is signed in to the pages, for administrators, who may end it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from neraca.domain.errors import NotAllowed

BEGIN = "select access.begin_session('surabaya', sha256(%s::bytea), %s, clock_timestamp())"


def test_sessions_are_listed_and_ended(tmp_path: Path, followed_database: str, neraca: Callable[..., Any]) -> None:
    home = tmp_path / "home"
    home.mkdir()
    tokens = {role: {"id": f"{role}-1", "roles": [role], "agency": "surabaya"} for role in ("admin", "hr")}
    (home / "tokens.json").write_bytes(msgspec.json.encode(tokens))

    def ask(*words: str, who: str = "admin") -> Any:
        return neraca("sessions", *words, "--agency", "surabaya", DATABASE_URL=followed_database, TOKEN=who)

    assert ask("list").out == ""
    with psycopg.connect(followed_database) as connection:
        connection.execute("set neraca.agency = 'surabaya'")
        for secret, person in ((b"1", "ani"), (b"2", "ani"), (b"3", "budi")):
            connection.execute(BEGIN, [secret, person])
            connection.commit()

    told = ask("list").out.splitlines()
    assert [line.split()[0] for line in told] == ["budi", "ani", "ani"]
    assert ask("end", "ani").out == "2 sessions of ani ended\n"
    assert ask("end", "ani", "--json").lines == [{"person": "ani", "ended": 0}]
    assert ask("end", "a b").out == "0 sessions of a b ended\n"
    [[row]] = ask("list", "--json").lines
    assert row["person"] == "budi"
    with pytest.raises(NotAllowed, match="the sessions of people need the role admin; hr-1 has hr"):
        ask("list", who="hr")
