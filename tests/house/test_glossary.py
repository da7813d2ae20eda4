"""Modules are named by words that the glossary or the trade knows, and the glossary names what is there."""

import re
from pathlib import Path

from neraca.policy.compiled.methods import METHODS

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "platform" / "GLOSSARY.md").read_text()
FILES = [*(ROOT / "platform" / "neraca").rglob("*.py"), *(ROOT / "projections").rglob("*.py")]
METHOD_WORDS = {word for method in METHODS for word in method.__module__.rpartition(".")[2].split("_")}
"""Words of the policy language: the schema explains each to those who write it, and a test asks that it does."""

KNOWN = METHOD_WORDS | {word.rstrip("s") for word in re.findall(r"[a-z]+", GLOSSARY.lower())}
PLAIN = """
    applicability audit assignment combination count date facet organisation path production reference source timing
    api app application argument arithmetic array aside authentication binary block cache check cli client clock codec
    collector compilation completion composition connection console context conversion database decoding
    dependency description diagnosis diff doc docs domain draft effect enum error execution expectation
    explanation fast file finding format gate given graphql group handler hash header health index init input
    integrity item json kind layout library lifecycle limit loader localised lock main measurement metered migrate model
    neraca node number openapi option order outage output overflow page parameter party platform policy pool
    prepared probe problem product projecting projection proof published purpose query queue reader render
    report request root row run runner sample scalar scale schema scope scoring selection service serving
    setting settings simulation socket sql staff stage state statement status step store stream subject support
    synthetic table telemetry testing text thread tree type use validation verb visibility vocabulary wait
    waiter worker workflow workspace yaml
"""


def words(file: Path) -> list[str]:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return [word for part in parts if part != "__init__" for word in part.split("_") if word]


def test_each_word_of_a_module_name_is_known() -> None:
    known = KNOWN | {form for word in PLAIN.split() for form in (word, word.rstrip("s"))}
    unknown = {
        f"{word} in {file.relative_to(ROOT)}"
        for file in FILES
        for word in words(file)
        if not known & {word, word.rstrip("s"), word.removesuffix("es"), re.sub("ies$", "y", word)}
    }

    assert unknown == set()


def test_no_module_is_named_by_what_it_does_all_day() -> None:
    gerunds = {file.stem for file in FILES if re.fullmatch(r"\w*[a-z]{2}ing", file.stem.rsplit("_", 1)[-1])}

    assert gerunds <= {"scoring", "serving", "rebalancing", "command_decoding", "binding", "timing"}, (
        "modules are nouns"
    )


def test_each_name_in_the_code_is_in_the_code() -> None:
    rows = [line.split(" | ") for line in GLOSSARY.splitlines() if line.startswith("| ") and "`" in line]
    names = {name for row in rows for name in re.findall(r"`([A-Za-z_]+)`", row[-2])}
    code = set(re.findall(r"\w+", "\n".join(file.read_text() for file in FILES)))

    assert len(rows) > 60
    assert names - code == set()
