"""`id@version` is put together and taken apart by `PolicyRef` alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from neraca.domain.command_rules import PolicyRef

PROJECT = Path(__file__).parents[2]
HOME = "platform/neraca/domain/command_rules.py"
# These write `agency@position` in the ids of GraphQL nodes, which are no policies.
NODE_IDS = ("platform/neraca/api/graphql/support/node.py", "platform/neraca/api/graphql/query.py")
SPLITTING = ("partition", "rpartition", "split", "rsplit", "find", "index", "join", "removesuffix")


def _sources(suffix: str) -> Iterator[tuple[str, str]]:
    for floor in ("platform", "projections"):
        for path in sorted((PROJECT / floor).rglob(f"*{suffix}")):
            yield str(path.relative_to(PROJECT)), path.read_text()


def at_signs(text: str) -> list[int]:
    """Returns the lines where a text is put together or taken apart at an `@`."""
    lines: list[int] = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.JoinedStr(values=parts):
                lines += [
                    between.lineno
                    for before, between, after in zip(parts, parts[1:], parts[2:], strict=False)
                    if isinstance(before, ast.FormattedValue)
                    and isinstance(between, ast.Constant)
                    and str(between.value).strip() == "@"
                    and isinstance(after, ast.FormattedValue)
                ]
            case ast.Call(func=ast.Attribute(attr=name, value=on), args=given) if name in SPLITTING:
                lines += [one.lineno for one in (on, *given) if isinstance(one, ast.Constant) and one.value == "@"]
            case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str() as said))) if "}@{" in said:
                lines.append(node.lineno)
            case ast.BinOp(left=ast.Constant(value="@")) | ast.BinOp(right=ast.Constant(value="@")):
                lines.append(node.lineno)
            case ast.BinOp(left=ast.Constant(value=str() as said), op=ast.Mod()) if re.search(r"%\w@%\w", said):
                lines.append(node.lineno)
            case _:
                pass
    return lines


def test_no_other_module_writes_or_splits_a_policy_reference() -> None:
    found = {file: at_signs(text) for file, text in _sources(".py")}

    assert found[HOME], "the look-out finds nothing even where references are written"
    assert {file: lines for file, lines in found.items() if lines and file not in (HOME, *NODE_IDS)} == {}


def test_no_statement_writes_or_splits_a_policy_reference() -> None:
    assert [file for file, text in _sources(".sql") if "'@'" in text] == []


@pytest.mark.parametrize(
    "text",
    [
        'f"{id}@{version}"',
        'ref.partition("@")',
        'ref.rsplit("@", 1)',
        '"@".join((id, version))',
        'id + "@" + version',
        '"%s@%d" % (id, version)',
        '"{}@{}".format(id, version)',
    ],
)
def test_the_look_out_knows_the_ways_to_do_it_by_hand(text: str) -> None:
    assert at_signs(text) == [1] or at_signs(text) == [1, 1]


def test_a_reference_reads_as_it_was_written() -> None:
    ref = PolicyRef("kinerja-uji", 12, "a" * 64, "b" * 64)

    assert ref.name == "kinerja-uji@12"
    assert PolicyRef.parsed(ref.name) == ("kinerja-uji", 12)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("kinerja-uji", ("kinerja-uji", None)),
        ("kinerja-uji@", ("kinerja-uji", None)),
        ("kinerja-uji@dua", ("kinerja-uji@dua", None)),
        ("kinerja-uji@-1", ("kinerja-uji@-1", None)),
        ("kinerja-uji@1@2", ("kinerja-uji@1@2", None)),
        ("", ("", None)),
    ],
)
def test_what_has_no_number_for_a_version_has_none(text: str, read: tuple[str, int | None]) -> None:
    assert PolicyRef.parsed(text) == read
