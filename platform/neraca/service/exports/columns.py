"""What a column of a data set holds, and how a value of it is written as text."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

from msgspec import Struct

Row: TypeAlias = tuple[Any, ...]
"""A value for each column, in order; None where there is none."""


class Kind(StrEnum):
    """`TEXT` is also every number that counts nothing, such as that of an employee: a spreadsheet keeps 15 digits."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    INSTANT = "instant"
    BOOLEAN = "boolean"


class Column(Struct, frozen=True):
    name: str
    kind: Kind
    description: str


def _text(value: str) -> str:
    return value


def _decimal(value: Decimal) -> str:
    return f"{value:f}"


def _date(value: date) -> str:
    return value.isoformat()


def _instant(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _boolean(value: bool) -> str:
    return "true" if value else "false"


AS_TEXT: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: str,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
    Kind.BOOLEAN: _boolean,
}
"""Of a value that is there; instants in UTC."""
