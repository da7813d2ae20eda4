"""The picture in platform/README.md has the arrows that the imports have, and its lists the modules that are there."""

import re
from pathlib import Path

import grimp
import pytest

PLATFORM = Path(__file__).parents[2] / "platform"
TEXT = (PLATFORM / "README.md").read_text()

Arrow = tuple[str, str]


def _drawn(picture: str) -> set[Arrow]:
    """Returns the arrows of a picture, of which a line has several: `a --> b & c`."""
    arrows = re.findall(r"^  (\w+) --> (.+)$", picture, re.MULTILINE)
    return {(start, end) for start, ends in arrows for end in ends.split(" & ")}


def _floor(module: str) -> str:
    root, *rest = module.split(".")
    return rest[0] if rest and root == "neraca" else root


def _imported() -> set[Arrow]:
    graph = grimp.build_graph("neraca", "projections", cache_dir=None)
    arrows = {
        (_floor(module), _floor(imported))
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
    }
    # The root package is no floor: its face names the command.
    return {(start, end) for start, end in arrows if start not in (end, "neraca")}


def _picture() -> str:
    drawn = re.search(r"```mermaid\n(.+?)```", TEXT, re.DOTALL)
    assert drawn is not None
    return drawn[1]


def test_the_picture_has_the_arrows_of_the_imports() -> None:
    drawn, imported = _drawn(_picture()), _imported()

    assert len(imported) > 30
    assert {"drawn, but not imported": drawn - imported, "imported, but not drawn": imported - drawn} == {
        "drawn, but not imported": set(),
        "imported, but not drawn": set(),
    }


def test_the_picture_has_every_floor_and_no_other() -> None:
    drawn = set(re.findall(r"\w+", _picture())) - {"flowchart", "TB"}
    there = {path.stem for path in (PLATFORM / "neraca").iterdir() if path.suffix == ".py" or path.is_dir()}

    assert drawn == there - {"__init__", "__pycache__", "py"} | {"projections"}


@pytest.mark.parametrize("floor", ["service", "api"])
def test_each_module_has_a_line_and_no_other(floor: str) -> None:
    section = TEXT.split(f"\n## Modules of `{floor}/`\n")[1].split("\n## ")[0]
    listed = re.findall(r"^\| `([\w/]+)` \| \S", section, re.MULTILINE)
    folder = PLATFORM / "neraca" / floor
    there = {str(file.relative_to(folder).with_suffix("")) for file in folder.rglob("*.py")}

    assert len(listed) == len(set(listed))
    assert set(listed) == {module for module in there if not module.endswith("__init__")}
