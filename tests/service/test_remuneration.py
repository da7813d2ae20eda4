"""Credit points and allowance as results, through the ledger: fixed, told with what they rest on, revised, replayed."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from neraca.domain import streams
from neraca.domain.agency import Reporting, is_working_day
from neraca.domain.appraisal import commands as ask
from neraca.domain.appraisal.events import ActivityReported, Cut, Opened, ProgressReported, ReportReturned
from neraca.domain.assignments import Assignment, Exemption, Tenure
from neraca.domain.attendance import CorrectAttendance, RecordAttendance
from neraca.domain.careers import ChangePosition, CorrectEmployee
from neraca.domain.errors import AlreadyDone, Blocked, Invalid, NotFound, NotOpen
from neraca.domain.exemptions import EndExemption, ExemptEmployee, WithdrawExemption
from neraca.domain.period import containing, of_year, parse
from neraca.domain.policy_register import PublishPolicy, SchedulePolicy
from neraca.domain.remuneration.allowance import FixAllowance, ReviseAllowance
from neraca.domain.remuneration.ceilings import SetCeiling
from neraca.domain.remuneration.credit import BringForwardCredit, FixCredit, ReviseCredit
from neraca.domain.remuneration.told_facts import ReportRule
from neraca.domain.reporting_rhythms import Stretch, stretches
from neraca.domain.roster import RehireEmployee, RetireEmployee
from neraca.domain.vocabulary import ExemptionKind, ObjectionOutcome, PositionClass
from neraca.policy.library import Library
from neraca.policy.published import ready
from neraca.service.payroll import payroll
from neraca.service.remuneration import gather_allowance, report_rule
from neraca.service.replay import replay

SURABAYA = "id.jatim.kota-surabaya.tpp"
BANDUNG = "id.jabar.kota-bandung.tpp"
YEARLY = Path(__file__).parents[1] / "fixture_agency" / "kota-uji-tahunan.yaml"
NEW_YEAR = date(2026, 1, 5)
MARCH = date(2026, 3, 3)


@pytest.fixture
def city(paying_agency: Any) -> Any:
    return paying_agency


def credited(city: Any) -> list[Any]:
    return [one.event for one in city.service.reader.stream(city.id, streams.credit(city.id, "fitri"))]


def test_two_results_of_a_person_come_to_18_75_and_2_08_and_20_83(city: Any) -> None:
    """150 % x 12.5 for the year, then 2/12 x 100 % x 12.5: the worked example of BKN Regulation 3/2023."""
    city.judge("2025", 115, NEW_YEAR)
    city.judge("2026-01..02", 95, MARCH)

    city.tell("hr", FixCredit(employee="fitri", period="2025"), on=NEW_YEAR)
    city.tell("hr", FixCredit(employee="fitri", period="2026-01..02"), on=MARCH)

    year, months = credited(city)
    assert (year.points, year.accumulated, year.months) == (Decimal("18.75"), Decimal("18.75"), 12)
    assert (months.points, months.accumulated, months.months) == (Decimal("2.08"), Decimal("20.83"), 2)
    assert (months.rank_need, months.level_need) == (Decimal(50), Decimal(100))
    assert months.facts.numbers == {"angka_kredit_sebelumnya": Decimal("18.75"), "bulan": Decimal(2)}
    assert months.facts.words == {"jenjang": "ahli_pertama", "predikat_kinerja": "baik"}
    assert tags(city, months.facts.positions) == ["employee.registered", "appraisal.finalised", "credit.fixed"]
    assert differing(city) == []


def test_points_follow_an_amended_result_and_what_comes_after_follows_them(city: Any) -> None:
    city.judge("2025", 115, NEW_YEAR)
    city.judge("2026-01..02", 95, MARCH)
    city.tell("hr", FixCredit(employee="fitri", period="2025"), on=NEW_YEAR)
    city.tell("hr", FixCredit(employee="fitri", period="2026-01..02"), on=MARCH)

    amend(city, "2025", 95)
    with pytest.raises(NotOpen, match="the appraisal of 2025 is not final"):
        city.tell("hr", ReviseCredit(employee="fitri", period="2025", reason="Keberatan"), on=MARCH)
    city.tell("agus", ask.Finalise(employee="fitri", period="2025"), on=MARCH)
    for period in ("2025", "2026-01..02"):
        city.tell("hr", ReviseCredit(employee="fitri", period=period, reason="Keberatan"), on=MARCH)

    assert [(type(one).__name__, one.points, one.accumulated) for one in credited(city)] == [
        ("CreditFixed", Decimal("18.75"), Decimal("18.75")),
        ("CreditFixed", Decimal("2.08"), Decimal("20.83")),
        ("CreditRevised", Decimal("12.50"), Decimal("12.50")),
        ("CreditRevised", Decimal("2.08"), Decimal("14.58")),
    ]
    assert differing(city) == []


def test_who_comes_from_an_administrative_post_begins_with_75(city: Any) -> None:
    move = BringForwardCredit(employee="fitri", level="Ahli Muda", years=3, on=NEW_YEAR, decree="SK 3/2026")

    city.tell("hr", move, on=NEW_YEAR)
    with pytest.raises(Invalid, match="gives no points in Tak Ada"):
        city.tell("hr", structs.replace(move, level="Tak Ada"), on=NEW_YEAR)

    assert [one.points for one in credited(city)] == [Decimal(75)]


def test_an_allowance_is_paid_by_the_ceiling_the_result_and_the_attendance_of_the_month(city: Any) -> None:
    """60 % x 93 + 40 % x 99 = 95.4 % of six million."""
    city.judge("2025", 93, NEW_YEAR)
    pay = FixAllowance(employee="fitri", month="2026-02", appraisal="2025")
    with pytest.raises(Blocked, match="pagu_tpp"):
        city.tell("hr", pay, on=MARCH)
    ceiling = SetCeiling(
        since=date(2026, 1, 1),
        decree="SK 1/2026",
        position="Analis Kepegawaian",
        work_load=Decimal(4_000_000),
        achievement=Decimal(2_000_000),
    )
    attendance = RecordAttendance(employee="fitri", month="2026-02", required_days=20, late=1)
    city.tell("hr", ceiling, on=NEW_YEAR)
    city.tell("hr", attendance, on=MARCH)

    city.tell("hr", pay, on=MARCH)

    (fixed,) = paid(city)
    assert (fixed.amount, fixed.predicate) == (Decimal(5_724_000), "baik")
    assert fixed.facts.numbers == {
        "hari_tanpa_keterangan": Decimal(0),
        "kali_pulang_awal": Decimal(0),
        "kali_terlambat": Decimal(1),
        "nilai_kinerja": Decimal(93),
        "pagu_beban_kerja": Decimal(4_000_000),
        "pagu_kelangkaan_profesi": Decimal(0),
        "pagu_kondisi_kerja": Decimal(0),
        "pagu_prestasi_kerja": Decimal(2_000_000),
        "pagu_tpp": Decimal(6_000_000),
    }
    assert tags(city, fixed.facts.positions) == [
        "employee.registered",
        "appraisal.finalised",
        "ceiling.set",
        "attendance.recorded",
    ]
    correct = CorrectAttendance(employee="fitri", month="2026-02", required_days=20, late=0, reason="Salah catat")
    revise = ReviseAllowance(employee="fitri", month="2026-02", appraisal="2025", reason="Presensi dikoreksi")
    with pytest.raises(AlreadyDone, match="nothing that the allowance of 2026-02 rests on has changed"):
        city.tell("hr", revise, on=MARCH)
    city.tell("hr", correct, on=MARCH)
    city.tell("hr", revise, on=MARCH)
    assert [one.amount for one in paid(city)] == [Decimal(5_724_000), Decimal(5_748_000)]
    assert differing(city) == []


def test_what_is_paid_rests_on_what_is_in_the_log(city: Any) -> None:
    city.judge("2025", 93, NEW_YEAR)
    fix = FixCredit(employee="fitri", period="2025")
    attendance = RecordAttendance(employee="fitri", month="2026-02", required_days=20)

    with pytest.raises(Invalid, match="send it in a batch of its own"):
        city.tell("hr", attendance, fix, on=MARCH)


def test_nothing_is_credited_where_no_policy_for_it_is_in_force(fixture_agency: Any) -> None:
    fixture_agency.score("budi")
    fixture_agency.finalise("budi")

    with pytest.raises(NotFound, match="no policy for credit is in force in 2025-Q1; adopt one"):
        fixture_agency.tell("hr", FixCredit(employee="budi", period="2025-Q1"), on=NEW_YEAR)


def test_a_replay_names_points_that_the_log_does_not_give(city: Any) -> None:
    city.judge("2025", 115, NEW_YEAR)
    city.tell("hr", FixCredit(employee="fitri", period="2025"), on=NEW_YEAR)
    (fixed,) = credited(city)
    lie = structs.replace(fixed, points=Decimal("37.5"), employee="budi", level="ahli_muda")
    city.keep("hr", streams.credit(city.id, "budi"), lie, on=MARCH)

    (said,) = differing(city)
    assert said[:2] == ("budi", "2025")
    assert "budi was not in ahli_muda in 2025" in said[2]


def paid(city: Any) -> list[Any]:
    return [one.event for one in city.service.reader.stream(city.id, streams.allowance(city.id, "fitri", 2026))]


def tags(city: Any, positions: list[int]) -> list[str]:
    return [city.service.reader.between(city.id, at, at)[0].type for at in positions]


def differing(city: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.employee, one.period, one.differences) for one in replay(city.service, city.id) if one.differences]


def amend(city: Any, period: str, value: int) -> None:
    """An objection that is granted, and the fact as it then is; not yet finalised again."""
    which: Any = {"employee": "fitri", "period": period}
    city.tell("fitri", ask.ReceiveDocument(**which), on=NEW_YEAR)
    city.tell("fitri", ask.FileObjection(**which, grounds="Angka salah"), on=NEW_YEAR)
    city.tell("sri", ask.ExplainObjection(**which, explanation="Salah salin"), on=NEW_YEAR)
    decide = ask.DecideObjection(**which, outcome=ObjectionOutcome.AMENDED, reason="Diperbaiki")
    city.tell("agus", decide, on=NEW_YEAR)
    city.tell("official", ask.EstablishFact(**which, fact="hasil", number=Decimal(value), basis="uji"), on=NEW_YEAR)


@pytest.mark.parametrize(
    ("rule", "due", "in_time"),
    [
        (ReportRule(daily=True, days=2), 20, 2),
        (ReportRule(daily=True, days=1), 20, 1),
        (ReportRule(daily=False, days=5), 1, 1),
        (ReportRule(daily=False, days=4), 1, 0),
        (ReportRule(daily=False, days=5, stretches=(Stretch(date(2026, 2, 23), date(2026, 2, 28)),)), 1, 1),
        (ReportRule(daily=False, days=4, stretches=(Stretch(date(2026, 2, 23), date(2026, 2, 28)),)), 1, 0),
        (ReportRule(daily=False, days=9, stretches=(Stretch(date(2026, 2, 16), date(2026, 2, 22)),)), 1, 0),
    ],
)
def test_reports_in_time_are_counted_from_the_log(city: Any, rule: ReportRule, due: int, in_time: int) -> None:
    """Two days' work told on the 5th, one late on the 20th, and progress on 5 March; what was sent back is none."""

    def kept(period: str, on: date, *events: Any) -> None:
        named = parse(period)
        opened = Opened(
            employee="fitri",
            period=period,
            starts=named.starts,
            ends=named.ends,
            unit="dinkes",
            appraiser="sri",
        )
        city.keep("fitri", streams.appraisal(city.id, "fitri", period), opened, *events, on=on)

    def day(report: str, number: int) -> ActivityReported:
        return ActivityReported(report=report, day=date(2026, 2, number), activity="Melayani")

    fifth = (day("a", 3), day("b", 4), day("c", 4), day("d", 5), ReportReturned(report="d", feedback="Kosong"))
    kept("2026", date(2026, 2, 5), *fifth)
    kept("2026-S1", date(2026, 2, 20), day("a", 6))
    until = {"until": date(2026, 2, 28), "result": "kerja", "target": "berkas", "actual": Decimal(1)}
    kept("2026-Q1", date(2026, 3, 5), ProgressReported(report="p", **until))
    city.tell("hr", RecordAttendance(employee="fitri", month="2026-02", required_days=20), on=MARCH)
    reads = frozenset({"laporan_wajib", "laporan_tepat_waktu"})

    found = gather_allowance(
        city.service.reader, city.id, "fitri", "2026-02", "2025", reads, rule, None, ZoneInfo("Asia/Jakarta"), None
    )

    assert found.facts.numbers == {"laporan_tepat_waktu": Decimal(in_time), "laporan_wajib": Decimal(due)}


