"""A document as PDF: whole, readable, and the same bytes whatever machine, day and settings it is made with."""

import os
import subprocess
import sys
import zlib
from datetime import date
from typing import Any

import fpdf.syntax
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neraca.document import pdf
from neraca.document.blocks import Fields, Heading, Layout, Paragraph, Table
from neraca.document.html import digest
from neraca.document.verification import Marks

LAYOUT = Layout(
    language="id",
    title="Dokumen evaluasi kinerja pegawai",
    lines=("Kota Uji", "Nomor: DEK-P/000041/UJI/2025"),
    blocks=(
        Heading("Pegawai yang dinilai"),
        Fields((("Nama", "Budi Łukasz"), ("Predikat capaian kinerja organisasi yang panjang", "baik"))),
        Table(("Unsur", "Nilai"), (75, 25), (("Sikap melayani", "80.00"), ("Tim", "-"))),
        Paragraph("Pelatihan.\nLayanan."),
    ),
    foot="Nomor: DEK-P/000041/UJI/2025 · Kode verifikasi: AAAA-BBBB",
    day=date(2025, 4, 9),
    marks=Marks("DEK-P/000041/UJI/2025", "AAAA-BBBB"),
)
BYTES = "3d4049ed2a150122cdc0f6017ff669e8a7c68ba2beb62f9d866a8cba0bae0a74"
"""Of this layout, for ever: what was printed is compared with what is printed again. A library that makes others must
not come in unawares."""


def test_the_bytes_are_for_ever() -> None:
    assert digest(pdf.rendered(LAYOUT)) == BYTES


def test_another_process_with_another_zone_language_and_order_of_hashes_makes_the_same_bytes() -> None:
    program = (
        "import sys; from neraca.document import pdf; from neraca.document.blocks import *; "
        "sys.stdout.buffer.write(pdf.rendered(eval(sys.stdin.read())))"
    )
    odd = {"TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "77"}
    program = f"from datetime import date\nimport datetime\n{program}"

    made = subprocess.run(
        [sys.executable, "-c", program],
        input=repr(LAYOUT).encode(),
        env={**os.environ, **odd, "PYTHONUTF8": "1", "SOURCE_DATE_EPOCH": "1"},
        capture_output=True,
        check=True,
    )

    assert digest(made.stdout) == BYTES


def test_another_zlib_makes_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines have several that pack alike texts differently; the library packs fonts with it whatever it is told."""
    packed: list[int] = []

    def otherwise(plain: bytes, level: int = -1) -> bytes:
        packed.append(len(plain))
        return zlib.compress(plain, 1)

    class Zlib:
        compress = staticmethod(otherwise)

    monkeypatch.setattr(fpdf.syntax, "zlib", Zlib)

    assert digest(pdf.rendered(LAYOUT)) == BYTES
    assert packed


def test_nothing_of_the_day_it_is_made_on_is_in_it() -> None:
    file = pdf.rendered(LAYOUT)

    assert b"/CreationDate (D:20250409000000Z)" in file
    assert f"D:{date.today().year}".encode() not in file.replace(b"D:20250409", b"")  # noqa: DTZ011


def test_prose_of_any_length_runs_over_pages() -> None:
    long = "Bukti Mei tidak dihitung, padahal sudah dikirim tepat waktu. " * 160
    blocks = (Fields((("Alasan keberatan", long), ("Penjelasan", long))), Paragraph(long), Heading("Dasar"))

    file = pdf.rendered(Layout("id", "Judul", (), blocks, "kaki", date(2025, 4, 9)))

    assert file.count(b"/Type /Page\n") > 3


@pytest.mark.parametrize(
    "long", ["Bukti bulan Mei lengkap. " * 400, "x" * 10_000, "\n" * 9_999 + "x", "W" * 249, "ꦧ" * 500]
)
def test_a_cell_of_any_length_goes_on_in_the_rows_below(long: str) -> None:
    """A title in letters that no font has is shown by their numbers, eight times as long; and the library refuses a row
    that is taller than a page.
    """
    narrow = Table(("Hasil", "Nilai", "Catatan"), (80, 8, 12), (("Kerja", "80.00", long), ("Tim", "-", "akhir")))

    made = pdf.rendered(Layout("id", "T", (), (narrow,), "f", date(2025, 4, 9)))

    assert made.startswith(b"%PDF")


def test_a_word_without_end_and_a_letter_that_no_font_has_are_shown() -> None:
    with_letters = Layout("id", "Judul", (), (Paragraph("Budi ꦧꦸꦢꦶ"),), "kaki", date(2025, 4, 9))
    by_number = Layout(
        "id", "Judul", (), (Paragraph("Budi [U+A9A7][U+A9B8][U+A9A2][U+A9B6]"),), "kaki", date(2025, 4, 9)
    )

    assert pdf.rendered(with_letters) == pdf.rendered(by_number)
    assert pdf.rendered(Layout("id", "Judul", (), (Fields((("Sidik", "a" * 5_000),)),), "kaki", date(2025, 4, 9)))


def unpacked(packed: bytes) -> bytes:
    """As a reader of PDFs does it (ISO 32000-1, 7.4.5)."""
    plain, at = bytearray(), 0
    while packed[at] != 128:
        if packed[at] < 128:
            plain += packed[at + 1 : at + 2 + packed[at]]
            at += 2 + packed[at]
        else:
            plain += packed[at + 1 : at + 2] * (257 - packed[at])
            at += 2
    assert at == len(packed) - 1
    return bytes(plain)


@given(st.lists(st.tuples(st.integers(0, 255), st.integers(1, 400)), max_size=20), st.binary(max_size=400))
def test_what_is_packed_by_runs_is_unpacked_to_the_same(runs: list[tuple[int, int]], more: bytes) -> None:
    plain = b"".join(bytes((byte,)) * length for byte, length in runs) + more

    assert unpacked(pdf.run_lengths(plain)) == plain


def test_runs_are_short() -> None:
    found: Any = pdf.run_lengths(bytes(128 * 1024))

    assert len(found) == 2 * 1024 + 1
