"""The SQL of this floor, by file name, and the parts of it that several statements share."""

import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from textwrap import indent
from typing import LiteralString, cast

_SQL = files("neraca.service") / "sql"
_PART = re.compile(r"^( *)-- part ([a-z-]+): (.+)\n", re.MULTILINE)
_WITH, _END = re.compile(r"^ *-- with ([a-z_]+)$"), re.compile(r"^ *-- end$")
_WORD = re.compile(r"\{(\w+)\}")

PRESENT, PAST = frozenset({"present"}), frozenset({"past"})
"""The sections of a statement that can be asked of both."""


@cache
def statement(name: str) -> LiteralString:
    """The text of `sql/<name>.sql` with its parts; it ships with the program, so it counts as literal."""
    return cast(LiteralString, with_parts((_SQL / f"{name}.sql").read_text("utf-8")))


@cache
def present(name: str) -> LiteralString:
    """The statement as it asks of the present."""
    return cast(LiteralString, with_sections(statement(name), PRESENT))


def with_parts(text: str) -> str:
    """The text in which what is said in one place for several statements stands where each asks for it.

    A line `-- part post-of-day: day = %(today)s; position = null` takes `sql/parts/post-of-day.sql`, in which `{day}`
    and `{position}` are what the line says. A part may ask for others.
    """
    return _PART.sub(lambda found: _part(*found.groups()), text)


def with_sections(text: str, wanted: Collection[str]) -> str:
    """The text without the sections that are not wanted. A section stands between a line `-- with <name>` and the next
    line `-- end` that ends no other.
    """
    lines: list[str] = []
    within: list[bool] = []
    for line in text.splitlines(keepends=True):
        if (begins := _WITH.match(line)) is not None:
            within.append(begins[1] in wanted)
        elif _END.match(line):
            within.pop()
        elif all(within):
            lines.append(line)
    return "".join(lines)


def _part(margin: str, name: str, said: str) -> str:
    words = dict[str, str](one.split(" = ", 1) for one in said.split("; "))
    return indent(with_parts(_told((_SQL / "parts" / f"{name}.sql").read_text("utf-8"), words)), margin)


def _told(text: str, words: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: words[found[1]], text)
