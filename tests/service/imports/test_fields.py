"""A cell is read where it can mean one thing only; else it is refused with what to do."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain.text_kinds import KEY, NAME
from neraca.domain.vocabulary import EmploymentType
from neraca.service.imports import fields
from neraca.service.imports.fields import Style
from neraca.service.imports.tables import Cell, Numeric, Unreadable
from neraca.wording import translated

LOST = (
    " is what a spreadsheet left of a number of 18 digits: the last ones are lost for good; take it from its source"
    " again, into a column that was made text before"
)


PLAIN = Style()


def refused(read: fields.Reader, cell: Cell, style: Style = PLAIN) -> str:
    with pytest.raises(fields.CellRefused) as wrong:
        read(cell, style)
    assert isinstance(cell, Unreadable) or translated(str(wrong.value)).whole
    return str(wrong.value)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("198501012010011001", "198501012010011001"),
        (" 19850101 201001 1 001 ", "198501012010011001"),
        ("'198501012010011001", "198501012010011001"),
        ("walikota", "walikota"),
        (Numeric("12345"), "12345"),
    ],
)
def test_an_employee_number_is_read_as_it_is(cell: Cell, number: str) -> None:
    assert fields.employee(cell, Style()) == number


@pytest.mark.parametrize(
    "cell",
    [
        "1.98501E+17",
        "1,98501E+17",
        "2E17",
        "198501012010011000",
        "19850101 201001 1 000",
        Numeric("198501012010011001"),
        Numeric("198501012010011000"),
        Numeric("1985010120100110"),
        Numeric("1.98501012010011E+17"),
    ],
)
def test_a_number_that_a_spreadsheet_has_rounded_is_taken_for_nobodys(cell: Cell) -> None:
    shown = cell.text if isinstance(cell, Numeric) else cell
    assert refused(fields.employee, cell) == f"'{shown}'{LOST}"


@pytest.mark.parametrize(
    ("said", "style", "day"),
    [
        ("2025-03-31", Style(), date(2025, 3, 31)),
        ("31/03/2025", Style(days="DD/MM/YYYY"), date(2025, 3, 31)),
        ("1.3.2025", Style(days="D.M.YYYY"), date(2025, 3, 1)),
        ("2025-03-31", Style(days="DD/MM/YYYY"), date(2025, 3, 31)),
        ("03/04/2025", Style(), None),
        ("31/02/2025", Style(days="DD/MM/YYYY"), None),
        ("1/3/2025", Style(days="DD/MM/YYYY"), None),
        ("2025-W05-1", Style(), None),
        ("1899-12-31", Style(), None),
        (Numeric("45747"), Style(), None),
    ],
)
def test_a_day_is_read_as_the_file_writes_them(said: Cell, style: Style, day: date | None) -> None:
    if day is None:
        assert refused(fields.day, said, style)
    else:
        assert fields.day(said, style) == day


@pytest.mark.parametrize(
    ("said", "style", "number"),
    [
        ("12", Style(), "12"),
        ("-1,5", Style(), "-1.5"),
        ("1.25", Style(), "1.25"),
        ("0,125", Style(), "0.125"),
        ("1.500", Style(), None),
        ("1,500", Style(), None),
        ("1,500", Style(decimal=","), "1.500"),
        ("1.500", Style(decimal=","), None),
        ("1.500", Style(decimal="."), "1.500"),
        ("1.234,5", Style(decimal=","), None),
        ("1e2", Style(), None),
        ("١٢", Style(), None),
        (Numeric("93.125"), Style(decimal=","), "93.125"),
    ],
)
def test_a_number_is_read_where_its_sign_can_mean_one_thing(said: Cell, style: Style, number: str | None) -> None:
    if number is None:
        assert refused(fields.number, said, style)
    else:
        assert str(fields.number(said, style)) == str(Decimal(number))


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (fields.choice(EmploymentType, {"PNS": "CIVIL_SERVANT"}), "pns", EmploymentType.CIVIL_SERVANT),
        (fields.choice(EmploymentType, {"PNS": "CIVIL_SERVANT"}), "civil servant", EmploymentType.CIVIL_SERVANT),
        (fields.text(KEY), Numeric("12"), "12"),
        (fields.text(NAME), "Budi", "Budi"),
        (fields.count, Numeric("12"), 12),
    ],
)
def test_words_texts_and_counts_are_read(read: fields.Reader, cell: Cell, value: Any) -> None:
    assert read(cell, Style()) == value


def test_what_cannot_be_meant_is_told() -> None:
    kinds = fields.choice(EmploymentType, {"PNS": "CIVIL_SERVANT"})
    assert refused(kinds, "pnx") == "no choice 'pnx'; did you mean 'pns'?"
    assert refused(fields.text(NAME), Numeric("12.5")) == (
        "'12.5' is kept as a number; make the column text, and enter it again"
    )
    assert refused(fields.count, "12.0") == "'12.0' is no whole number, such as 12"
    assert refused(fields.text(NAME), Unreadable("why")) == "why"
