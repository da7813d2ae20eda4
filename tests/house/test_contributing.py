"""What CONTRIBUTING.md tells people to touch is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
ROW = re.compile(r"^\| (?!to add|---)([^|]+) \|([^|]+)\|", re.MULTILINE)
PATH = re.compile(r"`((?:platform|policies|agencies|projections|tests)/[^`<]*)`")
TARGET = re.compile(r"^make (\w+)", re.MULTILINE)


def test_twelve_changes_each_name_files_that_are_there() -> None:
    rows = ROW.findall(TEXT)
    named = {change: PATH.findall(files) for change, files in rows}

    assert len(rows) == 12
    assert [change for change, files in named.items() if not files and change != "a city"] == []
    assert [file for files in named.values() for file in files if not (ROOT / file).exists()] == []


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_targets_it_names_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(TARGET.findall(TEXT)) <= targets
