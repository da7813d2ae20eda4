"""Decisions are numbered without a gap, dated in order, and listed."""

import re
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "platform" / "decisions"
FILES = sorted(file for file in FOLDER.glob("*.md") if file.name != "README.md")
HEAD = re.compile(r"# (?P<title>[^\n]+[^.\n])\n\n(?P<day>\d{4}-\d\d-\d\d)\n\n\S")


def test_numbers_have_no_gap() -> None:
    assert [int(file.name[:4]) for file in FILES] == list(range(1, len(FILES) + 1))


def test_each_has_a_title_and_a_day_and_is_listed_so() -> None:
    found = {file.name: HEAD.match(file.read_text()) for file in FILES}
    rows = [
        f"| [{name[:4]}]({name}) | {head['day']} | {head['title']} |"
        for name, head in found.items()
        if head is not None
    ]

    assert [name for name, head in found.items() if head is None] == []
    assert [line for line in (FOLDER / "README.md").read_text().splitlines() if line.startswith("| [")] == rows


def test_days_are_in_order() -> None:
    days = [date.fromisoformat(file.read_text().split("\n\n")[1]) for file in FILES]

    assert days == sorted(days)
