"""The SQL of the machine, by file name."""

from functools import cache
from importlib.resources import files
from typing import LiteralString, cast


@cache
def statement(name: str) -> LiteralString:
    """The text of `sql/<name>.sql`; it ships with the program, so it counts as literal."""
    return cast(LiteralString, (files("neraca.projecting") / "sql" / f"{name}.sql").read_text("utf-8"))
