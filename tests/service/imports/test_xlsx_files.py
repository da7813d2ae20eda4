"""A workbook is read as it says, within bounds; what it does not say is never made up."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from defusedxml.common import EntitiesForbidden
from hypothesis import given, settings
from hypothesis import strategies as st

from neraca.service.imports import xlsx_files
from neraca.service.imports.tables import Cell, FileFault, FileRefused, Layout, Numeric, Row, Unreadable
from neraca.wording import translated

LAYOUT = Layout(lambda title: title in ("nip", "nama"))


def book(*rows: tuple[Any, ...], more: Callable[[Any], None] | None = None) -> bytes:
    """A workbook as a library writes it, whose formulas nobody has worked out."""
    made, file = openpyxl.Workbook(), BytesIO()
    sheet: Any = made.active
    for row in rows:
        sheet.append(row)
    if more is not None:
        more(made)
    made.save(file)
    return file.getvalue()


def altered(file: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one of its parts changed."""
    again = BytesIO()
    with ZipFile(BytesIO(file)) as packed, ZipFile(again, "w", ZIP_DEFLATED) as made:
        for one in packed.namelist():
            text = packed.read(one).decode()
            made.writestr(one, change(text) if one == part else text)
    return again.getvalue()


def cells(file: bytes, layout: Layout = LAYOUT) -> list[tuple[Cell, ...]]:
    return [row.cells for row in xlsx_files.read(file, layout).rows]


def refused(file: bytes, layout: Layout = LAYOUT) -> FileFault:
    with pytest.raises(FileRefused) as found:
        xlsx_files.read(file, layout)
    (fault,) = found.value.faults
    assert translated(fault.what).whole
    return fault


SHEET = "xl/worksheets/sheet1.xml"
VALUE = st.one_of(
    st.text(st.sampled_from("ab =+@'\"é\n"), max_size=6).map(str.strip).filter(lambda said: not said.startswith("=")),
    st.integers(-(10**14), 10**14),
    st.integers(-(10**6), 10**6).map(lambda micro: micro / 1000),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
)


def as_read(value: Any) -> Cell:
    match value:
        case str():
            return value
        case date():
            return value.isoformat()
        case _:
            return Numeric(f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value))


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(VALUE, VALUE), min_size=1, max_size=4))
def test_texts_numbers_and_days_are_read_and_come_back_in_the_copy(rows: list[tuple[Any, Any]]) -> None:
    file = book(("nip", "nama"), *rows, ("akhir", "akhir"))

    table = xlsx_files.read(file, LAYOUT)

    told = [(as_read(one), as_read(other)) for one, other in [*rows, ("akhir", "akhir")]]
    known = [tuple(row.cells) + ("",) * (2 - len(row.cells)) for row in table.rows]
    assert known == [row for row in told if row != ("", "")]

    remarks = {row.line: f"baris {row.line}" for row in table.rows}
    copy = xlsx_files.annotated(file, LAYOUT, remarks, {(table.rows[0].line, 1): "salah"}, table.line)
    again = xlsx_files.read(copy, LAYOUT)
    assert again.titles == ("nip", "nama", "remarks")
    assert [row.cells[:2] for row in again.rows] == known
    assert [row.cells[2] for row in again.rows] == [*remarks.values()]
    twice = xlsx_files.annotated(copy, LAYOUT, {}, {}, again.line)
    assert xlsx_files.read(twice, LAYOUT).titles == again.titles


def test_a_number_is_what_the_sheet_shows_with_its_fifteen_digits() -> None:
    values = (
        198501012010011001,
        1.98501012010011e17,
        0.1 + 0.2,
        93.125,
        12.0,
        1e-3,
        True,
        datetime(2025, 3, 31, 9, 15),  # noqa: DTZ001 -- as a sheet has it
    )

    assert cells(book(("nip",), values)) == [
        (
            Numeric("198501012010011000"),
            Numeric("198501012010011000"),
            Numeric("0.3"),
            Numeric("93.125"),
            Numeric("12"),
            Numeric("0.001"),
            "true",
            "2025-03-31 09:15:00",
        )
    ]


