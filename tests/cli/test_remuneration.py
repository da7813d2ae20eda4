"""`neraca fix` and `neraca export payroll`: by whom, of whom, and into what file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from neraca.domain.errors import NotAllowed


@pytest.fixture
def hr(tmp_path: Path) -> str:
    """The token of an HR officer of Surabaya."""
    home = tmp_path / "home"
    home.mkdir()
    tokens = {
        "rahasia": {"id": "hr-1", "roles": ["hr"], "agency": "surabaya"},
        "operator": {"id": "operator", "roles": ["hr"]},
        "aturan": {"id": "policy-1", "roles": ["policy"], "agency": "surabaya"},
    }
    (home / "tokens.json").write_bytes(msgspec.json.encode(tokens))
    return "rahasia"


def test_whoever_fixes_is_a_person_and_hears_how_many(
    neraca: Callable[..., Any], followed_database: str, hr: str
) -> None:
    credit = ("fix", "credit", "--agency", "surabaya", "--period", "2025")

    said = neraca(*credit, DATABASE_URL=followed_database, TOKEN=hr)
    assert (said.code, said.out) == (0, "surabaya 2025: 0 fixed, 0 revised, 0 unchanged, 0 refused\n")
    pays = neraca(
        "fix",
        "allowance",
        "--agency",
        "surabaya",
        "--month",
        "2025-12",
        "--json",
        DATABASE_URL=followed_database,
        TOKEN=hr,
    )
    assert (pays.code, pays.lines) == (0, [[]])
    nobody = neraca(*credit, DATABASE_URL=followed_database)
    assert nobody.code == 2
    assert "who asks? put your token" in nobody.err


@pytest.mark.usefixtures("hr")
def test_whoever_may_fix_nothing_hears_it_once_and_not_of_everybody(
    neraca: Callable[..., Any], followed_database: str
) -> None:
    for words in (("credit", "--period", "2025"), ("allowance", "--month", "2025-12", "--revise", "keliru")):
        with pytest.raises(NotAllowed, match=rf"-{words[0]} needs the role hr; policy-1 has policy"):
            neraca("fix", *words, "--agency", "surabaya", DATABASE_URL=followed_database, TOKEN="aturan")


def test_a_payroll_is_written_to_a_file_or_out(
    neraca: Callable[..., Any], followed_database: str, tmp_path: Path
) -> None:
    words = ("export", "payroll", "--agency", "surabaya", "--period", "2025-12")
    file = tmp_path / "gaji.xlsx"

    said = neraca(*words, DATABASE_URL=followed_database)
    assert said.code == 0
    assert said.out.startswith("month,employee_number,name,unit,")
    written = neraca(*words, "--format", "xlsx", "--output", str(file), DATABASE_URL=followed_database)
    assert (written.code, written.out) == (0, "")
    assert file.read_bytes()[:2] == b"PK"
