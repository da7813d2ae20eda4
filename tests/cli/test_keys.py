"""`neraca key`: made by who administers an agency, listed and revoked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from neraca.domain import api_key
from neraca.domain.errors import Invalid, NotAllowed, NotFound

AGENCY = ("--agency", "surabaya")
TODAY = datetime.now(UTC).date()
UNTIL = str(TODAY + timedelta(days=30))
ORDER = ("key", "create", "siasn", *AGENCY, "--scope", "log", "--scope", "roster", "--until", UNTIL)


@pytest.fixture
def ask(tmp_path: Path, followed_database: str, neraca: Callable[..., Any]) -> Callable[..., Any]:
    """A verb, by the holder of a token: the administrator's where none is named."""
    home = tmp_path / "home"
    home.mkdir()
    tokens = {role: {"id": f"{role}-1", "roles": [role], "agency": "surabaya"} for role in ("admin", "hr")}
    (home / "tokens.json").write_bytes(msgspec.json.encode(tokens))

    def run(*words: str, who: str = "admin") -> Any:
        return neraca(*words, DATABASE_URL=followed_database, TOKEN=who)

    return run


def test_a_key_is_made_listed_and_revoked(ask: Callable[..., Any]) -> None:
    made = ask(*ORDER)
    key = api_key.read(made.out.strip())
    assert key is not None
    assert made.err == f"key {key.id} of siasn holds until {UNTIL}: log, roster\n"

    listed = ask("key", "list", *AGENCY).out
    assert listed.startswith(f"{key.id}  siasn: log, roster\n    made by admin-1, ")
    assert listed.endswith("    never used\n")
    assert made.out.strip().rpartition("_")[2] not in listed

    revoked = ask("key", "revoke", key.id, *AGENCY).out
    assert revoked.startswith(f"key {key.id} is revoked since {TODAY:%Y-}")
    [[told]] = ask("key", "list", *AGENCY, "--json").lines
    assert (told["id"], told["program"], told["revoked_by"]) == (key.id, "siasn", "admin-1")

    with pytest.raises(NotFound, match="surabaya has no key 'aaaaaaaaaaaa'; `neraca key list` tells those there are"):
        ask("key", "revoke", "a" * 12, *AGENCY)
    with pytest.raises(NotAllowed, match="the keys of programs need the role admin; hr-1 has hr"):
        ask(*ORDER, who="hr")
    with pytest.raises(Invalid, match="/until: a key holds from today to "):
        ask(*ORDER[:-1], "2020-01-01")
    assert "'31-12-2026' is no day; write it as 2026-12-31" in ask(*ORDER[:-1], "31-12-2026").err
