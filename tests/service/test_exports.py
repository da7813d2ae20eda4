"""Data sets as files: everything as of one position, in the same bytes each time, and nothing in them that runs."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from psycopg import OperationalError

from neraca.domain.roster import RegisterEmployee
from neraca.domain.vocabulary import EmploymentType, PositionClass
from neraca.projecting.rebuild import rebuild
from neraca.service.exports import DATA_SETS, FORMATS, ExportOrder, csv_lines, export
from neraca.service.exports.columns import Column, Kind
from neraca.service.exports.snapshot import snapshot
from projections import ALL

DAY = date(2025, 4, 10)
FORMULA = "=HYPERLINK(A1)"


@pytest.fixture(scope="module")
def city(
    new_database: Callable[..., str], staged: Callable[[str], str], invented: Any, open_service: Any, desk: Any
) -> Iterator[Any]:
    """Two people with scores, of which one is final, and one whose name would run; an agency beside theirs."""
    agencies = {id_: invented(id_) for id_ in ("uji", "coba")}
    with open_service(new_database(staged("fixture_agencies")), agencies) as house:
        uji = desk(house, "uji")
        uji.score("ani", 90)
        uji.score("budi", 70)
        uji.finalise("ani")
        hire(uji, "198501012010011001", FORMULA)
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
        ("budi", "2025-Q1", "provisional", "73.33"),
    ]
    assert (manifest.rows, manifest.bytes, manifest.sha256) == (2, len(file), sha256(file).hexdigest())
    assert (manifest.position, manifest.day, manifest.period) == (city.house.log.head(city.id), None, None)
    assert list(rows[0]) == [column.name for column in manifest.columns]


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


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_position_gives_the_same_bytes_from_a_rebuilt_database_too(
    city: Any, tmp_path: Path, format_: str
) -> None:
    def all_of_it() -> dict[str, tuple[bytes, Any]]:
        return {name: exported(city, tmp_path, name, format_) for name in DATA_SETS}

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
    columns = [Column("said", Kind.TEXT, ""), Column("number", Kind.DECIMAL, "")]
    starts = ("=", "+", "-", "@", "\t", "\r")

    file = written(csv_lines.write, columns, [(f"{start}1", Decimal("-1.50")) for start in starts])

    assert [tuple(row.values()) for row in table(file)] == [(f"'{start}1", "-1.50") for start in starts]


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
