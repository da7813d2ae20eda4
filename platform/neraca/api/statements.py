"""The SQL of this floor, by file name."""

from functools import cache
from importlib.resources import files
from typing import LiteralString, cast

_API, _SERVICE = files("neraca.api"), files("neraca.service")


@cache
def statement(name: str) -> LiteralString:
    """The text of `sql/<name>.sql`, of `graphql/sql/` for `graphql/<name>`, of what the service asks as well for
    `service/<name>`; it ships with the program: a literal.
    """
    folder, _, file = name.rpartition("/")
    place = _SERVICE / "sql" if folder == "service" else _API / folder / "sql" if folder else _API / "sql"
    return cast(LiteralString, (place / f"{file}.sql").read_text("utf-8"))
