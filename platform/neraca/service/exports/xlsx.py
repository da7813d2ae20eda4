"""A table as XLSX, one sheet, written as its rows come: no library we know writes a million in the time there is.

Texts are cells of text, whatever they begin with. A spreadsheet's numbers have 15 digits: what has more is text.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from neraca.domain.errors import Invalid
from neraca.service.exports.columns import AS_TEXT, Column, Kind, Row
from neraca.service.table_files import RUNS

MOST_ROWS, LONGEST = 1_048_576, 32_767
"""Of a sheet, with the line of names; of a text in a cell."""

_FIRST, _UNIX = (1980, 1, 1, 0, 0, 0), 3
"""The first moment that an archive can tell of, and the system it is said to be from."""

_DIGITS = 15
_DAY_0, _FIRST_DAY = date(1899, 12, 30).toordinal(), date(1900, 3, 1)
"""Days are counted from the former; to a spreadsheet 1900 was a leap year, so they are right from the latter on."""

_DATE, _QUOTED = 1, 2
"""Styles: a day, and a text that stays one when somebody edits it."""

_UNSAID = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML has no way to say, and what would be taken for our way to say it."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="rows" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}

_SHEET = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>',
    "</sheetData></worksheet>",
)


def write(file: IO[bytes], columns: Sequence[Column], batches: Iterable[Sequence[Row]]) -> int:
    """Raises Invalid for more than a sheet or a cell can hold."""
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(_entry(name), _XML + text)
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w") as sheet:
            return _write_sheet(sheet, columns, batches)


def _write_sheet(sheet: IO[bytes], columns: Sequence[Column], batches: Iterable[Sequence[Row]]) -> int:
    before, after = _SHEET
    cells = [_CELLS[column.kind] for column in columns]
    sheet.write((_XML + before + _row([_text(column.name) for column in columns])).encode())
    written = 0
    for batch in batches:
        written += len(batch)
        if written >= MOST_ROWS:
            raise Invalid(
                f"a sheet holds {MOST_ROWS - 1:,} rows, and there are more; take csv, jsonl or parquet, or one period"
            )
        sheet.write("".join(_row(_said(cells, row)) for row in batch).encode())
    sheet.write(after.encode())
    return written


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _FIRST)
    entry.create_system, entry.external_attr = _UNIX, 0o600 << 16
    return entry


def _said(cells: Sequence[Callable[[Any], str]], row: Row) -> list[str]:
    return ["<c/>" if value is None else cell(value) for cell, value in zip(cells, row, strict=True)]


def _row(cells: Sequence[str]) -> str:
    return f"<row>{''.join(cells)}</row>"


def _text(value: str) -> str:
    if len(value) > LONGEST:
        raise Invalid(f"a cell holds {LONGEST:,} characters, and a text has {len(value):,}; take another format")
    said = _UNSAID.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    said = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    style = f' s="{_QUOTED}"' if value.startswith(RUNS) else ""
    space = "" if said == said.strip() else ' xml:space="preserve"'
    return f'<c{style} t="inlineStr"><is><t{space}>{said}</t></is></c>'


def _integer(value: int) -> str:
    return f"<c><v>{value}</v></c>" if abs(value) < 10**_DIGITS else _text(str(value))


def _decimal(value: Decimal) -> str:
    said = f"{value:f}"
    return f"<c><v>{said}</v></c>" if len(said.strip("-").replace(".", "")) <= _DIGITS else _text(said)


def _date(value: date) -> str:
    if value < _FIRST_DAY:
        return _text(value.isoformat())
    return f'<c s="{_DATE}"><v>{value.toordinal() - _DAY_0}</v></c>'


def _boolean(value: bool) -> str:
    return f'<c t="b"><v>{value:d}</v></c>'


_CELLS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    # To the microsecond, which a spreadsheet's moments don't have.
    Kind.INSTANT: lambda value: _text(AS_TEXT[Kind.INSTANT](value)),
    Kind.BOOLEAN: _boolean,
}
