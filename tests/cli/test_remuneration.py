"""`neraca fix` and `neraca export payroll`: by whom, of whom, and into what file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest


@pytest.fixture
def hr(tmp_path: Path) -> str:
    """The token of an HR officer of Surabaya."""
    home = tmp_path / "home"
    home.mkdir()
    tokens = {
        "rahasia": {"id": "hr-1", "roles": ["hr"], "agency": "surabaya"},
        "operator": {"id": "operator", "roles": ["hr"]},
    }
    (home / "tokens.json").write_bytes(msgspec.json.encode(tokens))
    return "rahasia"


def test_whoever_fixes_is_a_person_and_hears_how_many(neraca: Callable[..., Any], database: str, hr: str) -> None:
    credit = ("fix", "credit", "--agency", "surabaya", "--period", "2025")

    said = neraca(*credit, DATABASE_URL=database, TOKEN=hr)
    assert (said.code, said.out) == (0, "surabaya 2025: 0 fixed, 0 revised, 0 unchanged, 0 refused\n")
    pays = neraca(
        "fix", "allowance", "--agency", "surabaya", "--month", "2025-12", "--json", DATABASE_URL=database, TOKEN=hr
    )
    assert (pays.code, pays.lines) == (0, [[]])
    nobody = neraca(*credit, DATABASE_URL=database)
    assert nobody.code == 2
    assert "who asks? put your token" in nobody.err


def test_a_payroll_is_written_to_a_file_or_out(neraca: Callable[..., Any], database: str, tmp_path: Path) -> None:
    words = ("export", "payroll", "--agency", "surabaya", "--period", "2025-12")
    file = tmp_path / "gaji.xlsx"

    said = neraca(*words, DATABASE_URL=database)
    assert said.code == 0
    assert said.out.startswith("month,employee_number,name,unit,")
    written = neraca(*words, "--format", "xlsx", "--output", str(file), DATABASE_URL=database)
    assert (written.code, written.out) == (0, "")
    assert file.read_bytes()[:2] == b"PK"
