"""A file of employees: who is new is registered, what differs is changed, all of it or nothing, and once."""

from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from neraca.domain.errors import NotAllowed
from neraca.service.imports import KINDS
from neraca.service.imports.column_map import ColumnMap
from neraca.service.imports.file_import import ImportOrder, ImportReport, annotated_copy, bring
from neraca.service.imports.plans import Change
from neraca.wording import translated

HEADER = "NIP;Nama;Jenis Pegawai;Jabatan;Jenis Jabatan;TMT;Unit Kerja;NIP Atasan;Golongan\n"
FILE = f"""{HEADER}198501012010011001;Sari Dewi;PNS;Analis;fungsional;2025-01-01;dinkes;198601012010011002;III/c
198601012010011002;Rudi;PNS;Kepala Bidang;administrator;2025-01-01;dinkes;agus;IV/a
budi;Budi;PNS;Analis;;2025-01-01;dinkes;sri;III/b
"""
NEW = {"new": 2, "changed": 0, "same": 1, "refused": 0}


def brought(agency: Any, file: str | bytes, by: str = "hr", *, apply: bool = True, **mapped: Any) -> ImportReport:
    sent = file.encode() if isinstance(file, str) else file
    order = ImportOrder(KINDS["employees"], agency.id, sent, ColumnMap(**mapped), apply)
    now = datetime(2025, 3, 3, 5, tzinfo=UTC)
    report = bring(agency.service, agency.actor(by), order, agency.service.agency(agency.id), now)
    assert [one.what for one in report.faults if not translated(one.what).whole] == [], "not in Indonesian"
    return report


def head(agency: Any) -> int:
    """How far the log is."""
    return agency.house.log.head(agency.id)


def told(report: ImportReport) -> list[tuple[int, int, str]]:
    return [(one.line, one.column, one.what) for one in report.faults]


def test_a_preview_stores_nothing_and_the_same_file_is_taken_in_once(fixture_agency: Any) -> None:
    before = head(fixture_agency)

    preview = brought(fixture_agency, FILE, apply=False)

    assert (preview.counts, preview.applied, preview.position, preview.unread) == (NEW, False, None, ("Golongan",))
    assert preview.rows[0].changes == (
        Change("name", None, "Sari Dewi"),
        Change("position", None, "Analis"),
        Change("unit", None, "dinkes"),
        Change("supervisor", None, "198601012010011002"),
    )
    assert head(fixture_agency) == before

    done = brought(fixture_agency, FILE)
    assert (done.counts, done.applied, done.position) == (NEW, True, before + 4)

    again = brought(fixture_agency, FILE)
    assert (again.counts, again.applied, again.position) == (NEW | {"new": 0, "same": 3}, True, None)
    assert head(fixture_agency) == before + 4


def test_what_differs_is_changed_from_the_day_that_is_said(fixture_agency: Any) -> None:
    file = HEADER.replace("Golongan", "Berlaku") + "budi;Budi Utomo;;Kepala;;;disdik;tono;2025-02-01\n"

    needed = brought(fixture_agency, file)
    assert told(needed) == [
        (2, 0, "reason: budi is changed by this line, and for that it is needed; say it here or for all lines"),
        (2, 0, "decree: budi is changed by this line, and for that it is needed; say it here or for all lines"),
    ]

    done = brought(fixture_agency, file, constants={"reason": "Mutasi", "decree": "SK 1/2025"})

    assert done.rows[0].changes == (
        Change("name", "Budi", "Budi Utomo"),
        Change("position", "Analis", "Kepala"),
        Change("unit", "dinkes", "disdik"),
        Change("supervisor", "sri", "tono"),
    )
    assert done.counts == {"new": 0, "changed": 1, "same": 0, "refused": 0}
    assert brought(fixture_agency, file).counts == {"new": 0, "changed": 0, "same": 1, "refused": 0}


