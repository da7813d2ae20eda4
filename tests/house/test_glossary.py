"""Modules are named by words that the glossary or the trade knows, and the glossary names what is there."""

import re
from pathlib import Path

from neraca.policy.compiled.methods import METHODS

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "platform" / "GLOSSARY.md").read_text()
FILES = [*(ROOT / "platform" / "neraca").rglob("*.py"), *(ROOT / "projections").rglob("*.py")]
METHOD_WORDS = {word for method in METHODS for word in method.__module__.rpartition(".")[2].split("_")}
"""Words of the policy language: the schema explains each to those who write it, and a test asks that it does."""

ROWS = [line.strip("| ").split(" | ") for line in GLOSSARY.splitlines() if line.startswith("| ")]
NAMED = {
    word
    for row in ROWS
    for word in re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", " ".join(row[:-1])).lower())
}
TERMS = METHOD_WORDS | NAMED | {word.rstrip("s") for word in NAMED}
"""What the glossary has as a term or a name; a word of its sentences alone is none."""

PLAIN = """
    and api app arguments check classes cli console csv decoding diff discovery docs enums errors execution files
    filters graphql hashes headers html json lines main migrate model neraca number numbers openapi output page
    pages parameters parquet patches pdf platform products refusals render report reports request routes row rows
    run runner scalars schema schemas serving sockets staff state support testing threads thrift tree web why words
    xlsx yaml year
"""
"""Plain English, and formats and tools that everybody calls so."""


def words(file: Path) -> list[str]:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return [word for part in parts if part != "__init__" for word in part.split("_") if word]


def forms(word: str) -> set[str]:
    return {word, word.rstrip("s"), word.removesuffix("es"), re.sub("ies$", "y", word)}


def test_each_word_of_a_module_name_is_known() -> None:
    used, plain = {word for file in FILES for word in words(file)}, set(PLAIN.split())
    unknown = {word for word in used if not forms(word) & TERMS}

    assert unknown - plain == set(), "put a term into platform/GLOSSARY.md, or use one that is there"
    assert plain - used == set(), "no module is named so any more"


def test_no_module_is_named_by_what_it_does_all_day() -> None:
    gerunds = {file.stem for file in FILES if re.fullmatch(r"\w*[a-z]{2}ing", file.stem.rsplit("_", 1)[-1])}

    assert gerunds <= {"scoring", "serving", "rebalancing", "command_decoding", "binding", "timing"}, (
        "modules are nouns"
    )


def test_each_name_in_the_code_is_in_the_code() -> None:
    rows = [row for row in ROWS if len(row) > 2 and "`" in row[-2]]
    names = {name for row in rows for name in re.findall(r"`([A-Za-z_]+)`", row[-2])}
    code = set(re.findall(r"\w+", "\n".join(file.read_text() for file in FILES)))

    assert len(rows) > 60
    assert names - code == set()