def test_an_agency_says_when_a_report_is_in_time(invented: Any, shipped: Library) -> None:
    bandung, surabaya = ready(shipped.get(BANDUNG)), ready(shipped.get(SURABAYA))
    says = structs.replace(invented("uji"), reporting=Reporting(cadence="daily", daily=True, in_time_days=3))

    march, since = parse("2026-03"), date(2025, 1, 1)
    there = Tenure(since=since, places=[(since, Assignment("dinkes", "sri"))])
    assert report_rule(says, bandung, march, there, march) == ReportRule(daily=True, days=3)
    assert report_rule(invented("uji"), bandung, march, there, march) is None
    assert report_rule(says, surabaya, march, there, march) is None
    for cadence, days in (("weekly", [1, 8, 15, 22, 29]), ("quarterly", [31]), ("yearly", [])):
        rhythm = structs.replace(says, reporting=Reporting(cadence=cadence, in_time_days=3))  # type: ignore[arg-type]
        rule = report_rule(rhythm, bandung, march, there, parse("2026"))
        assert rule is not None
        assert [one.last for one in rule.stretches or ()] == [date(2026, 3, day) for day in days]


def test_nobody_owes_a_report_of_a_week_in_which_they_did_not_serve(invented: Any, shipped: Library) -> None:
    """Who came on Monday 16 March has no week before, who left on the 13th none after, who was exempt none of that."""
    weekly = structs.replace(invented("uji"), reporting=Reporting(cadence="weekly", in_time_days=3))
    bandung, begin, came = ready(shipped.get(BANDUNG)), date(2025, 1, 1), date(2026, 3, 16)
    place = Assignment("dinkes", "sri")
    leave = Exemption("SK 4", ExemptionKind.UNPAID_LEAVE, date(2026, 3, 9), date(2026, 3, 20))

    for tenure, days in (
        (Tenure(since=came, places=[(came, place)]), [22, 29]),
        (Tenure(since=begin, places=[(begin, place)], retired=date(2026, 3, 13)), [1, 8, 15]),
        (Tenure(since=begin, places=[(begin, place)], exemptions=[leave]), [1, 8, 29]),
    ):
        rule = report_rule(weekly, bandung, parse("2026-03"), tenure, parse("2026"))
        assert rule is not None
        assert [one.last for one in rule.stretches or ()] == [date(2026, 3, day) for day in days]


