"""The payroll as a file: what counts, with the events behind it, in the same bytes each time, and nothing that runs."""

import csv
from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from msgspec import structs

from neraca.domain.attendance import RecordAttendance
from neraca.domain.careers import ChangePosition, CorrectEmployee
from neraca.domain.exemptions import EndExemption, ExemptEmployee
from neraca.domain.period import parse
from neraca.domain.remuneration.allowance import FixAllowance, ReviseAllowance
from neraca.domain.remuneration.ceilings import SetCeiling, WithdrawCeiling
from neraca.domain.roster import RetireEmployee, TransferEmployee
from neraca.domain.vocabulary import ExemptionKind, PositionClass
from neraca.service.payroll import PayrollRow, payroll
from neraca.service.payroll_files import as_csv, as_xlsx, written

NEW_YEAR, MARCH = date(2026, 1, 5), date(2026, 3, 3)
ROW = PayrollRow(
    month="2026-02",
    employee_number="198501012010011001",
    name="Fitri",
    unit="dinkes",
    position="Analis",
    position_class="FUNCTIONAL",
    career_level="Ahli Pertama",
    amount=Decimal(5_706_000),
    ceiling=Decimal(6_000_000),
    work_load=Decimal(6_000_000),
    achievement=Decimal(0),
    conditions=None,
    scarcity=Decimal(0),
    predicate="baik",
    score=Decimal("92.5"),
    appraisal="2025",
    policy="id.jatim.kota-surabaya.tpp@1",
    policy_hash="ab" * 32,
    facts_digest="cd" * 32,
    event=99,
    result_event=41,
    events=(7, 41, 80),
    reason="",
    outdated=False,
    provisional=False,
    whole=None,
    days=None,
    unpaid_days=None,
)


@pytest.fixture
def paid(paying_agency: Any) -> Any:
    """Fitri in January and February; January was paid anew, and she moves in March."""
    city = paying_agency
    city.judge("2025", 115, NEW_YEAR)
    for since, amount in ((date(2026, 1, 1), 4_000_000), (date(2026, 1, 2), 5_000_000)):
        ceiling = SetCeiling(since=since, decree="SK", position="Analis Kepegawaian", work_load=Decimal(amount))
        if amount > 4_000_000:
            city.tell("hr", FixAllowance(employee="fitri", month="2026-01", appraisal="2025"), on=MARCH)
        city.tell("hr", ceiling, on=NEW_YEAR)
    revise = ReviseAllowance(employee="fitri", month="2026-01", appraisal="2025", reason="Pagu naik")
    city.tell("hr", revise, on=MARCH)
    city.tell("hr", FixAllowance(employee="fitri", month="2026-02", appraisal="2025"), on=MARCH)
    move = TransferEmployee(
        employee="fitri", unit="disdik", since=date(2026, 3, 1), supervisor="tono", reason="mutasi", position="Guru"
    )
    city.tell("hr", move, RetireEmployee(employee="fitri", on=date(2026, 6, 30)), on=MARCH)
    city.house.follow()
    return city


def test_what_counts_is_a_row_with_every_event_behind_it(paid: Any) -> None:
    january, february = payroll(paid.house.url, "uji", parse("2026-Q1"))

    assert (january.month, january.amount, january.reason, february.month) == (
        "2026-01",
        5_000_000,
        "Pagu naik",
        "2026-02",
    )
    assert (january.unit, january.position, january.outdated) == ("dinkes", "Analis Kepegawaian", False)
    types = [paid.service.reader.between("uji", at, at)[0].type for at in (*january.events, january.event)]
    assert types == ["employee.registered", "appraisal.finalised", "ceiling.set", "allowance.revised"]
    assert january.result_event in january.events
    assert payroll(paid.house.url, "uji", parse("2025")) == []
    assert [one.month for one in payroll(paid.house.url, "uji", parse("2026-02"))] == ["2026-02"]


def test_post_class_and_level_are_those_of_the_month(paid: Any) -> None:
    promoted = ChangePosition(
        employee="fitri",
        since=date(2026, 2, 1),
        position="Kepala Seksi",
        position_class=PositionClass.SUPERVISOR,
        career_level="Ahli Muda",
        decree="SK 1/2026",
        reason="Naik jabatan",
    )
    paid.tell("hr", promoted, on=MARCH)
    paid.house.follow()

    rows = payroll(paid.house.url, "uji", parse("2026-Q1"))

    assert [(one.position, one.position_class, one.career_level) for one in rows] == [
        ("Analis Kepegawaian", "FUNCTIONAL", "Ahli Pertama"),
        ("Kepala Seksi", "SUPERVISOR", "Ahli Muda"),
    ]


def test_whoever_was_paid_by_a_ceiling_that_is_withdrawn_is_to_be_paid_anew(paid: Any) -> None:
    before = [row.outdated for row in payroll(paid.house.url, "uji", parse("2026"))]
    wrong = WithdrawCeiling(since=date(2026, 1, 2), position="Analis Kepegawaian", reason="Salah pagu")
    paid.tell("hr", wrong, on=MARCH)
    paid.house.follow()

    assert before == [False, False]
    assert [row.outdated for row in payroll(paid.house.url, "uji", parse("2026"))] == [True, True]


