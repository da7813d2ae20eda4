"""The form of an evaluation document: what stands in it, in both languages, and the bytes that are signed."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from neraca.document import html
from neraca.document.blocks import Fields, Heading, Paragraph, Table
from neraca.document.evaluation_document import (
    Amendment,
    CohortLine,
    EvaluationDocument,
    FeedbackLine,
    GuidanceLine,
    LevelLine,
    PartLine,
    Person,
    ResultLine,
    Signature,
    Statement,
    TakenOverLine,
    TargetLine,
    ValueLine,
)
from neraca.document.template import LATEST, layout
from neraca.domain.command_rules import PolicyRef
from neraca.domain.vocabulary import DocumentForm, FeedbackTone, GuidanceKind, PositionClass, Priority

BUDI = Person("budi", "Budi <Santoso>", "Analis", PositionClass.FUNCTIONAL, "Dinas Kesehatan")
SRI = Person("sri", "Sri Wahyuni", "Kepala Bidang", PositionClass.SUPERVISOR, "Dinas Kesehatan")
DOCUMENT = EvaluationDocument(
    form=DocumentForm.PERIODIC,
    agency="Kota Uji",
    employee=BUDI,
    appraiser=SRI,
    reviewer=Person("agus"),
    period="2025-Q1",
    starts=date(2025, 1, 1),
    ends=date(2025, 3, 31),
    results=(
        ResultLine(
            "Layanan lebih cepat",
            Priority.PRIMARY,
            (TargetLine("Menit per berkas", "menit", "15", "12.5"), TargetLine("Berkas", "berkas", "100", None)),
            "di atas",
            "baik sekali",
        ),
    ),
    values=(ValueLine({"id": "Sikap melayani", "en": "Service"}, "80.00"), ValueLine({"id": "Tim"}, None)),
    levels=(LevelLine("hasil kerja", "sesuai"),),
    parts=(),
    organisation="baik",
    of_last_year=False,
    cohort=None,
    score="86.67",
    predicate={"id": "Baik", "en": "Good"},
    fixed=date(2025, 4, 8),
    superior=False,
    final=False,
    amendment=None,
    policy=PolicyRef("kota-uji", 1, "aa" * 32, "bb" * 32),
    policy_title={"id": "Kebijakan uji"},
    engine="explain/1",
    result=41,
    digest="cc" * 32,
)
SIGNED = Signature("DEK-P/000041/UJI/2025", date(2025, 4, 9), SRI, "AAAA-BBBB", recommendation="Pelatihan melayani")


def texts(document: EvaluationDocument, language: Any = "id") -> list[str]:
    """Every text of the layout, in order."""
    found: list[str] = []
    for block in layout(LATEST, document, language).blocks:
        match block:
            case Heading() | Paragraph():
                found.append(block.text)
            case Fields():
                found += [": ".join(row) for row in block.rows]
            case Table():
                found += [" | ".join(row) for row in (block.head, *block.rows)]
    return found


def test_a_periodic_document_says_who_what_and_from_what() -> None:
    assert texts(replace(DOCUMENT, signature=SIGNED)) == [
        "Periode penilaian: 2025-Q1 (1 Januari 2025 sampai dengan 31 Maret 2025)",
        "Pegawai yang dinilai",
        "Nama: Budi <Santoso>",
        "NIP: budi",
        "Jabatan: Analis",
        "Kelompok jabatan: fungsional",
        "Unit kerja: Dinas Kesehatan",
        "Pejabat penilai kinerja",
        "Nama: Sri Wahyuni",
        "NIP: sri",
        "Jabatan: Kepala Bidang",
        "Kelompok jabatan: pengawas",
        "Unit kerja: Dinas Kesehatan",
        "Atasan pejabat penilai kinerja",
        "Nama: -",
        "NIP: agus",
        "Jabatan: -",
        "Kelompok jabatan: -",
        "Unit kerja: -",
        "Hasil kerja",
        "No. | Rencana hasil kerja | Indikator | Target | Realisasi | Penilaian",
        "1 | Layanan lebih cepat (utama) | Menit per berkas | 15 menit | 12.5 menit | di atas",
        " |  | Berkas | 100 berkas | - | ",
        "Catatan hasil 1: baik sekali",
        "Nilai hasil kerja dan perilaku kerja",
        "Unsur | Nilai",
        "Sikap melayani | 80.00",
        "Tim | -",
        "Predikat kinerja pegawai",
        "Peringkat hasil kerja: sesuai",
        "Predikat capaian kinerja organisasi: baik",
        "Nilai: 86.67",
        "Predikat: Baik",
        "Ditetapkan: 8 April 2025",
        "Rekomendasi",
        "Pelatihan melayani",
        "Dasar penghitungan",
        "Kebijakan: Kebijakan uji (kota-uji@1)",
        f"Sidik kebijakan: {'aa' * 32}",
        "Penghitung: explain/1",
        "Posisi dalam buku peristiwa: 41",
        f"Sidik fakta: {'cc' * 32}",
        "Bentuk dokumen: evaluation-document/1",
        "Penandatanganan",
        "Ditandatangani secara elektronik: 9 April 2025, oleh Sri Wahyuni (sri)",
        "Nomor: DEK-P/000041/UJI/2025",
        "Kode verifikasi: AAAA-BBBB",
    ]


def test_a_document_after_an_objection_holds_objection_explanations_and_decision() -> None:
    heard = (Statement(SRI, "Bukti Mei terlambat"), Statement(Person("budi"), "Dikirim tanggal 2"))
    amended = Amendment("Bukti Mei tidak dihitung", date(2025, 4, 20), heard, "Bukti sah", date(2025, 4, 25))
    said = texts(replace(DOCUMENT, form=DocumentForm.AMENDED, amendment=amended))

    at = said.index("Keberatan dan keputusan")
    assert said[at + 1 : at + 7] == [
        "Diajukan: 20 April 2025",
        "Alasan keberatan: Bukti Mei tidak dihitung",
        "Penjelasan Sri Wahyuni (sri): Bukti Mei terlambat",
        "Penjelasan budi: Dikirim tanggal 2",
        "Diputuskan: 25 April 2025",
        "Keputusan: hasil evaluasi diubah: Bukti sah",
    ]


def test_a_year_over_its_periods_shows_them_in_the_place_of_the_plan() -> None:
    parts = (PartLine("2025-S1", 6, "90.00", "baik"), PartLine("2025-S2", 6, None, "sangat baik"))
    said = texts(replace(DOCUMENT, form=DocumentForm.ANNUAL, parts=parts, results=()))

    assert said[said.index("Hasil bagian periode") + 1 :][:3] == [
        "Periode | Bulan | Nilai | Predikat",
        "2025-S1 | 6 | 90.00 | baik",
        "2025-S2 | 6 | - | sangat baik",
    ]
    assert "Hasil kerja" not in said


def test_what_the_reviewer_evaluated_says_that_it_is_final_and_no_plan_says_so() -> None:
    said = texts(replace(DOCUMENT, superior=True, final=True, results=()))

    assert "Dievaluasi oleh atasan pejabat penilai kinerja. Hasil ini bersifat final." in said
    assert "Hasil ini bersifat final." in texts(replace(DOCUMENT, final=True))
    assert "Tidak ada rencana hasil kerja yang disetujui." in said


@pytest.mark.parametrize(
    ("signature", "lines", "foot"),
    [
        (None, ("BELUM DITERBITKAN: rancangan tanpa nomor",), "BELUM DITERBITKAN: rancangan tanpa nomor"),
        (
            SIGNED,
            ("Nomor: DEK-P/000041/UJI/2025",),
            "Nomor: DEK-P/000041/UJI/2025 · Kode verifikasi: AAAA-BBBB",
        ),
    ],
)
def test_a_draft_says_that_it_is_none(signature: Signature | None, lines: tuple[str, ...], foot: str) -> None:
    made = layout(LATEST, replace(DOCUMENT, signature=signature))

    assert made.title == "Dokumen evaluasi kinerja pegawai"
    assert made.lines == ("Kota Uji", "Evaluasi kinerja periodik", *lines)
    assert made.foot == foot


def test_a_move_that_an_amended_result_took_back_is_told_with_why() -> None:
    taken_back = replace(DOCUMENT, cohort=CohortLine(None, withdrawn="Kini cukup dari faktanya"))

    assert "Alasan penarikan perubahan predikat: Kini cukup dari faktanya" in texts(taken_back)
    assert [line for line in texts(DOCUMENT) if line.startswith("Alasan penarikan")] == []


def test_what_the_cohort_had_to_do_with_it_is_told() -> None:
    moved = CohortLine(True, {"id": "Sangat Baik", "en": "Very good"}, "Pola distribusi")
    said = texts(replace(DOCUMENT, organisation="baik", of_last_year=True, cohort=moved))

    assert said[said.index("Peringkat hasil kerja: sesuai") + 1 :][:6] == [
        "Predikat capaian kinerja organisasi: baik (tahun sebelumnya)",
        "Nilai: 86.67",
        "Predikat: Baik",
        "Predikat menurut penghitungan: Sangat Baik",
        "Alasan perubahan: Pola distribusi",
        "Pola distribusi: terpenuhi",
    ]
    assert "Pola distribusi: tidak terpenuhi" in texts(replace(DOCUMENT, cohort=CohortLine(False)))
    unasked = texts(replace(DOCUMENT, cohort=CohortLine(None)))
    assert [line for line in unasked if line.startswith("Pola distribusi")] == []


def test_a_deputy_signs_in_the_name_of_who_evaluated() -> None:
    signed = replace(SIGNED, deputy=Person("rini", "Rini"))

    assert "Ditandatangani secara elektronik: 9 April 2025, oleh Rini (rini) atas nama Sri Wahyuni (sri)" in texts(
        replace(DOCUMENT, signature=signed)
    )


def test_on_request_it_is_in_english_and_says_that_this_is_a_translation() -> None:
    made = layout(LATEST, replace(DOCUMENT, signature=SIGNED), "en")
    said = texts(replace(DOCUMENT, signature=SIGNED), "en")

    assert made.lines[-1] == "A translation: what was signed is the document in Indonesian."
    assert "Service | 80.00" in said
    assert "Tim | -" in said
    assert "Predicate: Good" in said
    assert "Fixed on: 8 April 2025" in said


def test_the_file_is_whole_and_lets_nothing_of_a_text_run() -> None:
    file = html.rendered(layout(LATEST, replace(DOCUMENT, signature=SIGNED))).decode()

    assert "<dd>Budi &lt;Santoso&gt;</dd>" in file
    assert [word for word in ("<script", "<link", "http:", "https:", "src=", "@import", "url(") if word in file] == []


def test_what_was_said_in_the_year_is_told_where_there_is_any() -> None:
    """A document from before any was recorded has the bytes it had."""
    by, day = DOCUMENT.appraiser, date(2025, 6, 2)
    over = TakenOverLine("Loket keliling", day, by, "Saya pimpin sendiri")
    coached = GuidanceLine(GuidanceKind.COACHING, day, by, "Berkas selesai", "Cara memeriksa berkas", "Sudah dicoba")
    counselled = GuidanceLine(GuidanceKind.COUNSELING, day, by, None, "Beban kerja")
    praised = FeedbackLine(FeedbackTone.POSITIVE, day, by, None, "Antrean pendek")
    asked = FeedbackLine(FeedbackTone.CONSTRUCTIVE, day, by, "Berkas selesai", "Catat tiap berkas")
    told = replace(DOCUMENT, taken_over=(over,), guidance=(coached, counselled), feedback=(praised, asked))
    said = texts(told)
    noted = f"(2 Juni 2025, oleh {by.name} ({by.number}))"
    begin = said.index("Rencana hasil kerja yang diambil alih")
    assert said[begin : begin + 9] == [
        "Rencana hasil kerja yang diambil alih",
        f"Loket keliling: Saya pimpin sendiri {noted}",
        "Bimbingan dan konseling kinerja",
        f"Bimbingan: Berkas selesai: Cara memeriksa berkas {noted}",
        "Tanggapan pegawai: Sudah dicoba",
        f"Konseling: Beban kerja {noted}",
        "Umpan balik pimpinan",
        f"Positif: Antrean pendek {noted}",
        f"Konstruktif: Berkas selesai: Catat tiap berkas {noted}",
    ]
    without = texts(DOCUMENT)
    assert [line for line in said if line not in said[begin : begin + 9]] == without


def test_the_bytes_of_the_first_template_are_for_ever() -> None:
    """What was issued with it is held against the log by these bytes: another form is another template."""
    assert (
        html.digest(html.rendered(layout("evaluation-document/1", replace(DOCUMENT, signature=SIGNED))))
        == "e19adafa9fb7609c1003605d00aa2e07374e7cb97b9bae3af4e3122c4190c3ed"
    )