@pytest.mark.parametrize("cycle", ["month", "quarter", "semester", "year"])
def test_each_week_that_its_appraisal_asks_for_is_of_one_month_of_pay(
    invented: Any, shipped: Library, cycle: str
) -> None:
    """Also the last days of a period, whatever weekday it ends on."""
    weekly = structs.replace(invented("uji"), reporting=Reporting(cadence="weekly", in_time_days=3))
    since = date(2024, 1, 1)
    there = Tenure(since=since, places=[(since, Assignment("dinkes", "sri"))])
    wanted: list[Stretch] = []
    paid_for: list[Stretch] = []

    for year in (2025, 2026):
        for whole in of_year(year, cycle):
            wanted += stretches("weekly", whole.starts, whole.ends, lambda day: is_working_day(weekly, day))
        for month in of_year(year, "month"):
            rule = report_rule(weekly, ready(shipped.get(BANDUNG)), month, there, containing(month.starts, cycle))
            assert rule is not None
            paid_for += rule.stretches or ()

    assert paid_for == wanted
    assert Stretch(date(2025, 12, 29), date(2025, 12, 31)) in paid_for


def test_who_is_promoted_in_a_year_has_points_in_both_levels(city: Any) -> None:
    """Seven months of 12.5 and five of 25 a year, at 150 %; what was left over is not taken along."""
    promoted = ChangePosition(
        employee="fitri", since=date(2025, 8, 1), career_level="Ahli Muda", decree="SK 7/2025", reason="Naik jenjang"
    )
    city.tell("hr", promoted, on=date(2025, 8, 1))
    city.judge("2025", 115, NEW_YEAR)

    city.tell("hr", FixCredit(employee="fitri", period="2025"), on=NEW_YEAR)

    assert [(one.level, one.months, one.points, one.accumulated, one.level_need) for one in credited(city)] == [
        ("ahli_pertama", 7, Decimal("10.94"), Decimal("10.94"), Decimal(100)),
        ("ahli_muda", 5, Decimal("15.63"), Decimal("15.63"), Decimal(200)),
    ]
    assert differing(city) == []