def test_every_fault_is_told_at_its_place_and_nothing_is_done(fixture_agency: Any) -> None:
    before = head(fixture_agency)
    file = f"""{HEADER}1,98501E+17;Sari;PNS;Analis;fungsional;2025-01-01;dinkes;;
198701012010011003;Ani;PNS;;fungsional;01/02/2025;dinkes;;
198801012010011004;Ana;PNS;Analis;fungsional;2025-01-01;dinkes;siluman;
198901012010011005;Ina;PNS;Analis;fungsional;2025-01-01;dinkez;;
cici;Cici;;;;2024-01-01;;;
dedi;Dedi;;;;;;;
dedi;Dedi;;;;;;;
199001012010011006;Sah;PNS;Analis;fungsional;2025-01-01;dinkes;;
;Kosong;PNS;;;;;;
eko;Eko;PNS;;;;;;;;lebih
199101012010011007;Baru;;Analis;;;;;
"""

    report = brought(fixture_agency, file)

    written = "no day as this file writes them, such as 2025-03-31; say how it does in the mapping"
    lost = (
        "is what a spreadsheet left of a number of 18 digits: the last ones are lost for good; take it from its source"
    )
    registered = "199101012010011007 is not on the roster, and to register them it is needed"
    assert told(report) == [
        (2, 1, f"employee: '1,98501E+17' {lost} again, into a column that was made text before"),
        (3, 6, f"since: '01/02/2025' is {written}"),
        (4, 8, "supervisor: siluman is not on the roster; register them first, or name another"),
        (5, 7, "unit: uji has no unit 'dinkez'; did you mean 'dinkes'?"),
        (6, 6, "since: cici was registered with 2025-01-01, which stays"),
        (7, 1, "employee: dedi is in 2 lines; leave one of them"),
        (8, 1, "employee: dedi is in 2 lines; leave one of them"),
        (10, 1, "employee is empty; it is needed in every line"),
        (11, 0, "the line has 11 columns, and the header 9"),
        (12, 3, f"employment_type: {registered}"),
        (12, 6, f"since: {registered}"),
    ]
    assert report.counts == {"new": 1, "changed": 0, "same": 0, "refused": 10}
    assert [(row.line, row.outcome) for row in report.rows if row.outcome != "refused"] == [(9, "new")]
    assert not report.applied
    assert head(fixture_agency) == before

    order = ImportOrder(KINDS["employees"], fixture_agency.id, file.encode())
    copy = annotated_copy(order, report, lambda said: said).decode().splitlines()
    assert copy[0].endswith(";Golongan;remarks")
    wrong = ";;;\"unit: uji has no unit 'dinkez'; did you mean 'dinkes'?\""
    assert copy[4] == f"198901012010011005;Ina;PNS;Analis;fungsional;2025-01-01;dinkez{wrong}"
    assert copy[8].endswith(";;;new")


def test_titles_that_are_missing_or_twice_are_told(fixture_agency: Any) -> None:
    assert told(brought(fixture_agency, "Nama;Full name\nBudi;Budi\n")) == [
        (1, 0, "there is no column employee"),
        (1, 2, "the column name is there twice"),
    ]


def test_a_mapping_says_what_a_source_calls_things(fixture_agency: Any) -> None:
    file = "DAFTAR PEGAWAI\nNOMOR|SIAPA|DI MANA|MULAI\n198501012010011001|Sari|Dinas Kesehatan|01/02/2025\n"

    done = brought(
        fixture_agency,
        file,
        columns={"employee": "Nomor", "name": "siapa", "unit": "di mana", "since": "mulai"},
        constants={"employment_type": "PNS", "position": "Analis", "position_class": "pelaksana"},
        values={"unit": {"dinas kesehatan": "dinkes"}},
        days="DD/MM/YYYY",
        title_line=2,
    )

    assert (told(done), done.counts["new"], done.unread) == ([], 1, ())


@pytest.mark.parametrize("who", ["budi", "official", "auditor"])
def test_whoever_may_not_keep_the_roster_learns_nothing_of_it(fixture_agency: Any, who: str) -> None:
    with pytest.raises(NotAllowed, match="register-employee needs the role hr or integrator"):
        brought(fixture_agency, FILE, who, apply=False)


def test_nobody_imports_a_change_of_themselves(fixture_agency: Any) -> None:
    order = ImportOrder(KINDS["employees"], fixture_agency.id, b"NIP,Nama,Alasan\nbudi,Budi Utomo,Salah tulis\n")
    now = datetime(2025, 3, 3, 5, tzinfo=UTC)
    budi = fixture_agency.actor("budi", "hr")

    report = bring(fixture_agency.service, budi, order, fixture_agency.service.agency("uji"), now)

    assert told(report) == [(2, 0, "nobody may correct what is recorded of themselves; ask another HR officer")]


def test_the_events_say_which_file_they_came_in(fixture_agency: Any) -> None:
    done = brought(fixture_agency, FILE)
    last = fixture_agency.house.log.read(fixture_agency.id, (done.position or 0) - 1, 1)[0]

    envelope = fixture_agency.house.mapper.decode(last.type, last.data)

    assert envelope.correlation == f"import {sha256(FILE.encode()).hexdigest()}" == f"import {done.file}"


def test_a_workbook_is_taken_in_but_for_a_number_that_lost_its_last_digits(fixture_agency: Any) -> None:
    def book(nip: object) -> bytes:
        made, file = Workbook(), BytesIO()
        sheet: Any = made.active
        sheet.append(("NIP", "Nama", "Jenis Pegawai", "Jabatan", "Jenis Jabatan", "TMT", "Unit Kerja"))
        sheet.append((nip, "Sari", "PNS", "Analis", "fungsional", date(2025, 1, 1), "dinkes"))
        made.save(file)
        return file.getvalue()

    lost = brought(fixture_agency, book(198501012010011001))

    remedy = "take it from its source again, into a column that was made text before"
    what = "is what a spreadsheet left of a number of 18 digits: the last ones are lost for good"
    assert told(lost) == [(2, 1, f"employee: '198501012010011000' {what}; {remedy}")]
    order = ImportOrder(KINDS["employees"], "uji", book(198501012010011001))
    copy: Any = load_workbook(BytesIO(annotated_copy(order, lost, str.upper))).active
    assert (copy["A2"].value, copy["A2"].comment.text, copy["H2"].value) == (
        "198501012010011000",
        told(lost)[0][2].upper(),
        told(lost)[0][2].upper(),
    )

    assert brought(fixture_agency, book("198501012010011001")).counts["new"] == 1
    assert brought(fixture_agency, book("198501012010011001")).counts["same"] == 1
