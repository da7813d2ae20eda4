"""The SQL of this floor, by file name."""

import re
from functools import cache, lru_cache
from importlib.resources import files
from textwrap import indent
from typing import LiteralString, cast

from neraca.service import statements

_API = files("neraca.api")
_TOLD = re.compile(r"^( *)-- told$", re.MULTILINE)
_SHAPES = 1_000
"""Statements that are kept with some of their sections."""


@cache
def statement(name: str) -> LiteralString:
    """The text of `sql/<name>.sql`, of `graphql/sql/` for `graphql/<name>`, of what the service asks as well for
    `service/<name>`; it ships with the program: a literal.
    """
    folder, _, file = name.rpartition("/")
    if folder == "service":
        return statements.statement(file)
    place = _API / folder / "sql" if folder else _API / "sql"
    return cast(LiteralString, statements.with_parts((place / f"{file}.sql").read_text("utf-8")))


@lru_cache(_SHAPES)
def sections(name: str, wanted: frozenset[str], told: str | None = None) -> LiteralString:
    """The statement with the sections that are wanted, and no others. What is `told` stands where it has `-- told`."""
    text: str = statement(name)
    if told is not None:
        text = _TOLD.sub(lambda found: indent(told, found[1]), text)
    return cast(LiteralString, statements.with_sections(text, wanted))