def test_a_level_that_was_recorded_wrongly_is_put_right_by_a_revision(city: Any) -> None:
    city.judge("2025", 95, NEW_YEAR)
    city.tell("hr", FixCredit(employee="fitri", period="2025"), on=NEW_YEAR)
    correct = CorrectEmployee(employee="fitri", career_level="Ahli Muda", reason="Salah catat")
    city.tell("hr", correct, on=NEW_YEAR)

    city.tell("hr", ReviseCredit(employee="fitri", period="2025", reason="Jenjang dikoreksi"), on=NEW_YEAR)

    assert [(one.level, one.months, one.points) for one in credited(city)] == [
        ("ahli_pertama", 12, Decimal("12.50")),
        ("ahli_muda", 12, Decimal("25.00")),
        ("ahli_pertama", 0, Decimal(0)),
    ]
    assert differing(city) == []


def test_what_was_reported_in_time_stays_so_where_the_whole_is_cut(city: Any) -> None:
    whole = parse("2026")
    day = ActivityReported(report="a", day=date(2026, 2, 3), activity="Melayani")
    opened = Opened(
        employee="fitri", period="2026", starts=whole.starts, ends=whole.ends, unit="dinkes", appraiser="sri"
    )
    cut = Cut(reason="Mutasi", parts=("2026-01..05", "2026-06..12"), since=date(2026, 6, 1))
    city.keep("fitri", streams.appraisal(city.id, "fitri", "2026"), opened, day, cut, on=date(2026, 2, 4))
    city.tell("hr", RecordAttendance(employee="fitri", month="2026-02", required_days=20), on=MARCH)

    found = gather_allowance(
        city.service.reader,
        city.id,
        "fitri",
        "2026-02",
        "2025",
        frozenset({"laporan_wajib", "laporan_tepat_waktu"}),
        ReportRule(daily=True, days=1),
        None,
        ZoneInfo("Asia/Jakarta"),
        None,
    )

    assert found.facts.numbers["laporan_tepat_waktu"] == 1


