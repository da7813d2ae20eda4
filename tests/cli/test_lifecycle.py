"""A rule comes into force from the command line: proposed, simulated, approved by another, and listed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from neraca.domain.errors import Conflict

Neraca = Callable[..., Any]
ROOT = Path(__file__).parents[2]
WHERE = ("--agency", "bandung")
NEXT_YEAR = f"{datetime.now(UTC).year + 1}-01-01"
WHEN = ("--since", NEXT_YEAR, "--reason", "Perwali 12")
REF = "id.jabar.kota-bandung"


@pytest.fixture
def told(neraca: Neraca, database: str) -> Callable[..., Any]:
    """Runs `neraca policy` verbs in the book of Bandung and gives what they print as JSON, or the complaint."""

    def run(*words: str, by: str | None = None, code: int = 0) -> Any:
        who = () if by is None else ("--as", by)
        said = neraca("policy", *words, *WHERE, *who, "--json", DATABASE_URL=database)
        assert said.code == code, said.err
        return json.loads(said.out) if code == 0 else said.err

    return run


@pytest.fixture
def second(tmp_path: Path) -> str:
    """A file beside the root: the next version of Bandung's policy."""
    text = (ROOT / "policies/bandung/kota-bandung.yaml").read_text()
    file = tmp_path / "kota-bandung-2.yaml"
    file.write_text(text.replace("\nversion: 1\n", "\nversion: 2\n"))
    return str(file)


def report(tmp_path: Path, hash_: str) -> str:
    """As `neraca policy simulate --json` prints it."""
    file = tmp_path / "report.json"
    file.write_text(json.dumps({"impact_hash": hash_, "summary": "0 of 0", "impact": {}, "position": 7}))
    return str(file)


def test_a_version_goes_from_a_file_into_the_book(told: Any, second: str, tmp_path: Path) -> None:
    proposed = told("propose", second, *WHEN, by="tini")
    hash_ = proposed["policy"]["hash"]
    assert (proposed["proposal"], proposed["stage"], proposed["waits_for"]) == ("p1", "draft", "an impact report")

    with pytest.raises(Conflict, match=r"/report: the impact of p1 on \d{4}, .* is [0-9a-f]{64}: 0 of 0") as refused:
        told("attach", "p1", "--report", report(tmp_path, "6e" * 32), by="tini")
    impact = refused.value.message.partition(", is ")[2][:64]
    attached = told("attach", "p1", "--report", report(tmp_path, impact), by="tini")
    assert (attached["stage"], attached["waits_for"]) == ("proposed", "1 more approval")

    approved = told("approve", "p1", "--policy-hash", hash_, "--impact-hash", impact, by="rina")
    assert (approved["stage"], approved["approvals"]) == ("scheduled", ["rina"])

    restored = told("restore", f"{REF}@1", *WHEN[:1], f"{int(NEXT_YEAR[:4]) + 1}-01-01", *WHEN[2:], by="tini")
    assert (restored["policy"]["version"], restored["reason"]) == (3, f"restores {REF}@1: Perwali 12")
    assert told("withdraw", "p2", "--reason", "keliru", by="tini")["stage"] == "withdrawn"
    assert [(one["proposal"], one["policy"]["version"], one["stage"]) for one in told("list")] == [
        ("p1", 2, "scheduled"),
        ("p2", 3, "withdrawn"),
        (None, 1, "in force"),
    ]


def test_the_book_is_told_in_words(neraca: Neraca, told: Any, second: str, database: str) -> None:
    told("propose", second, *WHEN, by="tini")

    said = neraca("policy", "list", *WHERE, DATABASE_URL=database)

    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0].startswith(f"p1  {REF}@2  predicate  draft  policy ")
    assert lines[1:3] == [
        "    by tini: Perwali 12",
        f"    to rule from {NEXT_YEAR}; waits for an impact report",
    ]
    assert lines[3].startswith(f"adopted  {REF}@1  predicate  in force  policy ")
    assert lines[4] == f"    {REF}@1 rules from 2025-01-01 on without end"
