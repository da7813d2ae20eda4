"""Tables as files that other programs read: the same rows give the same bytes, and no cell is ever a formula."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO

from msgspec import Struct

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would run as a formula."""


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """RFC 4180 in UTF-8. A text that would run as a formula has an apostrophe before it."""
    return b"".join(_lines(columns, rows))


def structs_as_csv(kind: type[Struct], rows: Iterable[Struct]) -> Iterator[bytes]:
    """The same of structs, a column for each field of their class; line by line, as the rows come."""
    return _lines(kind.__struct_fields__, ([getattr(row, name) for name in kind.__struct_fields__] for row in rows))


def _lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    yield _line(columns)
    for row in rows:
        yield _line([harmless(said(one)) for one in row])


def _line(cells: Sequence[str]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


def said(value: object) -> str:
    """A cell as text."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case tuple() | list():
            return " ".join(said(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- of positions and names
        case Mapping():
            return "; ".join(f"{key} {said(one)}" for key, one in value.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        case int() | str():
            return str(value)
        case _:
            raise TypeError(f"{type(value).__name__} is no cell")


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(RUNS) else text