def test_no_allowance_is_for_a_month_between_two_services(city: Any) -> None:
    city.judge("2025", 93, NEW_YEAR)
    ceiling = SetCeiling(since=date(2025, 1, 1), decree="SK", position="Analis Kepegawaian", work_load=Decimal(10))
    retire = RetireEmployee(employee="fitri", on=date(2026, 1, 15))
    back = RehireEmployee(employee="fitri", unit="dinkes", since=date(2026, 3, 2), decree="SK", supervisor="sri")
    city.tell("hr", ceiling, retire, on=NEW_YEAR)
    city.tell("hr", back, on=MARCH)
    pay = {month: FixAllowance(employee="fitri", month=month, appraisal="2025") for month in ("2026-01", "2026-02")}

    with pytest.raises(Blocked, match="pagu_tpp"):
        city.tell("hr", pay["2026-02"], on=MARCH)
    city.tell("hr", pay["2026-01"], on=MARCH)

    assert [one.month for one in paid(city)] == ["2026-01"]
    assert differing(city) == []


def test_bandung_pays_half_by_predicate_and_half_by_result_reports_and_behaviour(
    city: Any, open_service: Any, shipped: Library
) -> None:
    """35 % and half of 50 % x 3 + 10 % x 0 + 40 % x 100, of four million; no report came in time."""
    city.judge("2025", 3, NEW_YEAR)
    told = structs.replace(city.house.agencies["uji"], reporting=Reporting(cadence="monthly", in_time_days=5))
    pays_by_reports(city, shipped)

    with open_service(city.house.url, {"uji": told}) as house:
        paying = type(city)(house, "uji")
        paying.tell("hr", FixAllowance(employee="fitri", month="2026-02", appraisal="2025"), on=MARCH, key=None)

        (fixed,) = paid(paying)
        assert fixed.amount == Decimal(2_230_000)
        assert (fixed.facts.numbers["laporan_wajib"], fixed.facts.numbers["laporan_tepat_waktu"]) == (1, 0)
        assert fixed.facts.numbers["nilai_perilaku"] == 3
        assert fixed.reports == ReportRule(daily=False, days=5)
        assert differing(paying) == []