def after(paid: Any, *commands: Any) -> list[tuple[Decimal, bool]]:
    for command in commands:
        paid.tell("hr", command, on=MARCH)
    paid.house.follow()
    return [(row.amount, row.outdated) for row in payroll(paid.house.url, "uji", parse("2026"))]


LEAVE = ExemptEmployee(
    employee="fitri",
    kind=ExemptionKind.UNPAID_LEAVE,
    since=date(2026, 2, 16),
    until=date(2026, 3, 31),
    decree="SK CLTN",
)


@pytest.mark.parametrize(
    ("later", "outdated"),
    [
        ((RecordAttendance(employee="fitri", month="2026-02", required_days=20, late=1),), [False, True]),
        ((LEAVE,), [False, True]),
        ((structs.replace(LEAVE, kind=ExemptionKind.PRE_RETIREMENT_LEAVE),), [False, False]),
        ((structs.replace(LEAVE, since=date(2026, 3, 1)),), [False, False]),
        (
            (
                ChangePosition(
                    employee="fitri", since=date(2026, 2, 2), position="Arsiparis", decree="SK", reason="Pindah"
                ),
            ),
            [False, True],
        ),
        ((CorrectEmployee(employee="fitri", name="Fitriani", reason="Salah tulis"),), [False, False]),
    ],
)
def test_what_is_recorded_of_a_paid_month_makes_it_outdated(paid: Any, later: Any, outdated: list[bool]) -> None:
    assert [told for _, told in after(paid, *later)] == outdated


def test_a_revision_clears_what_was_outdated_though_it_comes_to_the_same(paid: Any) -> None:
    """Nobody is late: the ceiling is paid in full as it was without a record."""
    revise = ReviseAllowance(employee="fitri", month="2026-02", appraisal="2025", reason="Presensi masuk")
    attended = RecordAttendance(employee="fitri", month="2026-02", required_days=20)

    assert after(paid, attended, revise) == [(Decimal(5_000_000), False), (Decimal(5_000_000), False)]
    assert after(paid, LEAVE, revise) == [(Decimal(5_000_000), False), (Decimal(2_500_000), False)]
    back = EndExemption(employee="fitri", decree="SK CLTN", until=date(2026, 3, 15), reason="Kembali")
    assert after(paid, back) == [(Decimal(5_000_000), False), (Decimal(2_500_000), False)]
    (_, february) = payroll(paid.house.url, "uji", parse("2026-Q1"))
    assert (february.whole, february.days, february.unpaid_days) == (5_000_000, 20, 10)
    types = {paid.service.reader.between("uji", at, at)[0].type for at in february.events}
    assert "employee.exempted" in types


def test_the_same_rows_are_the_same_bytes(paid: Any) -> None:
    rows = payroll(paid.house.url, "uji", parse("2026"))

    for format_ in ("csv", "xlsx"):
        assert written(rows, format_) == written(payroll(paid.house.url, "uji", parse("2026")), format_)


def test_the_bytes_are_those_of_any_day_and_machine() -> None:
    """A clock, a zone or a name of the machine in the file would make others of them."""
    assert sha256(as_csv([ROW])).hexdigest() == "7f32a8b3f6a339d2775b92c20438762f367c629e035cd78c7fd2de21f7945603"
    with ZipFile(BytesIO(as_xlsx([ROW]))) as file:
        assert {one.date_time for one in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z" in file.read("docProps/core.xml")
    assert sha256(as_xlsx([ROW])).hexdigest() == "a6b96c9a16dffbb0b804541f7a0c1615853ece38cb4b941d3b532138b2d2d770"


@pytest.mark.parametrize("text", ["=1+1", "+62", "-5", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")'])
def test_no_cell_runs_as_a_formula(text: str) -> None:
    row = structs.replace(ROW, name=text)

    (_, told) = csv.reader(StringIO(as_csv([row]).decode(), newline=""))
    assert told[2] == f"'{text}"
    with ZipFile(BytesIO(as_xlsx([row]))) as file:
        sheet, strings = file.read("xl/worksheets/sheet1.xml"), file.read("xl/sharedStrings.xml").decode()
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    assert text.strip().replace('"', "&quot;")[-3:] in strings.replace('"', "&quot;")


def test_numbers_keep_every_digit() -> None:
    large = structs.replace(ROW, amount=Decimal(999_999_999_999_999), ceiling=Decimal(10**15 + 1), name="0123")

    with ZipFile(BytesIO(as_xlsx([large]))) as file:
        sheet, strings = file.read("xl/worksheets/sheet1.xml").decode(), file.read("xl/sharedStrings.xml").decode()
    assert "<v>999999999999999</v>" in sheet
    assert "1000000000000001" in strings
    assert "198501012010011001" in strings
    assert "<t>0123</t>" in strings
    assert as_csv([large]).decode().split("\r\n")[1].split(",")[7:9] == ["999999999999999", "1000000000000001"]


def test_an_empty_payroll_has_its_columns() -> None:
    assert as_csv([]).decode().startswith("month,employee_number,name,unit,position,")
    assert as_csv([]).count(b"\r\n") == 1
