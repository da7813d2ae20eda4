"""What several SQL statements say stands in one file, and each statement that asks for it has all of it."""

import re
from pathlib import Path

import pytest

from neraca.service.statements import with_parts

ROOT = Path(__file__).parents[2] / "platform" / "neraca"
FILES = sorted(file for floor in ("api", "service") for file in (ROOT / floor).rglob("*.sql"))
PARTS = [file for file in FILES if file.parent.name == "parts"]
ASKING = [file for file in FILES if "-- part " in file.read_text() and file not in PARTS]


@pytest.mark.parametrize("file", ASKING, ids=lambda file: file.stem)
def test_a_statement_has_every_word_of_its_parts(file: Path) -> None:
    assert not re.findall(r"\{\w+\}|-- part .*", with_parts(file.read_text()))


def test_each_part_is_shared() -> None:
    asked = re.findall(r"-- part ([a-z-]+):", "".join(file.read_text() for file in FILES))

    assert {name for name in asked if asked.count(name) < 2} == set()
    assert set(asked) == {file.stem for file in PARTS}