def test_reports_are_paid_for_in_the_rhythm_of_the_policy_that_appraises(
    city: Any, open_service: Any, shipped: Library
) -> None:
    """The agency counts by the month, and the policy that judges 2026 by the quarter: in February none is owed."""
    city.judge("2025", 3, NEW_YEAR)
    quarterly = (
        YEARLY.read_text()
        .replace("\nversion: 2\n", "\nversion: 3\n")
        .replace("\nindicators:\n", "\nreporting: {cadence: quarterly, ref: contoh}\nindicators:\n")
    )
    city.publish(quarterly, version=3, since=date(2026, 1, 1), in_parts=True)
    told = structs.replace(city.house.agencies["uji"], reporting=Reporting(cadence="monthly", in_time_days=5))
    pays_by_reports(city, shipped)

    with open_service(city.house.url, {"uji": told}) as house:
        paying = type(city)(house, "uji")
        paying.tell("hr", FixAllowance(employee="fitri", month="2026-02", appraisal="2025"), on=MARCH, key=None)

        (fixed,) = paid(paying)
        assert fixed.reports == ReportRule(daily=False, days=5, stretches=())
        assert differing(paying) == []


@pytest.mark.parametrize(
    ("cadence", "until", "marked"),
    [
        ("monthly", date(2026, 2, 26), ["2026-02"]),
        ("quarterly", date(2026, 1, 31), ["2026-03"]),
        ("weekly", date(2026, 2, 23), ["2026-02", "2026-03"]),
        ("weekly", date(2026, 2, 16), ["2026-02"]),
        ("quarterly", date(2026, 4, 1), []),
        ("daily", date(2026, 2, 23), ["2026-02"]),
    ],
)
def test_a_report_filed_or_sent_back_after_pay_leaves_its_month_outdated(
    city: Any, open_service: Any, shipped: Library, cadence: Any, until: date, marked: list[str]
) -> None:
    """The week of 23 February ends on 1 March: which of both months it is of is for who revises to see."""
    city.judge("2025", 3, NEW_YEAR)
    told = structs.replace(
        city.house.agencies["uji"], reporting=Reporting(cadence=cadence, daily=cadence == "daily", in_time_days=5)
    )
    pays_by_reports(city, shipped)
    for month in ("2026-02", "2026-03"):
        city.tell("hr", RecordAttendance(employee="fitri", month=month, required_days=20), on=date(2026, 4, 9))
    stream, april = streams.appraisal(city.id, "fitri", "2026"), date(2026, 4, 10)
    named = parse("2026")
    opened = Opened(
        employee="fitri", period="2026", starts=named.starts, ends=named.ends, unit="dinkes", appraiser="sri"
    )
    report: object = ProgressReported(report="p", result="kerja", target="berkas", until=until, actual=Decimal(1))
    if cadence == "daily":
        report = ActivityReported(report="p", day=until, activity="Melayani")

    with open_service(city.house.url, {"uji": told}) as house:
        paying = type(city)(house, "uji")

        def outdated() -> list[str]:
            house.follow()
            return [row.month for row in payroll(house.url, "uji", named) if row.outdated]

        def revise() -> None:
            for month in marked:
                again = ReviseAllowance(employee="fitri", month=month, appraisal="2025", reason="Laporan susulan")
                paying.tell("hr", again, on=april, key=None)

        paying.keep("fitri", stream, opened, on=until)
        for month in ("2026-01", "2026-02", "2026-03"):
            pay = FixAllowance(employee="fitri", month=month, appraisal="2025")
            paying.tell("hr", pay, on=april, key=None)
        assert outdated() == []
        paying.keep("fitri", stream, report, on=april, after=1)
        assert outdated() == marked
        revise()
        assert outdated() == []
        paying.keep("sri", stream, ReportReturned(report="p", feedback="Kosong"), on=april, after=2)
        assert outdated() == marked
        revise()
        assert outdated() == []
        assert differing(paying) == []


