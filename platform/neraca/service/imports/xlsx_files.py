"""Workbooks (XLSX): one sheet is read as it says, and never what it does not say.

A number is taken with the 15 digits that a spreadsheet keeps of it. Of a formula the value counts that was worked out
when the file was saved; where there is none, nothing is made up. What a file claims to unfold to is bounded before it
is unfolded, and of a sheet what is read is bounded as it comes.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from decimal import Context, Decimal
from io import BytesIO
from typing import Any, assert_never
from zipfile import BadZipFile, ZipFile

from neraca.service.imports.fields import EXACT
from neraca.service.imports.tables import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    REMARKS,
    Cell,
    FileFault,
    FileRefused,
    Layout,
    Numeric,
    Row,
    Table,
    Unreadable,
    bounded,
    of_rows,
)

BEGINS = b"PK"
LOCKED = b"\xd0\xcf\x11\xe0"
"""How an old workbook begins, and a new one that is locked by a password."""

LARGEST_UNPACKED = 100_000_000
"""Bytes that all parts of a workbook unfold to."""

MOST_LINES = 4 * MOST_ROWS
"""Of a sheet, empty ones included."""

MOST_CELLS = 10_000_000
"""Of a sheet, empty ones among others included."""

_FIRST_LINES = 20
"""Within these the titles of a sheet are looked for."""

_SHOWN = Context(prec=EXACT)
_LONGEST_REMARK = 32_000
"""Characters: a cell of a workbook holds few more."""


def read(file: bytes, layout: Layout) -> Table:
    """Raises FileRefused."""
    return of_rows(_rows(file, layout), layout.title_line)


def annotated(
    file: bytes, layout: Layout, remarks: Mapping[int, str], marks: Mapping[tuple[int, int], str], header: int
) -> bytes:
    """Returns the sheet as it was read with a column more, of what is to be said of each line; `marks` are comments by
    line and column, and `header` is the line of the titles. Every cell that is no number is text.
    """
    from xlsxwriter import Workbook  # pyright: ignore[reportMissingTypeStubs] -- it is typed, and does not say so

    rows = [*_rows(file, layout)]
    titles = next((row.cells for row in rows if row.line == header), ())
    # What an annotated copy said before is written over.
    last = titles.index(REMARKS) if REMARKS in titles else max((len(row.cells) for row in rows), default=0)
    target = BytesIO()
    book: Any = Workbook(
        target,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False},
    )
    sheet: Any = book.add_worksheet()
    text: Any = book.add_format({"num_format": "@"})
    marked: Any = book.add_format({"num_format": "@", "bg_color": "#FFC7CE"})
    for row in rows:
        for at, cell in enumerate(row.cells[:last]):
            _write(sheet, row.line - 1, at, cell, marked if (row.line, at + 1) in marks else text)
        said = REMARKS if row.line == header else remarks.get(row.line, "")
        sheet.write_string(row.line - 1, last, said[:_LONGEST_REMARK])
    for (line, column), said in marks.items():
        sheet.write_comment(line - 1, column - 1, said[:_LONGEST_REMARK])
    sheet.set_column(0, last, 20, text)
    book.close()
    return target.getvalue()


def _write(sheet: Any, line: int, column: int, cell: Cell, form: Any) -> None:
    match cell:
        case Numeric() if len(Decimal(cell.text).as_tuple().digits) <= EXACT:
            sheet.write_number(line, column, float(cell.text))
        case Numeric():
            sheet.write_string(line, column, cell.text, form)
        case Unreadable():
            sheet.write_blank(line, column, None, form)
        case str():
            sheet.write_string(line, column, cell, form)
        case _:
            assert_never(cell)


def _rows(file: bytes, layout: Layout) -> Iterator[Row]:
    _unpackable(file)
    try:
        yield from _told(file, layout)
    except FileRefused:
        raise
    except Exception as error:
        # Of a broken file the library stumbles over whatever it meets: there is no one kind of error for it.
        raise FileRefused([FileFault(1, 0, f"it can't be read as a workbook: {type(error).__name__}")]) from error


def _unpackable(file: bytes) -> None:
    bounded(len(file))
    if file.startswith(LOCKED):
        raise FileRefused([FileFault(1, 0, "it is an old or a locked workbook; save it as XLSX without a password")])
    try:
        with ZipFile(BytesIO(file)) as packed:
            # What a part says of its size is all that is read of it.
            size = sum(part.file_size for part in packed.infolist())
    except BadZipFile:
        raise FileRefused([FileFault(1, 0, "it can't be read as a workbook: it is not whole")]) from None
    if size > LARGEST_UNPACKED:
        raise FileRefused(
            [FileFault(1, 0, f"the workbook unfolds to {size:,} bytes; at most {LARGEST_UNPACKED:,} are read")]
        )


def _told(file: bytes, layout: Layout) -> Iterator[Row]:
    name = _sheet(file, layout)
    formulas = False
    for row in _cells(file, name, values=False):
        formulas = formulas or any(cell.data_type == "f" for cell in row[1])
        if formulas:
            break
    told = _cells(file, name, values=True)
    written = _cells(file, name, values=False) if formulas else None
    number = 0
    for line, cells in told:
        asks = next(written)[1] if written is not None else ()
        values = [_cell(cell, is_formula=at < len(asks) and asks[at].data_type == "f") for at, cell in enumerate(cells)]
        while values and values[-1] == "":
            values.pop()
        if values:
            number += 1
            bounded(0, number, len(values))
            for column, value in enumerate(values, 1):
                if isinstance(value, str) and len(value) > LONGEST_CELL:
                    what = f"the cell has {len(value):,} characters; at most {LONGEST_CELL:,} are read"
                    raise FileRefused([FileFault(line, column, what)])
            yield Row(line, tuple(values))


def _opened(file: bytes, *, values: bool) -> Any:
    from openpyxl import load_workbook  # pyright: ignore[reportMissingModuleSource] -- it has no types

    return load_workbook(BytesIO(file), read_only=True, data_only=values, keep_links=False)


def _sheet(file: bytes, layout: Layout) -> str:
    """The sheet that is named, or the only one, or the only one of which a title is known."""
    book = _opened(file, values=True)
    names: Sequence[str] = [sheet.title for sheet in book.worksheets]
    if layout.sheet is not None:
        if layout.sheet not in names:
            what = f"there is no sheet '{layout.sheet}'; there are {', '.join(names)}"
            raise FileRefused([FileFault(1, 0, what)])
        return layout.sheet
    known = [name for name in names if len(names) == 1 or _has_titles(file, name, layout)]
    if len(known) != 1:
        what = f"there are sheets {', '.join(names)}, and it is not plain which is meant; name one in the mapping"
        raise FileRefused([FileFault(1, 0, what)])
    return known[0]


def _has_titles(file: bytes, name: str, layout: Layout) -> bool:
    for line, cells in _cells(file, name, values=True):
        if any(isinstance(cell.value, str) and layout.is_title(cell.value) for cell in cells):
            return True
        if line >= _FIRST_LINES:
            return False
    return False


def _cells(file: bytes, name: str, *, values: bool) -> Iterator[tuple[int, Sequence[Any]]]:
    """Each line with its cells: as they were worked out, or as they were written."""
    sheet = _opened(file, values=values)[name]
    # What a sheet says of its own size is often wrong, and would be filled up to.
    sheet.reset_dimensions()
    seen = 0
    for line, cells in enumerate(sheet.iter_rows(), 1):
        seen += len(cells) + 1
        if line > MOST_LINES:
            what = f"the file has more than {MOST_LINES:,} lines; send it in several files"
            raise FileRefused([FileFault(line, 0, what)])
        if seen > MOST_CELLS:
            raise FileRefused([FileFault(line, 0, f"the sheet has more than {MOST_CELLS:,} cells; send less of it")])
        if len(cells) > 10 * MOST_COLUMNS:
            bounded(0, 0, len(cells))
        yield line, cells


def _cell(cell: Any, *, is_formula: bool) -> Cell:
    value = cell.value
    if value is None:
        # A formula may have come to no text, and says so; without a type it was never worked out.
        lacks = is_formula and cell.data_type != "str"
        return (
            Unreadable("it is a formula that was never worked out; open the file, save it, send it again")
            if lacks
            else ""
        )
    if cell.data_type == "e":
        return Unreadable(f"the sheet shows {value} here; mend the formula")
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return Numeric(str(value))
        case float():
            return Numeric(_digits(value))
        case datetime() if value.time() == time.min:
            return value.date().isoformat()
        case _:
            return str(value).strip()


def _digits(value: float) -> str:
    """A number as a spreadsheet shows it with all digits that it keeps."""
    number = _SHOWN.create_decimal_from_float(value)
    whole = number == number.to_integral_value()
    return f"{number.to_integral_value() if whole else number.normalize():f}"
