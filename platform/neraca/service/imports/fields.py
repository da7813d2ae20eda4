"""What a column holds, and how a cell of it is read: never by a guess.

A spreadsheet keeps 15 digits of a number. An employee number of 18 that was stored as a number has lost its last three
for good: what is left of it, rounded or in powers of ten, is refused with what to do, and is never taken for somebody.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, TypeAlias, assert_never

from msgspec import Struct

from neraca.domain import text_kinds
from neraca.domain.text_kinds import Kind, shown
from neraca.domain.validation import suggestion
from neraca.service.imports.tables import Cell, Numeric, Unreadable, plain

EXACT = 15
"""Digits that a spreadsheet keeps of a number."""

_POWER = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_LOST = re.compile(r"[0-9]{15}0{3}")
_DIGITS_LOST = (
    "is what a spreadsheet left of a number of 18 digits: the last ones are lost for good; take it from its source"
    " again, into a column that was made text before"
)
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:([.,])([0-9]{1,12}))?")
_SIGNS = {"D": "day", "M": "month", "Y": "year"}


class CellRefused(ValueError):
    """What is wrong with a cell, and what to do."""


class Style(Struct, frozen=True):
    """How a file writes numbers and days; None where it has not been said, and only what has one meaning is read.

    `days` is written such as DD/MM/YYYY.
    """

    decimal: Literal[".", ","] | None = None
    days: str | None = None


Reader: TypeAlias = Callable[[Cell, Style], Any]
"""Takes a cell that is not empty. Raises CellRefused."""


class Field(Struct, frozen=True):
    """`titles` are by what else than its name a column is known, in English or Indonesian."""

    name: str
    titles: tuple[str, ...]
    read: Reader
    needed: bool = False

    def is_called(self, title: str) -> bool:
        return plain(title) in {plain(self.name), *map(plain, self.titles)}


def text(kind: Kind) -> Reader:
    def read(cell: Cell, style: Style) -> str:
        said = _said(cell)
        if isinstance(cell, Numeric) and not (said.isdecimal() and len(said) <= EXACT):
            raise CellRefused(f"{shown(said)} is kept as a number; make the column text, and enter it again")
        return _of_kind(kind, said)

    return read


def employee(cell: Cell, style: Style) -> str:
    said = _said(cell).removeprefix("'")
    together = re.sub(r"(?<=[0-9]) (?=[0-9])", "", said)
    rounded = isinstance(cell, Numeric) and len(said) > EXACT
    if rounded or _POWER.fullmatch(said) or _LOST.fullmatch(together):
        raise CellRefused(f"{shown(said)} {_DIGITS_LOST}")
    return _of_kind(text_kinds.NIP, together)


def choice(kind: type[Enum] | tuple[str, ...], words: Mapping[str, str]) -> Reader:
    """`words` are Indonesian ones for the values, as they are compared."""
    values = (
        {plain(str(one.value)): one for one in kind} if isinstance(kind, type) else {plain(one): one for one in kind}
    )
    known: dict[str, Any] = values | {plain(word): values[plain(value)] for word, value in words.items()}

    def read(cell: Cell, style: Style) -> Any:
        said = _said(cell)
        if plain(said) not in known:
            raise CellRefused(f"no choice {shown(said)}; {suggestion(plain(said), known)}")
        return known[plain(said)]

    return read


def day(cell: Cell, style: Style) -> date:
    said = _said(cell)
    found = None if isinstance(cell, Numeric) else _as_day(said, style.days)
    if found is None:
        written = "2025-03-31" if style.days is None else style.days
        raise CellRefused(
            f"{shown(said)} is no day as this file writes them, such as {written}; say how it does in the mapping"
        )
    if not text_kinds.FIRST_YEAR <= found.year <= text_kinds.LAST_YEAR:
        first, last = text_kinds.FIRST_YEAR, text_kinds.LAST_YEAR
        raise CellRefused(f"{found} is no day of service: send one from {first} to {last}")
    return found


def count(cell: Cell, style: Style) -> int:
    said = _said(cell)
    found = text_kinds.digits(said, 9)
    if found is None:
        raise CellRefused(f"{shown(said)} is no whole number, such as 12")
    return found


def number(cell: Cell, style: Style) -> Decimal:
    """Without a word on its sign, `1,5` is read and `1,500` is not, which may be a thousand and a half of it."""
    said, sign = _said(cell), "." if isinstance(cell, Numeric) else style.decimal
    found = _NUMBER.fullmatch(said)
    if found is None:
        raise CellRefused(f"{shown(said)} is no number, such as 12 or 93.5, without a sign between thousands")
    if sign is None and found[2] and len(found[2]) == 3 and not said.lstrip("-").startswith("0"):
        raise CellRefused(f"{shown(said)} may mean thousands or a fraction; say the decimal sign in the mapping")
    if sign is not None and found[1] not in (None, sign):
        raise CellRefused(f"{shown(said)} has another decimal sign than this file, which is '{sign}'")
    return Decimal(said.replace(",", "."))


def _said(cell: Cell) -> str:
    match cell:
        case Unreadable():
            raise CellRefused(cell.why)
        case Numeric():
            return cell.text
        case str():
            return cell.strip()
        case _:
            assert_never(cell)


def _of_kind(kind: Kind, said: str) -> str:
    if (wrong := text_kinds.fault(kind, said)) is not None:
        raise CellRefused(wrong)
    return said


def _as_day(said: str, pattern: str | None) -> date | None:
    """ISO 8601, which a workbook's own days are written as too, or as the pattern has it."""
    try:
        # Not date.fromisoformat() alone: it takes weeks and days of the year.
        return date.fromisoformat(said) if re.fullmatch(r"\d{4}-\d\d-\d\d", said, re.ASCII) else _by(said, pattern)
    except ValueError:
        return None


def _by(said: str, pattern: str | None) -> date | None:
    if pattern is None:
        return None
    written = re.escape(pattern)
    for sign, name in _SIGNS.items():
        written = re.sub(f"{sign}+", lambda run, name=name: f"(?P<{name}>[0-9]{{{_width(run[0])}}})", written, count=1)
    found = re.fullmatch(written, said)
    return None if found is None else date(int(found["year"]), int(found["month"]), int(found["day"]))


def _width(run: str) -> str:
    """DD has two digits, D one or two."""
    return "1,2" if len(run) == 1 else str(len(run))


def days_pattern(said: str) -> bool:
    """Whether it says how days are written: day, month and a year of four digits, once each."""
    parts = re.fullmatch(r"(DD?|MM?|YYYY)[^DMY0-9]+(DD?|MM?|YYYY)[^DMY0-9]+(DD?|MM?|YYYY)", said)
    return parts is not None and {part[0] for part in parts.groups()} == {*_SIGNS} and len(said) <= 20