FEBRUARY_LEAVE = ExemptEmployee(
    employee="fitri",
    kind=ExemptionKind.UNPAID_LEAVE,
    since=date(2026, 2, 1),
    until=date(2026, 2, 28),
    decree="SK CLTN",
)
PAY = {"employee": "fitri", "month": "2026-02", "appraisal": "2025"}


def ceiling_of(city: Any, amount: int) -> None:
    ceiling = SetCeiling(since=date(2025, 1, 1), decree="SK", position="Analis Kepegawaian", work_load=Decimal(amount))
    city.tell("hr", ceiling, on=NEW_YEAR)


@pytest.mark.parametrize(
    ("kind", "since", "until", "amount", "unpaid"),
    [
        (ExemptionKind.UNPAID_LEAVE, date(2026, 2, 1), date(2026, 2, 28), 0, 20),
        (ExemptionKind.SUSPENDED, date(2026, 2, 16), date(2026, 2, 28), 2_000_000, 10),
        (ExemptionKind.STATE_OFFICIAL, date(2026, 2, 25), None, 3_400_000, 3),
        (ExemptionKind.UNPAID_LEAVE, date(2026, 2, 28), None, 4_000_000, None),
        (ExemptionKind.PRE_RETIREMENT_LEAVE, date(2026, 2, 1), None, 4_000_000, None),
    ],
)
def test_the_working_days_of_an_exemption_that_stops_pay_are_not_paid(
    city: Any, kind: ExemptionKind, since: date, until: date | None, amount: int, unpaid: int | None
) -> None:
    """Twenty working days in February; the 28th is a Saturday."""
    city.judge("2025", 100, NEW_YEAR)
    ceiling_of(city, 4_000_000)
    city.tell("hr", structs.replace(FEBRUARY_LEAVE, kind=kind, since=since, until=until), on=NEW_YEAR)

    city.tell("hr", FixAllowance(**PAY), on=MARCH)

    (fixed,) = paid(city)
    assert fixed.amount == amount
    if unpaid is None:
        assert (fixed.unpaid, fixed.whole) == (None, None)
    else:
        assert (len(fixed.unpaid.days), fixed.unpaid.unpaid, fixed.whole) == (20, unpaid, 4_000_000)
        assert tags(city, [*fixed.unpaid.events]) == ["employee.exempted"]
        assert {*fixed.unpaid.events} < {*fixed.behind}
    assert differing(city) == []


