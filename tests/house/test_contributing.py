"""What CONTRIBUTING.md tells people to touch is there, is little, and is all: whatever lists a closed set is named."""

import re
import runpy
from collections.abc import Iterable
from pathlib import Path

import pytest

from neraca.domain.vocabulary import RATERS, Relation, Role
from neraca.policy.compiled.methods import METHODS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
ROW = re.compile(r"^\| (?!to add|---)([^|]+) \|([^|]+)\|([^|]+)\|", re.MULTILINE)
PATH = re.compile(r"`((?:platform|policies|agencies|projections|tests)/[^`<]*)`")
TARGET = re.compile(r"^make (\w+)", re.MULTILINE)


def test_each_change_names_files_that_are_there() -> None:
    rows = ROW.findall(TEXT)
    named = {change: PATH.findall(by_hand + written) for change, by_hand, written in rows}

    assert len(rows) == 15
    assert [change for change, files in named.items() if not files and change != "a city"] == []
    assert [file for files in named.values() for file in files if not (ROOT / file).exists()] == []


MOST = {"a measure method": 4, "an event": 5, "a GraphQL field": 5, "a rater group": 5}


def test_the_commonest_changes_are_few_files_by_hand() -> None:
    by_hand = {change: PATH.findall(files) for change, files, _ in ROW.findall(TEXT)}

    assert {change: files for change, most in MOST.items() if len(files := by_hand[change]) > most} == {}


def test_what_the_command_writes_is_what_the_table_says_it_writes() -> None:
    written = set(runpy.run_path(str(ROOT / "tests" / "goldens.py"))["FILES"])
    said = {file for *_, files in ROW.findall(TEXT) for file in PATH.findall(files)}
    by_hand = {file for _, files, _ in ROW.findall(TEXT) for file in PATH.findall(files)}

    assert said <= written
    assert not by_hand & written


EXAMPLES = {
    "tests/domain/test_parties.py",
    "tests/domain/test_rater_privacy.py",
    "tests/golden/schema-released.graphql",
}
"""These name every rater group, and pass as they are when there is one more."""


def listing(members: Iterable[str], folders: Iterable[str]) -> list[str]:
    """The files of the code and of the tests that name every member of a closed set."""
    every = [re.compile(rf"\b{member}\b") for member in members]
    files = [
        file for folder in folders for kind in ("py", "graphql", "txt") for file in (ROOT / folder).rglob(f"*.{kind}")
    ]
    texts = {file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in files}
    return sorted(name for name, text in texts.items() if all(member.search(text) for member in every))


@pytest.mark.parametrize(
    ("change", "members"),
    [
        ("a rater group", [f"Relation\\.{relation.name}" for relation in Relation]),
        ("a rater group", [rule.group for rule in RATERS.values()]),
        ("a role", [f"Role\\.{role.name}" for role in Role]),
        ("a measure method", [f"{method.__name__}Step" for method in METHODS if method.__name__ != "SurveyIndex"]),
    ],
)
def test_whoever_names_all_of_a_closed_set_is_named_for_the_next_member(change: str, members: list[str]) -> None:
    told = next(by_hand + written for one, by_hand, written in ROW.findall(TEXT) if one == change)
    named = PATH.findall(told)

    found = listing(members, ("platform/neraca", "projections", "tests/domain", "tests/policy", "tests/golden"))
    assert [file for file in found if file not in named and file not in EXAMPLES] == []


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_targets_it_names_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(TARGET.findall(TEXT)) <= targets
