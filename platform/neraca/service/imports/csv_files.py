"""CSV as programs write it: in UTF-8, or in the UTF-16 of a spreadsheet's «Unicode text», divided by any one sign."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Mapping
from io import StringIO

from msgspec import Struct

from neraca.service.imports.tables import (
    LONGEST_CELL,
    REMARKS,
    FileFault,
    FileRefused,
    Layout,
    Row,
    Table,
    bounded,
    of_rows,
)

DELIMITERS = (",", ";", "\t", "|")


class _Text(Struct, frozen=True):
    """A file as text; `delimiter` divides its cells, and `above` is a line that says so, as spreadsheets write it."""

    text: str
    encoding: str
    delimiter: str
    above: str = ""


def read(file: bytes, layout: Layout) -> Table:
    """Without a delimiter it is the one by which most titles are known. Raises FileRefused."""
    bounded(len(file))
    return of_rows(_rows(_text(file, layout)), layout.title_line)


def annotated(file: bytes, layout: Layout, remarks: Mapping[int, str], header: int) -> bytes:
    """Returns the file as it is with a column more, of what is to be said of each line; `header` is that of titles."""
    source = _text(file, layout)
    rows = [*_rows(source)]
    titles = next((row.cells for row in rows if row.line == header), ())
    # What an annotated copy said before is taken out again.
    before = [at for at, title in enumerate(titles) if title == REMARKS]
    target = StringIO(newline="")
    target.write(source.above)
    writer = csv.writer(target, delimiter=source.delimiter, lineterminator="\r\n")
    for row in rows:
        cells = [cell for at, cell in enumerate(row.cells) if at not in before]
        cells += [""] * (len(titles) - len(before) - len(cells))
        writer.writerow([*cells, REMARKS if row.line == header else remarks.get(row.line, "")])
    return target.getvalue().encode(source.encoding)


def _text(file: bytes, layout: Layout) -> _Text:
    encoding = "utf-16" if file.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8"
    if file.startswith(BOM_UTF8):
        encoding = "utf-8-sig"
    try:
        text = file.decode(encoding)
    except UnicodeDecodeError as error:
        line = file[: error.start].count(b"\n") + 1
        raise FileRefused([FileFault(line, 0, "the line is not UTF-8; save the file as CSV in UTF-8")]) from None
    first, end, rest = text.partition("\n")
    if first.startswith("sep=") and len(first.rstrip("\r")) == 5:
        return _Text(rest, encoding, layout.delimiter or first[4], f"{first}{end}")
    titles = text.split("\n", (layout.title_line or 1) - 1)[-1].lstrip("\r\n")
    likeliest = max(DELIMITERS, key=lambda sign: _fit(titles, sign, layout.is_title))
    return _Text(text, encoding, layout.delimiter or likeliest)


def _fit(text: str, delimiter: str, is_title: Callable[[str], bool]) -> tuple[int, int]:
    """How many titles are known if the file is divided so, and how many there are."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        titles = next(reader, list[str]())
    except csv.Error:
        return 0, 0
    return sum(map(is_title, titles)), len(titles)


def _rows(source: _Text) -> Iterator[Row]:
    reader = csv.reader(StringIO(source.text, newline=""), delimiter=source.delimiter, strict=True)
    above, number = source.above.count("\n"), 0
    begins = 1 + above
    try:
        for cells in reader:
            number += 1
            bounded(0, number, len(cells))
            if any(cells):
                _held(begins, cells)
                yield Row(begins, tuple(cells))
            begins = reader.line_num + 1 + above
    except csv.Error as error:
        raise FileRefused([FileFault(begins, 0, f"it can't be read as CSV: {error}")]) from None


def _held(line: int, cells: list[str]) -> None:
    for column, cell in enumerate(cells, 1):
        if len(cell) > LONGEST_CELL:
            what = f"the cell has {len(cell):,} characters; at most {LONGEST_CELL:,} are read"
            raise FileRefused([FileFault(line, column, what)])
