"""`neraca appointment`: roles given and withdrawn by who administers an agency."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from neraca.domain.errors import NotAllowed

AGENCY = ("--agency", "surabaya")
WATI = ("198001012005011001", "auditor")
GIVE = ("appointment", "give", *WATI, *AGENCY, "--since", "2025-03-01", "--basis", "SK 4/2025")


def test_a_role_is_given_listed_and_withdrawn(
    tmp_path: Path, followed_database: str, neraca: Callable[..., Any]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    tokens = {role: {"id": f"{role}-1", "roles": [role], "agency": "surabaya"} for role in ("admin", "auditor", "hr")}
    (home / "tokens.json").write_bytes(msgspec.json.encode(tokens))

    def ask(*words: str, who: str = "admin") -> Any:
        return neraca(*words, DATABASE_URL=followed_database, TOKEN=who)

    assert ask(*GIVE).out.startswith("appointment.given  surabaya:")
    listed = ("appointment", "list", *AGENCY)
    told = "198001012005011001  auditor from 2025-03-01 until it is withdrawn: SK 4/2025\n"
    assert ask(*listed, who="auditor").out == told
    assert ask(*listed, "--on", "2025-02-28").out == ""
    assert "'soon' is no day" in ask(*listed, "--on", "soon").err
    with pytest.raises(NotAllowed, match="give-appointment needs the role admin; hr-1 has hr"):
        ask(*GIVE, who="hr")
    with pytest.raises(NotAllowed, match="who has which role is for the roles admin and auditor; hr-1 has hr"):
        ask(*listed, who="hr")

    withdrawn = ask("appointment", "withdraw", *WATI, *AGENCY, "--reason", "pindah tugas")
    assert withdrawn.out.startswith("appointment.withdrawn  surabaya:")
    assert ask(*listed, "--json").lines == [[]]
