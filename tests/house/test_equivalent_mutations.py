"""Mutations that no test could notice are of code that is there: what was moved, split or mended is named anew."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MUTANTS = ROOT / "tests/mutants"


@pytest.fixture
def mutants(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its modules are those of a program, which finds them beside it."""
    monkeypatch.setattr(sys, "path", [str(MUTANTS), *sys.path])


@pytest.mark.parametrize("file", sorted((MUTANTS / "equivalent").glob("*.toml")), ids=lambda file: file.stem)
@pytest.mark.usefixtures("mutants")
def test_each_may_be_made_of_the_code_as_it_is(file: Path) -> None:
    known = import_module("run").equivalents(file)
    mutations = import_module("mutations").mutations
    texts = {module: ROOT / module for module, *_ in known}
    made = {
        (module, *mutation.key)
        for module, path in texts.items()
        if path.exists()
        for mutation in mutations(path.read_text())
    }

    assert sorted(set(known) - made) == []
    assert all(known.values())
