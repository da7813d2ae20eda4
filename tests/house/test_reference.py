"""The reference pages show each face, each event with its fields, and the schema; pdoc is not run here."""

from html import unescape
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from neraca.domain.registry import EVENTS

ROOT = Path(__file__).parents[2]


def _script() -> ModuleType:
    spec = spec_from_file_location("reference", ROOT / ".ci" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return _script().own_pages()


def test_each_event_stands_there_with_its_fields(pages: dict[str, str]) -> None:
    sections = pages["events.html"].split("<h2 id=")
    said = {section[1 : section.index(">") - 1]: section for section in sections[1:]}
    lacking = [
        f"{tag}.{field.encode_name}"
        for tag, kind in EVENTS.items()
        for field in msgspec.structs.fields(kind)
        if f"<code>{field.encode_name}</code>" not in said[tag]
    ]

    assert said.keys() == EVENTS.keys()
    assert lacking == []
    assert [tag for tag, section in said.items() if f'"type":"{tag}"' not in unescape(section)] == []


def test_each_face_is_in_the_index(pages: dict[str, str]) -> None:
    packages = {
        ".".join(file.relative_to(ROOT / root).parts[:-1])
        for root, name in (("platform", "neraca"), (".", "projections"))
        for file in (ROOT / root / name).rglob("__init__.py")
    }
    unseen = {package for package in packages if f"<code>{package}</code>" not in pages["index.html"]}

    assert unseen == {"neraca"}, "the root package shows the command alone, which is there"


def test_the_schema_is_the_one_that_others_program_against(pages: dict[str, str]) -> None:
    assert pages["schema.graphql"].strip() == (ROOT / "tests" / "golden" / "schema.graphql").read_text().strip()


def test_one_target_makes_them() -> None:
    assert "\nreference: setup\n" in (ROOT / "Makefile").read_text()