def test_an_exemption_decreed_afterwards_is_taken_off_by_a_revision(city: Any) -> None:
    city.judge("2025", 100, NEW_YEAR)
    ceiling_of(city, 4_000_000)
    city.tell("hr", FixAllowance(**PAY), on=MARCH)
    revise = ReviseAllowance(**PAY, reason="CLTN")

    city.tell("hr", FEBRUARY_LEAVE, on=MARCH)
    city.tell("hr", revise, on=MARCH)
    with pytest.raises(AlreadyDone):
        city.tell("hr", revise, on=MARCH)
    back = EndExemption(employee="fitri", decree="SK CLTN", until=date(2026, 2, 15), reason="Kembali bekerja")
    city.tell("hr", back, on=MARCH)
    city.tell("hr", revise, on=MARCH)
    city.tell("hr", WithdrawExemption(employee="fitri", decree="SK CLTN", reason="Dibatalkan"), on=MARCH)
    city.tell("hr", revise, on=MARCH)

    assert [one.amount for one in paid(city)] == [4_000_000, 0, 2_000_000, 4_000_000]
    assert differing(city) == []


def test_months_that_are_wholly_exempt_count_for_no_points(city: Any) -> None:
    """Three of twelve months at 150 % of 12.5; a month with a day of service counts."""
    city.judge("2025", 115, NEW_YEAR)
    city.tell("hr", FixCredit(employee="fitri", period="2025"), on=NEW_YEAR)
    leave = structs.replace(FEBRUARY_LEAVE, since=date(2025, 1, 31), until=date(2025, 10, 31))
    city.tell("hr", leave, on=NEW_YEAR)

    city.tell("hr", ReviseCredit(employee="fitri", period="2025", reason="CLTN"), on=NEW_YEAR)

    assert [(one.months, one.points) for one in credited(city)] == [(12, Decimal("18.75")), (3, Decimal("4.69"))]
    assert differing(city) == []


@pytest.mark.parametrize(
    ("opened", "ends"),
    [
        ((), [1, 8, 15, 22, 29]),
        (("2026-Q1",), [1, 8, 15, 22, 29, 31]),
        (("2026-Q2",), [1, 8, 15, 22, 29, 31]),
        (("2026-03..05",), [8, 15, 22, 29]),
        (("2026-01..02",), [8, 15, 22, 29]),
    ],
)
def test_a_week_is_paid_for_where_its_appraisal_asks_for_it(
    city: Any, open_service: Any, shipped: Library, opened: tuple[str, ...], ends: list[int]
) -> None:
    """That of 30 March to 5 April 2026 in April, unless one appraisal ends there and another begins; and 1 March, a
    Sunday, ends a week that has no day of work since a beginning on that day.
    """
    city.judge("2025", 3, NEW_YEAR)
    told = structs.replace(city.house.agencies["uji"], reporting=Reporting(cadence="weekly", in_time_days=5))
    pays_by_reports(city, shipped)

    with open_service(city.house.url, {"uji": told}) as house:
        paying = type(city)(house, "uji")
        for period in opened:
            paying.tell("hr", ask.OpenAppraisal(employee="fitri", period=period), on=MARCH, key=None)
        paying.tell(
            "hr", FixAllowance(employee="fitri", month="2026-03", appraisal="2025"), on=date(2026, 4, 10), key=None
        )

        (fixed,) = paid(paying)
        assert [one.last for one in fixed.reports.stretches] == [date(2026, 3, day) for day in ends]
        assert fixed.facts.numbers["laporan_wajib"] == len(ends)
        assert differing(paying) == []


def pays_by_reports(city: Any, shipped: Library) -> None:
    """Four million by the policy of Bandung from 2026."""
    found = shipped.get(BANDUNG)
    publish = PublishPolicy(file=found.file, texts=dict(found.sources), reason="uji")
    schedule = SchedulePolicy(id=BANDUNG, version=found.policy.version, since=date(2026, 1, 1))
    ceiling = SetCeiling(
        since=date(2026, 1, 1), decree="SK 1", position_class=PositionClass.FUNCTIONAL, work_load=Decimal(4_000_000)
    )
    city.tell("policy", publish, schedule, on=NEW_YEAR)
    city.tell("hr", ceiling, on=NEW_YEAR)
