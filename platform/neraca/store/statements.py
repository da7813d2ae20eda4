"""The SQL of this floor, by file name."""

from functools import cache
from importlib.resources import files
from typing import LiteralString, cast

_SQL = files("neraca.store") / "sql"


@cache
def statement(name: str) -> LiteralString:
    """The text of `sql/<name>.sql`; it ships with the program, so it counts as literal."""
    return cast(LiteralString, (_SQL / f"{name}.sql").read_text("utf-8"))


def migrations() -> dict[str, bytes]:
    """File name -> content of the numbered files, in order."""
    found = [file for file in _SQL.iterdir() if file.name[:4].isdigit() and file.name.endswith(".sql")]
    return {file.name: file.read_bytes() for file in sorted(found, key=lambda file: file.name)}
