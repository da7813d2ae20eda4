"""The SQL of this floor, by file name."""

from functools import cache
from importlib.resources import files
from typing import LiteralString, cast

_API = files("neraca.api")


@cache
def statement(name: str) -> LiteralString:
    """The text of `sql/<name>.sql`, of `graphql/sql/` for `graphql/<name>`; it ships with the program: a literal."""
    folder, _, file = name.rpartition("/")
    place = _API / folder / "sql" if folder else _API / "sql"
    return cast(LiteralString, (place / f"{file}.sql").read_text("utf-8"))
