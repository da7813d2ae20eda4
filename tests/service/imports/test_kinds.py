"""Every kind of file: taken in once, what differs is changed for a reason, and nobody learns what is not theirs."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec import structs

from neraca.cli.imports import EACH, import_
from neraca.domain.errors import NotAllowed
from neraca.domain.service_times.source import RegisterTimeSource
from neraca.domain.survey.commands import OpenSurvey
from neraca.domain.vocabulary import Scope
from neraca.service.imports import KINDS
from neraca.service.imports.column_map import ColumnMap
from neraca.service.imports.file_import import ImportOrder, ImportReport, bring
from neraca.service.imports.plans import Change
from neraca.wording import translated


def brought(agency: Any, kind: str, by: str, file: str, *, on: date = date(2025, 3, 3), **constants: str) -> Any:
    order = ImportOrder(KINDS[kind], agency.id, file.encode(), ColumnMap(constants=constants), apply=True)
    now = datetime(on.year, on.month, on.day, 5, tzinfo=UTC)
    report = bring(agency.service, agency.actor(by), order, agency.service.agency(agency.id), now)
    assert [one.what for one in report.faults if not translated(one.what).whole] == [], "not in Indonesian"
    assert report.applied == (not report.faults)
    return report


def counts(report: ImportReport) -> dict[str, int]:
    return {outcome: number for outcome, number in report.counts.items() if number}


def told(report: ImportReport) -> list[tuple[int, int, str]]:
    return [(one.line, one.column, one.what) for one in report.faults]


NEEDED = "is changed by this line, and for that it is needed; say it here or for all lines"


def test_the_command_line_has_every_kind() -> None:
    assert [*EACH] == [*KINDS]
    assert {*import_.commands} == {*KINDS}


def test_attendance_is_recorded_once_and_corrected_for_a_reason(fixture_agency: Any) -> None:
    file = "NIP,Bulan,Hari Kerja,Tanpa Keterangan,Terlambat\nbudi,2025-01,20,1,2\nsri,2025-01,20,,\n"

    assert counts(brought(fixture_agency, "attendance", "hr", file)) == {"new": 2}
    assert counts(brought(fixture_agency, "attendance", "hr", file)) == {"same": 2}

    late = file.replace(",1,2", ",1,3")
    assert told(brought(fixture_agency, "attendance", "hr", late)) == [(2, 0, f"reason: budi 2025-01 {NEEDED}")]
    changed = brought(fixture_agency, "attendance", "hr", late, reason="Salah hitung")
    assert (counts(changed), changed.rows[0].changes) == ({"changed": 1, "same": 1}, (Change("late", "2", "3"),))

    # A program that may record attendance, and not read it, is told the same of whatever it guesses.
    for guess in (file, late, file.replace("2025-01,20", "2025-01,99")):
        hidden = brought(fixture_agency, "attendance", "integrator", guess, reason="x")
        assert (counts(hidden), told(hidden)) == ({"there": 2}, [])
        assert {row.changes for row in hidden.rows} == {()}
    reads = structs.replace(
        fixture_agency.actor("integrator"), scopes=frozenset({Scope.WRITE_ATTENDANCE, Scope.DOSSIERS})
    )
    assert KINDS["attendance"].may_read(reads)

    keyed = structs.replace(fixture_agency.actor("integrator"), scopes=frozenset({Scope.WRITE_ROSTER}))
    order = ImportOrder(KINDS["attendance"], "uji", file.encode())
    with pytest.raises(NotAllowed, match="record-attendance needs the scope write-attendance"):
        bring(fixture_agency.service, keyed, order, fixture_agency.service.agency("uji"), datetime.now(UTC))

    wrong = brought(fixture_agency, "attendance", "hr", file.replace("2025-01", "2025-02").replace("20,1", "29,1"))
    assert told(wrong) == [
        (
            2,
            3,
            "required_days: 2025-02-01 to 2025-02-28 has 20 working days by the calendar of uji, not 29; mend the "
            "count, or working_week and holidays in agency.yaml",
        )
    ]


def test_achievements_are_published_once_and_revised_for_a_reason(fixture_agency: Any) -> None:
    file = "Unit Kerja;Periode;Capaian;Predikat;Sumber\ndinkes;2025-Q1;98,5;baik;LKjIP\n"

    assert counts(brought(fixture_agency, "achievements", "official", file)) == {"new": 1}
    assert counts(brought(fixture_agency, "achievements", "official", file)) == {"same": 1}
    again = file.replace("98,5", "99")
    assert told(brought(fixture_agency, "achievements", "official", again)) == [
        (2, 0, f"reason: dinkes 2025-Q1 {NEEDED}")
    ]
    changed = brought(fixture_agency, "achievements", "official", again, reason="Audit")
    assert changed.rows[0].changes == (Change("index", "98.5", "99"),)
    with pytest.raises(NotAllowed):
        brought(fixture_agency, "achievements", "budi", file)


TARGETS = """period,result,title,target,indicator,unit,value,weight,actual_fact,target_fact
2025-Q1,layanan,Layanan,berkas,Berkas,berkas,100,100,,
2025-Q1,tim,Tim,acara,Acara,acara,20,,realisasi_tim,target_tim
"""


def test_whose_plan_it_is_drafts_it_from_a_file_and_reports_on_it(fixture_agency: Any) -> None:
    from neraca.domain.appraisal import commands as ask

    which: Any = {"employee": "budi", "period": "2025-Q1"}
    fixture_agency.tell("hr", ask.OpenAppraisal(**which))

    assert counts(brought(fixture_agency, "targets", "budi", TARGETS)) == {"new": 2}
    assert counts(brought(fixture_agency, "targets", "budi", TARGETS)) == {"same": 2}
    less = brought(fixture_agency, "targets", "budi", TARGETS.replace("berkas,100", "berkas,90"))
    assert (counts(less), less.rows[0].changes) == ({"changed": 2}, (Change("value", "100", "90"),))
    assert told(brought(fixture_agency, "targets", "sri", TARGETS, employee="budi")) == [
        (line, 0, "employee: this is of budi, who must send it; you are sri") for line in (2, 3)
    ]
    untitled = TARGETS.replace("Layanan,", ",").replace("20,,", "20,-1,")
    assert told(brought(fixture_agency, "targets", "budi", untitled)) == [
        (2, 3, "title: result layanan is called nothing; say it in one line of it")
    ]

    fixture_agency.tell("budi", ask.SubmitPlan(**which))
    fixture_agency.tell("sri", ask.ApprovePlan(**which))
    file = "period,report,result,target,until,bukti,actual\n2025-Q1,l1,layanan,berkas,2025-02-28,arsip:rekap,40\n"
    assert counts(brought(fixture_agency, "reports", "budi", file)) == {"new": 1}
    assert counts(brought(fixture_agency, "reports", "budi", file)) == {"same": 1}
    assert told(brought(fixture_agency, "reports", "budi", file.replace(",40", ",41"))) == [
        (2, 2, "report: report l1 is there and says otherwise; give this one a name of its own")
    ]


def test_whoever_rates_sends_their_ratings_in_a_file(fixture_agency: Any) -> None:
    fixture_agency.plan("budi")
    file = "NIP,Periode,Hubungan,Indikator,Nilai\nbudi,2025-Q1,atasan,layanan,80\nbudi,2025-Q1,atasan,disiplin,75\n"

    assert counts(brought(fixture_agency, "ratings", "sri", file)) == {"new": 2}
    assert counts(brought(fixture_agency, "ratings", "sri", file)) == {"same": 2}
    other = file.replace(",75", ",85")
    assert told(brought(fixture_agency, "ratings", "sri", other)) == [(2, 0, f"reason: budi 2025-Q1 {NEEDED}")]
    changed = brought(fixture_agency, "ratings", "sri", other, reason="Salah ketik")
    assert [row.changes for row in changed.rows] == [(), (Change("disiplin", "75", "85"),)]
    assert counts(brought(fixture_agency, "ratings", "sri", other)) == {"same": 2}

    # Who has no part in it is told nothing of what others gave, and a fault stands at its own line.
    odd = file.replace("disiplin", "disiplen")
    assert told(brought(fixture_agency, "ratings", "sri", odd, reason="x"))[0][:2] == (3, 5)
    two = file.replace("atasan,disiplin", "rekan,disiplin")
    assert told(brought(fixture_agency, "ratings", "ani", two)) == [
        (3, 3, "relation: line 2 rates budi as SUPERVISOR; one rating has one")
    ]
    assert counts(brought(fixture_agency, "ratings", "eko", file)) == {"new": 1, "refused": 1}


def test_answers_of_citizens_are_recorded_once_and_told_to_nobody(fixture_agency: Any) -> None:
    of: dict[str, Any] = {"unit": "dinkes", "period": "2025-Q1", "survey": "skm"}
    file = "Responden;U1;Waktu penyelesaian\nr1;4;3\nr2;2;\n"
    opening = told(brought(fixture_agency, "surveys", "surveyor", file, **of))
    assert opening == [(2, 0, "there is no survey 'skm' here; open it first"), (3, 0, opening[1][2])]
    fixture_agency.tell("surveyor", OpenSurvey(**of, elements=["u1", "u2", "u3"]))

    assert counts(brought(fixture_agency, "surveys", "surveyor", file, **of)) == {"new": 2}
    # Whoever sends it again, or another answer, learns that they answered and not what.
    for guess in (file, file.replace("r1;4", "r1;1")):
        again = brought(fixture_agency, "surveys", "surveyor", guess, **of)
        assert (counts(again), [row.changes for row in again.rows]) == ({"there": 2}, [(), ()])

    wrong = brought(fixture_agency, "surveys", "surveyor", "Responden;U1;U4\nr3;5;\nr4;;2\nr5;;\nr6;4;\nr6;3;\n", **of)
    assert [(line, column) for line, column, _ in told(wrong)] == [(2, 2), (3, 3), (4, 0), (5, 1), (6, 1)]
    assert told(wrong)[0][2] == "u1: 5 is not within 1 to 4"


def test_service_times_are_taken_in_once_and_replaced_for_a_reason_by_who_imports_from_their_source(
    fixture_agency: Any,
) -> None:
    fixture_agency.tell("official", RegisterTimeSource(source="antrean", system="Antrean", importers=["official"]))
    of: dict[str, Any] = {"source": "antrean", "batch": "2025-02", "period": "2025-Q1"}
    file = """Unit Kerja;Layanan;Mulai;Selesai;Tanggal;Jumlah;Menit
