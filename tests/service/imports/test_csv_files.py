"""A CSV file is read the same however it was written, within bounds, and its annotated copy reads as it did."""

import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neraca.service.imports import csv_files
from neraca.service.imports.tables import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, FileFault, FileRefused, Layout, Row

TITLES = ("nip", "nama", "unit")


LAYOUT = Layout(lambda title: title in TITLES)


CELL = st.lists(st.sampled_from([*"ab1 ,;\t|\"'\n=é", "\r\n"]), max_size=8).map("".join)
ROWS = st.lists(st.tuples(CELL, CELL, CELL).filter(any), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(
    rows=ROWS,
    delimiter=st.sampled_from([*csv_files.DELIMITERS]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    above=st.booleans(),
)
def test_whatever_a_program_writes_is_read_and_annotated_as_it_meant(
    rows: list[tuple[str, ...]], delimiter: str, end: str, encoding: str, quoting: Any, above: bool
) -> None:
    text = StringIO(newline="")
    text.write(f"sep={delimiter}{end}" if above else "")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([TITLES, *rows])
    file = text.getvalue().encode(encoding)

    table = csv_files.read(file, LAYOUT)

    assert (table.titles, [row.cells for row in table.rows]) == (TITLES, rows)

    remarks = {row.line: f"baris {row.line}" for row in table.rows}
    copy = csv_files.annotated(file, LAYOUT, remarks, table.line)
    again = csv_files.read(copy, LAYOUT)
    assert again.titles == (*TITLES, "remarks")
    assert [row.cells for row in again.rows] == [(*row.cells, remarks[row.line]) for row in table.rows]
    # A copy of a copy has one column of remarks, not two.
    assert csv_files.read(csv_files.annotated(copy, LAYOUT, {}, again.line), LAYOUT).titles == again.titles


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    file = b'nip,nama\n\n1,"dua\nbaris"\n2,satu\n'

    assert csv_files.read(file, LAYOUT).rows == (Row(3, ("1", "dua\nbaris")), Row(5, ("2", "satu")))


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        (b"", FileFault(1, 0, "there is no line below the header; send a file when there is")),
        (b"nip\n", FileFault(1, 0, "there is no line below the header; send a file when there is")),
        (b"nip\n\xe9\n", FileFault(2, 0, "the line is not UTF-8; save the file as CSV in UTF-8")),
        (b'nip\n"a', FileFault(2, 0, "it can't be read as CSV: unexpected end of data")),
        (
            b"nip\n" + b"1\n" * (MOST_ROWS + 1),
            FileFault(1, 0, "the file has more than 50,000 lines; send it in several files"),
        ),
        (b"nip\n" + b"," * MOST_COLUMNS, FileFault(1, 0, "a line has 201 columns; at most 200 are read")),
        (
            b"nip\n" + b"x" * (LONGEST_CELL + 1),
            FileFault(2, 1, "the cell has 20,001 characters; at most 20,000 are read"),
        ),
        (b"x" * 20_000_001, FileFault(1, 0, "the file has 20,000,001 bytes; at most 20,000,000 are read")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place(file: bytes, fault: FileFault) -> None:
    with pytest.raises(FileRefused) as refused:
        csv_files.read(file, LAYOUT)

    assert refused.value.faults == (fault,)
