"""A payroll as a file: the same rows give the same bytes, on any day and machine, and no cell is ever a formula."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal, TypeAlias, assert_never
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from xlsxwriter import Workbook  # pyright: ignore[reportMissingTypeStubs] -- it is typed, and does not say so

from neraca.service import table_files
from neraca.service.payroll import PayrollRow, columns

Format: TypeAlias = Literal["csv", "xlsx"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_LARGEST = 10**15
"""Numbers from here on would lose digits in a spreadsheet, which has floats only; they are written as text."""

_FIRST, _UNIX = (1980, 1, 1, 0, 0, 0), 3
"""The first moment that an archive can tell of, and the system it is said to be from."""

_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 -- no moment: the format wants one, and it must be the same each time
"""Of every file, so that no clock is in its bytes."""


def written(rows: Sequence[PayrollRow], format_: Format) -> bytes:
    match format_:
        case "csv":
            return as_csv(rows)
        case "xlsx":
            return as_xlsx(rows)
        case _:
            assert_never(format_)


def as_csv(rows: Sequence[PayrollRow]) -> bytes:
    """RFC 4180 in UTF-8. A text that would run as a formula has an apostrophe before it."""
    return table_files.as_csv(columns(), ([getattr(row, name) for name in columns()] for row in rows))


def as_xlsx(rows: Sequence[PayrollRow]) -> bytes:
    """One sheet. Texts are cells of text, whatever they begin with; whole numbers are numbers."""
    file = BytesIO()
    book: Any = Workbook(
        file,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False},
    )
    book.set_properties({"title": "Payroll", "created": _MADE})
    sheet: Any = book.add_worksheet("payroll")
    for column, name in enumerate(columns()):
        sheet.write_string(0, column, name)
    for number, row in enumerate(rows, 1):
        for column, name in enumerate(columns()):
            value = getattr(row, name)
            if isinstance(value, Decimal) and value == value.to_integral_value() and abs(value) < _LARGEST:
                sheet.write_number(number, column, int(value))
            else:
                sheet.write_string(number, column, table_files.said(value))
    sheet.freeze_panes(1, 0)
    book.close()
    return _stored(file)


def _stored(file: BytesIO) -> bytes:
    """The same archive uncompressed: what a compression makes of the same text is another thing with each release."""
    again = BytesIO()
    with ZipFile(file) as packed, ZipFile(again, "w", ZIP_STORED) as plain:
        for one in packed.infolist():
            entry = ZipInfo(one.filename, _FIRST)
            entry.create_system, entry.external_attr = _UNIX, 0o600 << 16
            plain.writestr(entry, packed.read(one))
    return again.getvalue()
