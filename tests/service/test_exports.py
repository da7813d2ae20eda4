"""Data sets as files: everything as of one position, in the same bytes each time, and nothing in them that runs."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import duckdb
import msgspec
import pytest
from psycopg import OperationalError

from neraca.domain.achievement import PublishAchievement, ReviseAchievement
from neraca.domain.appraisal.commands import FileObjection
from neraca.domain.attendance import CorrectAttendance, RecordAttendance
from neraca.domain.errors import Invalid
from neraca.domain.roster import RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass
from neraca.projecting.rebuild import rebuild
from neraca.service.exports import DATA_SETS, FORMATS, ExportOrder, csv_lines, export, json_lines, parquet, xlsx
from neraca.service.exports.columns import Column, Kind
from neraca.service.exports.snapshot import snapshot
from projections import ALL

DAY = date(2025, 4, 10)
FORMULA = "=HYPERLINK(A1)"
RUNNING = [(f"{start}1", Decimal("-1.50")) for start in ("=", "+", "-", "@", "\t", "\r")]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture(scope="module")
def city(
    new_database: Callable[..., str], staged: Callable[[str], str], invented: Any, open_service: Any, desk: Any
) -> Iterator[Any]:
    """Two people with scores, of which one was final until she objected, peers who rated the other, an employee without
    an appraisal, and one whose name would run; an agency beside theirs.
    """
    agencies = {id_: invented(id_) for id_ in ("uji", "coba")}
    with open_service(new_database(staged("fixture_agencies")), agencies) as house:
        uji = desk(house, "uji")
        uji.score("ani", 90)
        uji.score("budi", 70)
        uji.finalise("ani")
        hire(uji, "198501012010011001", FORMULA)
        for rater in ("cici", "dedi", "ani"):
            uji.rate("budi", 50, by=rater)
        objection = FileObjection(employee="ani", period="2025-Q1", grounds="kurang adil")
        uji.tell("ani", objection, on=date(2025, 4, 3))
        month: dict[str, Any] = {"employee": "eko", "month": "2025-01", "required_days": 20}
        uji.tell("hr", RecordAttendance(**month, absent_days=2))
        uji.tell("hr", CorrectAttendance(**month, late=1, reason="surat izin"))
        published: dict[str, Any] = {"unit": "dinkes", "period": "2025-Q1", "predicate": "baik"}
        uji.tell("official", PublishAchievement(**published, index=Decimal(91), source="LKjIP"), on=DAY)
        uji.tell("official", ReviseAchievement(**published, index=Decimal("92.50"), reason="salah hitung"), on=DAY)
        house.follow()
        yield uji


def hire(city: Any, number: str, name: str) -> None:
    register = RegisterEmployee(
        employee=number,
        name=name,
        employment_type=EmploymentType.CIVIL_SERVANT,
        position="Analis",
        position_class=PositionClass.FUNCTIONAL,
        since=date(2025, 1, 1),
    )
    city.tell("hr", register)


def exported(city: Any, folder: Path, data_set: str, format_: str = "csv", **asked: Any) -> tuple[bytes, Any]:
    """The file, and its manifest as it stands beside it."""
    file = folder / f"{data_set}.{format_}"
    order = ExportOrder(**{"agency": city.id, "data_set": DATA_SETS[data_set], "format": format_, "day": DAY, **asked})
    returned = export(city.house.url, order, file)
    beside = file.with_name(f"{file.name}.manifest.json").read_bytes()
    assert msgspec.json.decode(beside, type=type(returned)) == returned
    return file.read_bytes(), returned


def table(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file.decode(), newline="")))


def test_an_appraisal_is_a_row_with_its_score_as_it_stands(city: Any, tmp_path: Path) -> None:
    file, manifest = exported(city, tmp_path, "appraisals")

    rows = table(file)
    assert [(row["employee_number"], row["period"], row["status"], row["score"]) for row in rows] == [
        ("ani", "2025-Q1", "final", "86.67"),
        ("budi", "2025-Q1", "provisional", "75.48"),
    ]
    assert (manifest.rows, manifest.bytes, manifest.sha256) == (2, len(file), sha256(file).hexdigest())
    assert (manifest.position, manifest.day, manifest.period) == (city.house.log.head(city.id), None, None)
    assert list(rows[0]) == [column.name for column in manifest.columns]


def test_each_data_set_has_its_rows(city: Any, tmp_path: Path) -> None:
    def rows(name: str, *columns: str) -> list[tuple[str, ...]]:
        return [tuple(row[column] for column in columns) for row in table(exported(city, tmp_path, name)[0])]

    who = ("employee_number", "period")
    assert rows("targets", *who, "result", "target", "value", "measured_in", "actual", "actual_until") == [
        ("ani", "2025-Q1", "layanan", "berkas", "100", "berkas", "90", "2025-03-01"),
        ("ani", "2025-Q1", "tim", "acara", "20", "acara", "", ""),
        ("budi", "2025-Q1", "layanan", "berkas", "100", "berkas", "70", "2025-03-01"),
        ("budi", "2025-Q1", "tim", "acara", "20", "acara", "", ""),
    ]
    assert rows("reports", *who, "report", "kind", "day", "actual", "status") == [
        ("ani", "2025-Q1", "l1", "progress", "2025-03-01", "90", "accepted"),
        ("budi", "2025-Q1", "l1", "progress", "2025-03-01", "70", "accepted"),
    ]
    assert rows("ratings", *who, "relation", "rater_number", "indicator", "value", "status", "revised") == [
        (employee, "2025-Q1", "SUPERVISOR", "sri", indicator, "80", "given", "false")
        for employee in ("ani", "budi")
        for indicator in ("disiplin", "layanan")
    ]
    assert rows("objections", *who, "number", "grounds", "filed_on", "outcome") == [
        ("ani", "2025-Q1", "1", "kurang adil", "2025-04-03", "")
    ]
    assert rows("attendance", "employee_number", "month", "required_days", "absent_days", "times_late", "reason") == [
        ("eko", "2025-01", "20", "0", "1", "surat izin")
    ]
    assert rows("achievements", "unit", "period", "index", "predicate", "source", "reason") == [
        ("dinkes", "2025-Q1", "92.5", "baik", "LKjIP", "salah hitung")
    ]


def test_of_a_period_are_those_of_that_period_alone(city: Any, tmp_path: Path) -> None:
    assert exported(city, tmp_path, "appraisals", period="2025-Q1")[1].rows == 2
    file, manifest = exported(city, tmp_path, "appraisals", period="2025-Q2")
    assert (table(file), manifest.rows, manifest.period) == ([], 0, "2025-Q2")


def test_employees_are_as_the_roster_has_them_on_a_day(city: Any, tmp_path: Path) -> None:
    def unit(day: date) -> str:
        file, manifest = exported(city, tmp_path, "employees", day=day)
        assert manifest.day == day
        return next(row["unit"] for row in table(file) if row["employee_number"] == "ani")

    assert (unit(date(2024, 12, 31)), unit(DAY)) == ("", "dinkes")


def test_the_same_position_gives_the_same_bytes_from_a_rebuilt_database_too(city: Any, tmp_path: Path) -> None:
    def all_of_it() -> dict[tuple[str, str], tuple[bytes, Any]]:
        return {(name, one): exported(city, tmp_path, name, one) for name in DATA_SETS for one in FORMATS}

    first = all_of_it()
    for projection in ALL:
        if projection.name in {one.read_model for one in DATA_SETS.values()}:
            assert rebuild(city.house.url, projection, switch="always").switched

    assert all_of_it() == first


def test_rows_are_as_of_one_position_whatever_comes_meanwhile(city: Any) -> None:
    head = city.house.log.head(city.id)

    with snapshot(city.house.url, city.id, DATA_SETS["employees"], {"day": DAY}) as taken:
        hire(city, "198601012010011001", "Baru")
        city.house.follow()
        names = [row[1] for batch in taken.batches for row in batch]

    assert (taken.position, "Baru" in names, FORMULA in names) == (head, False, True)


def test_no_agency_has_the_rows_of_another(city: Any, tmp_path: Path) -> None:
    file, _ = exported(city, tmp_path, "employees")
    other, _ = exported(city, tmp_path, "employees", agency="coba")

    assert FORMULA in file.decode()
    assert table(other)
    assert FORMULA not in other.decode()
    assert exported(city, tmp_path, "appraisals", agency="coba")[1].rows == 0


def test_a_text_that_would_run_has_an_apostrophe_before_it_and_a_number_has_none() -> None:
    file = written(csv_lines.write, [Column("said", Kind.TEXT, ""), Column("number", Kind.DECIMAL, "")], RUNNING)

    assert [tuple(row.values()) for row in table(file)] == [(f"'{text}", str(number)) for text, number in RUNNING]


def test_a_cell_of_a_sheet_is_a_text_whatever_it_begins_with_and_a_number_is_one() -> None:
    file = written(xlsx.write, [Column("said", Kind.TEXT, ""), Column("number", Kind.DECIMAL, "")], RUNNING)

    assert cells(file) == [
        [("inlineStr", "said"), ("inlineStr", "number")],
        *([("inlineStr", text.replace("\r", "_x000D_")), (None, str(number))] for text, number in RUNNING),
    ]
    assert b"<f>" not in file


def test_a_sheet_keeps_every_digit_and_letter() -> None:
    columns = [Column(kind, kind, "") for kind in Kind]
    moment = datetime(2025, 3, 3, 2, 0, 0, 1, UTC)

    file = written(
        xlsx.write,
        columns,
        [
            ("198501012010011001", 10**15, Decimal("123456789012345.6"), date(2025, 3, 1), moment, True),
            (" a<b>&\n\x07_x0041_ ", -5, Decimal("-0.25"), date(1900, 2, 28), None, False),
            (None, None, None, None, None, None),
        ],
    )

    assert cells(file)[1:] == [
        [
            ("inlineStr", "198501012010011001"),
            ("inlineStr", "1000000000000000"),
            ("inlineStr", "123456789012345.6"),
            (None, "45717"),
            ("inlineStr", "2025-03-03T02:00:00.000001Z"),
            ("b", "1"),
        ],
        [
            ("inlineStr", " a<b>&\n_x0007__x005F_x0041_ "),
            (None, "-5"),
            (None, "-0.25"),
            ("inlineStr", "1900-02-28"),
            (None, None),
            ("b", "0"),
        ],
        [(None, None)] * 6,
    ]


def test_what_a_sheet_cannot_hold_is_refused() -> None:
    with pytest.raises(Invalid, match="a cell holds 32,767 characters, and a text has 32,768"):
        written(xlsx.write, [Column("said", Kind.TEXT, "")], [("a" * 32_768,)])
    with pytest.raises(Invalid, match="a sheet holds 1,048,575 rows"):
        xlsx.write(BytesIO(), [Column("number", Kind.INTEGER, "")], [[(1,)] * xlsx.MOST_ROWS])


def test_a_line_of_json_has_a_decimal_as_text() -> None:
    columns = [Column("said", Kind.TEXT, ""), Column("number", Kind.DECIMAL, ""), Column("at", Kind.INSTANT, "")]
    moment = datetime(2025, 3, 3, 2, tzinfo=UTC)

    file = written(json_lines.write, columns, [("=1", Decimal("-1.50"), moment), (None, Decimal(10**17), None)])

    assert file.decode() == (
        '{"said":"=1","number":"-1.50","at":"2025-03-03T02:00:00Z"}\n'
        '{"said":null,"number":"100000000000000000","at":null}\n'
    )


@pytest.mark.parametrize("rows", [0, 1, 9, 16_001])
def test_another_program_reads_every_value_of_a_parquet_file(rows: int, tmp_path: Path) -> None:
    rng = Random(rows)
    columns = [*(Column(kind, kind, "") for kind in Kind), Column("repeated", Kind.TEXT, "")]
    known = [tuple(None if rng.random() < 0.2 else value for value in values(rng)) for _ in range(rows)]
    file = tmp_path / "x.parquet"

    file.write_bytes(written(parquet.write, columns, known))

    with duckdb.connect() as reader:
        reader.execute("set timezone = 'UTC'")
        found = reader.sql(f"select * from '{file}'")
        assert [str(one) for one in found.types] == [
            "VARCHAR",
            "BIGINT",
            "DECIMAL(24,6)",
            "DATE",
            "TIMESTAMP WITH TIME ZONE",
            "BOOLEAN",
            "VARCHAR",
        ]
        assert found.columns == [column.name for column in columns]
        assert found.fetchall() == known


def values(rng: Random) -> tuple[Any, ...]:
    """From one end of what there may be to the other."""
    return (
        f"é{rng.randrange(10**18):018}",
        rng.randrange(-(2**63), 2**63),
        Decimal(rng.randrange(1 - 10**24, 10**24)).scaleb(-6),
        date(1900, 1, 1) + timedelta(rng.randrange(90_000)),
        datetime(1950, 1, 1, tzinfo=UTC) + timedelta(microseconds=rng.randrange(10**16)),
        rng.random() < 0.5,
        rng.choice(["baik", "sangat baik", ""]),
    )


def test_more_decimals_than_a_parquet_column_has_are_refused_and_never_rounded() -> None:
    with pytest.raises(ValueError, match="more than 6 decimals"):
        written(parquet.write, [Column("number", Kind.DECIMAL, "")], [(Decimal("0.0000001"),)])


def cells(file: bytes) -> list[list[tuple[str | None, str | None]]]:
    """Of the one sheet, row by row: the type of each cell, and its text."""
    with ZipFile(BytesIO(file)) as archive:
        assert archive.testzip() is None
        for part in archive.namelist():
            ElementTree.fromstring(archive.read(part))
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    return [
        [(cell.get("t"), "".join(cell.itertext()) if len(cell) else None) for cell in row]
        for row in sheet.iter(f"{{{MAIN}}}row")
    ]


def test_what_stood_there_stays_where_an_export_fails(tmp_path: Path) -> None:
    file = tmp_path / "nilai.csv"
    file.write_text("dari kemarin")
    order = ExportOrder("uji", DATA_SETS["appraisals"], "csv", DAY)

    with pytest.raises(OperationalError):
        export("postgresql://nobody@localhost:1/none?connect_timeout=1", order, file)

    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"nilai.csv": "dari kemarin"}


def written(write: Any, columns: Sequence[Column], rows: Sequence[tuple[Any, ...]]) -> bytes:
    file = BytesIO()
    assert write(file, columns, batches(rows)) == len(rows)
    return file.getvalue()


def batches(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Two at a time, so that more than one is seen."""
    for start in range(0, len(rows), 2):
        yield rows[start : start + 2]
