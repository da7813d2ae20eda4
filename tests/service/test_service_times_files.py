"""A file of service times is read whole: every fault by line and column, the same records however it was written."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from neraca.domain.period import parse
from neraca.domain.service_times.records import TimeRecord
from neraca.service.service_times_files import FileFault, FileRefused, records
from neraca.wording import translated

PERIOD = parse("2025-Q1")
TODAY = date(2025, 4, 7)
ONE = TimeRecord(
    "ktp", started=datetime(2025, 2, 3, 2, tzinfo=UTC), finished=datetime(2025, 2, 3, 2, 12, 30, tzinfo=UTC)
)
DAY = TimeRecord("kk", day=date(2025, 2, 3), count=3, minutes=Decimal("40.5"), within=2)
FILE = """unit,service,started,finished,day,month,count,minutes,within
dinkes,ktp,2025-02-03 09:00,2025-02-03 09:12:30,,,,,
disdik,kk,,,2025-02-03,,3,40.5,2

dinkes,ktp,2025-02-03T02:00Z,2025-02-03T02:12:30Z,,,,,
"""


def refused(file: str | bytes, agency: Any) -> list[FileFault]:
    with pytest.raises(FileRefused) as found:
        records(file.encode() if isinstance(file, str) else file, PERIOD, agency, TODAY)
    assert [one.what for one in found.value.faults if not translated(one.what).whole] == [], "not in Indonesian"
    return list(found.value.faults)


@pytest.mark.parametrize(
    "file",
    [
        FILE.encode(),
        FILE.replace(",", ";").encode(),
        b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode(),
        FILE.replace("dinkes,ktp", ' "dinkes" ,ktp').replace(' "dinkes" ', '"dinkes"').encode(),
    ],
    ids=["commas", "semicolons", "as a spreadsheet writes it", "quoted"],
)
def test_times_without_a_zone_are_the_agencys_however_the_file_is_written(file: bytes, invented: Any) -> None:
    assert records(file, PERIOD, invented("uji"), TODAY) == {"dinkes": [ONE, ONE], "disdik": [DAY]}


def test_every_fault_is_told_with_its_line_and_column(invented: Any) -> None:
    file = """unit,service,started,finished,day,count,minutes
dinkes,ktp,kemarin,2025-02-03 09:12,,,
dishub,k t p,2025-02-03 09:00,2025-02-03 08:00,,,
dinkes,ktp,2025-02-03 09:00,2025-02-03 08:00,,,
dinkes,ktp,,,2025-05-03,-1,"1,5"
dinkes,ktp
dinkes,kk,,,2025-02-03,3,40
dinkes,ktp,9999-12-31 23:59,2025-02-03 08:00,,,
dinkes,kk,,,2025-02-04,0,40
dinkes,ktp,2025-02-03,2025-02-03 09:12,,,
dinkes,kk,,,kelak,3,40
dinkes,kk,,,2025-05-03,3,40
"""
    found = refused(file, invented("uji"))

    assert [(one.line, one.column) for one in found] == [
        (2, 3),
        (3, 1),
        (3, 2),
        (4, 4),
        (5, 6),
        (5, 7),
        (6, 0),
        (8, 3),
        (9, 6),
        (10, 3),
        (11, 5),
        (12, 5),
    ]
    assert found[0].what == "started: 'kemarin' is not a time, such as 2025-03-31 09:15"
    assert found[3].what == "finished: 2025-02-03T08:00:00+07:00 is before the start; send when it was done"
    assert found[6].what == "the line has 2 columns, and the header 7"


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("unit,service,lama\n", FileFault(1, 3, "no column 'lama' is read; there are unit, service, started")),
        ("unit,day,day,service\n", FileFault(1, 3, "the column day is there twice")),
        ("", FileFault(1, 0, "there is no column unit")),
        ("unit,service\n", FileFault(1, 0, "there is no line below the header")),
        (b"unit,service\n\xff,x\n", FileFault(2, 0, "the line is not UTF-8")),
        ('unit,service\n"a', FileFault(2, 0, "it can't be read as CSV")),
        (b"x" * 20_000_001, FileFault(1, 0, "the file has 20,000,001 bytes")),
        ("unit,service\n" + "a,b\n" * 100_001, FileFault(1, 0, "the file has 100,002 lines")),
    ],
)
def test_what_is_no_such_table_is_refused(file: str | bytes, fault: FileFault, invented: Any) -> None:
    first = refused(file, invented("uji"))[0]

    assert (first.line, first.column) == (fault.line, fault.column)
    assert first.what.startswith(fault.what)


def test_a_day_or_month_is_counted_in_one_line(invented: Any) -> None:
    """Also where the lines don't say the same; another unit, service, day or month is another."""
    file = """unit,service,day,month,count,minutes
dinkes,kk,2025-02-03,,3,40
disdik,kk,2025-02-03,,3,40
dinkes,ktp,2025-02-03,,3,40
dinkes,kk,,2025-02,3,40
dinkes,kk,2025-02-03,,3,40
dinkes,kk,,2025-02,5,60
"""
    twice = "line {} counts the same service of that day or month; leave one of them out"

    assert refused(file, invented("uji")) == [FileFault(6, 0, twice.format(2)), FileFault(7, 0, twice.format(5))]