def test_a_formula_counts_by_what_it_came_to_and_one_never_worked_out_is_told() -> None:
    file = book(("nip", "nama"), ("=1+1", "=A2", "=B2", "=1/0", "x"))
    worked = altered(
        file,
        SHEET,
        lambda text: (
            text.replace("<f>1+1</f><v></v>", "<f>1+1</f><v>2</v>")
            .replace("<f>1+1</f><v />", "<f>1+1</f><v>2</v>")
            .replace('<c r="B2"><f>', '<c r="B2" t="str"><f>')
            .replace('<c r="D2"><f>1/0</f><v></v>', '<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v>')
            .replace('<c r="D2"><f>1/0</f><v />', '<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v>')
        ),
    )

    never = Unreadable("it is a formula that was never worked out; open the file, save it, send it again")
    assert cells(worked) == [
        (Numeric("2"), "", never, Unreadable("the sheet shows #DIV/0! here; mend the formula"), "x")
    ]
    assert translated(never.why).whole


def test_lines_are_those_of_the_sheet_and_one_sheet_is_meant() -> None:
    def more(made: Any) -> None:
        made.create_sheet("Lain").append(("apa", "saja"))

    file = book((), ("DAFTAR",), ("nip",), (), ("1",), more=more)

    table = xlsx_files.read(file, Layout(LAYOUT.is_title, title_line=3))

    assert (table.line, table.rows) == (3, (Row(5, ("1",)),))
    assert refused(file, Layout(lambda title: False)) == FileFault(
        1, 0, "there are sheets Sheet, Lain, and it is not plain which is meant; name one in the mapping"
    )
    assert refused(file, Layout(LAYOUT.is_title, sheet="Tidak")).what == (
        "there is no sheet 'Tidak'; there are Sheet, Lain"
    )
    assert refused(file, Layout(LAYOUT.is_title, sheet="Lain")).what == (
        "there is no line below the header; send a file when there is"
    )


def bomb() -> bytes:
    return altered(book(("nip",), ("1",)), "docProps/app.xml", lambda text: text + " " * 100_000_001)


def laughs(text: str) -> str:
    entities = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 9))
    return f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>' + text.partition("?>")[2]


@pytest.mark.parametrize(
    ("file", "what"),
    [
        (bomb, "the workbook unfolds to "),
        (lambda: b"PK\x03\x04nothing", "it can't be read as a workbook: it is not whole"),
        (lambda: xlsx_files.LOCKED + b"old", "it is an old or a locked workbook; save it as XLSX without a password"),
        (lambda: altered(book(("nip",), ("1",)), SHEET, lambda text: text[:-30]), "it can't be read as a workbook: "),
        (lambda: book(("nip",), ("1",) * 201), "a line has 201 columns; at most 200 are read"),
        (
            lambda: altered(book(("nip",), ("1",)), SHEET, lambda text: text.replace('r="A2"', 'r="XFD2"')),
            "a line has 16,384 columns; at most 200 are read",
        ),
        (
            lambda: altered(
                book(("nip",), ("1",)), SHEET, lambda text: text.replace('<row r="2">', '<row r="99999999999">')
            ),
            "the file has more than 200,000 lines; send it in several files",
        ),
        (lambda: book(("nip",), ("x" * 20_001,)), "the cell has 20,001 characters; at most 20,000 are read"),
    ],
    ids=["bomb", "broken", "locked", "cut", "wide", "far right", "far down", "long"],
)
def test_what_is_too_large_or_broken_is_refused_before_it_harms(file: Callable[[], bytes], what: str) -> None:
    assert refused(file()).what.startswith(what)


def test_entities_are_refused_and_never_unfolded() -> None:
    with pytest.raises(FileRefused) as found:
        xlsx_files.read(altered(book(("nip",), ("1",)), SHEET, laughs), LAYOUT)

    causes: list[BaseException] = [found.value]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    assert isinstance(causes[-1], EntitiesForbidden)


def test_a_sheet_that_says_it_is_larger_than_it_is_is_read_as_it_is() -> None:
    file = altered(book(("nip",), ("1",)), SHEET, lambda text: text.replace('ref="A1:A2"', 'ref="A1:XFD1048576"'))

    assert cells(file) == [("1",)]
