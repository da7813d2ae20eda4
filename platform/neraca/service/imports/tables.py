"""A table as a file has it, whatever kind of file: a row of titles, and rows of cells with their number in the file.

What a file may hold is bounded before anything is made of it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from msgspec import Struct

LARGEST = 20_000_000
"""Bytes."""

MOST_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_CELL = 20_000
"""Characters."""

REMARKS = "remarks"
"""The title of the column that an annotated copy has besides; it is not read when the copy comes back."""


class Numeric(Struct, frozen=True):
    """A cell that a spreadsheet keeps as a number: of its digits it has 15."""

    text: str


class Unreadable(Struct, frozen=True):
    """A cell whose value the file does not say, and why."""

    why: str


Cell: TypeAlias = str | Numeric | Unreadable


class Row(Struct, frozen=True):
    """`line` is counted from 1, as an editor or a spreadsheet shows it."""

    line: int
    cells: tuple[Cell, ...]


class Table(Struct, frozen=True):
    line: int
    titles: tuple[str, ...]
    rows: tuple[Row, ...]


class Layout(Struct, frozen=True):
    """How a table is found in a file: which titles are known, and what was said of it, None where nothing was.

    `title_line` is that of the titles, `delimiter` divides the cells of a line, `sheet` is of a workbook.
    """

    is_title: Callable[[str], bool]
    delimiter: str | None = None
    title_line: int | None = None
    sheet: str | None = None


class FileFault(Struct, frozen=True):
    """`column` is counted from 1; 0 where the whole line is at fault."""

    line: int
    column: int
    what: str


class FileRefused(ValueError):
    """A file that is not taken, with everything that is wrong in it."""

    def __init__(self, found: Sequence[FileFault]) -> None:
        super().__init__(f"{len(found)} faults")
        self.faults = tuple(found)


def plain(title: str) -> str:
    """Returns a title as it is compared: `TMT Unit`, `tmt_unit` and ` tmt  unit ` are one."""
    return " ".join(re.findall(r"\w+", title.casefold().replace("_", " ")))


def of_rows(rows: Iterable[Row], title_line: int | None) -> Table:
    """Takes the first row that says anything, from the title line on, for that of the titles. Raises FileRefused."""
    told = [row for row in rows if row.line >= (title_line or 1) and any(cell != "" for cell in row.cells)]
    if len(told) < 2:
        raise FileRefused([FileFault(1, 0, "there is no line below the header; send a file when there is")])
    header, below = told[0], told[1:]
    titles = tuple(cell if isinstance(cell, str) else "" for cell in _without_empty_end(header.cells))
    return Table(header.line, titles, tuple(below))


def bounded(size: int, rows: int = 0, columns: int = 0) -> None:
    """Raises FileRefused for what is too large to be read."""
    if size > LARGEST:
        raise FileRefused([FileFault(1, 0, f"the file has {size:,} bytes; at most {LARGEST:,} are read")])
    if rows > MOST_ROWS + 1:
        raise FileRefused([FileFault(1, 0, f"the file has more than {MOST_ROWS:,} lines; send it in several files")])
    if columns > MOST_COLUMNS:
        raise FileRefused([FileFault(1, 0, f"a line has {columns:,} columns; at most {MOST_COLUMNS:,} are read")])


def _without_empty_end(cells: Sequence[Cell]) -> Sequence[Cell]:
    last = max((at for at, cell in enumerate(cells, 1) if cell != ""), default=0)
    return cells[:last]