dinkes;kk;2025-02-03 08:00;2025-02-03 08:20;;;
dinkes;kk;;;2025-02-04;3;40,5
disdik;izin;2025-02-03 09:00;2025-02-03 09:30;;;
"""

    assert counts(brought(fixture_agency, "service-times", "official", file, **of)) == {"new": 3}
    assert counts(brought(fixture_agency, "service-times", "official", file, **of)) == {"same": 3}
    with pytest.raises(NotAllowed, match="integrator does not import from 'antrean'"):
        brought(fixture_agency, "service-times", "integrator", file, **of)

    more = file.replace("40,5", "41,5")
    assert told(brought(fixture_agency, "service-times", "official", more, **of))[0][2].startswith(
        "batch: batch '2025-02' of antrean is there with other records; send it with a reason to replace it"
    )
    replaced = brought(fixture_agency, "service-times", "official", more, reason="Salah ukur", **of)
    assert counts(replaced) == {"changed": 2, "same": 1}
    alone = more.rsplit("disdik", 1)[0].replace("41,5", "42")
    gone = brought(fixture_agency, "service-times", "official", alone, reason="Salah", others="withdraw", **of)
    assert counts(gone) == {"changed": 2}
    assert counts(brought(fixture_agency, "service-times", "official", file, reason="Kembali", **of))["new"] == 1

    wrong = """Unit Kerja,Layanan,Mulai,Selesai,Tanggal,Jumlah,Menit
dinas,kk,kemarin,2025-02-03 08:20,,,
dinkes,kk,,,2025-05-04,3,40
"""
    of["batch"] = "lain"
    found = told(brought(fixture_agency, "service-times", "official", wrong, **of))
    assert [(line, column) for line, column, _ in found] == [(2, 1), (2, 3), (3, 5)]
