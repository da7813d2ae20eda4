"""The SQL of this floor, by file name, and the parts of it that several statements share."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from textwrap import indent
from typing import LiteralString, cast

_SQL = files("neraca.service") / "sql"
_PART = re.compile(r"^( *)-- part ([a-z-]+): (.+)\n", re.MULTILINE)
_WORD = re.compile(r"\{(\w+)\}")


@cache
def statement(name: str) -> LiteralString:
    """The text of `sql/<name>.sql` with its parts; it ships with the program, so it counts as literal."""
    return cast(LiteralString, with_parts((_SQL / f"{name}.sql").read_text("utf-8")))


def with_parts(text: str) -> str:
    """The text in which what is said in one place for several statements stands where each asks for it.

    A line `-- part post-of-day: day = %(today)s; position = null` takes `sql/parts/post-of-day.sql`, in which `{day}`
    and `{position}` are what the line says. A part may ask for others.
    """
    return _PART.sub(lambda found: _part(*found.groups()), text)


def _part(margin: str, name: str, said: str) -> str:
    words = dict[str, str](one.split(" = ", 1) for one in said.split("; "))
    return indent(with_parts(_told((_SQL / "parts" / f"{name}.sql").read_text("utf-8"), words)), margin)


def _told(text: str, words: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: words[found[1]], text)
