"""The evaluation document on the command line, over a year that was lived."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from neraca import composition
from neraca.document.verification import marks
from neraca.domain.appraisal import commands as ask
from neraca.domain.errors import NotFound
from neraca.service import NoSuchAgency

Neraca = Callable[..., Any]


@pytest.fixture
def final(seeded_year: Any) -> str:
    """One of Surabaya's final results."""
    query = "select employee || '/' || period from read_scores.appraisal where agency = 'surabaya' and status = 'final'"
    with psycopg.connect(seeded_year.url) as connection:
        found = connection.execute(f"{query} order by 1 limit 1").fetchone()
    assert found is not None
    return found[0]


def test_a_document_is_written_twice_with_the_same_bytes(
    neraca: Neraca, seeded_year: Any, final: str, tmp_path: Path
) -> None:
    files = [tmp_path / "satu.html", tmp_path / "dua.html"]

    for file in files:
        said = neraca("document", final, "--agency", "surabaya", "--output", str(file), DATABASE_URL=seeded_year.url)
        assert (said.code, said.out, said.err) == (0, "", "")

    assert files[0].read_bytes() == files[1].read_bytes()
    assert "<h1>Dokumen evaluasi kinerja pegawai</h1>\n<p>Pemerintah Kota Surabaya" in files[0].read_text()
    sheet = tmp_path / "tiga.pdf"
    neraca("document", final, "--agency", "surabaya", "--pdf", "--output", str(sheet), DATABASE_URL=seeded_year.url)
    assert sheet.read_bytes().startswith(b"%PDF-")
    english = neraca("document", final, "--agency", "surabaya", "--language", "en", DATABASE_URL=seeded_year.url)
    assert "<h1>Performance evaluation document</h1>" in english.out


@pytest.mark.parametrize("kind", [[], ["--pdf"]], ids=["html", "pdf"])
def test_another_process_with_another_zone_language_and_order_of_hashes_prints_the_same_bytes(
    neraca: Neraca, seeded_year: Any, final: str, tmp_path: Path, kind: list[str]
) -> None:
    here, there = tmp_path / "sini", tmp_path / "sana"
    odd = {"TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "77", "SOURCE_DATE_EPOCH": "1"}
    call = ["document", final, "--agency", "surabaya", *kind, "--output"]

    neraca(*call, str(here), DATABASE_URL=seeded_year.url)
    subprocess.run(
        [sys.executable, "-c", "from neraca.main import run; run()", *call, str(there)],
        env={**os.environ, **odd, "NERACA_DATABASE_URL": seeded_year.url},
        check=True,
    )

    assert there.read_bytes() == here.read_bytes()


def test_what_is_not_there_is_a_message(neraca: Neraca, seeded_year: Any) -> None:
    said = neraca("document", "195", "--agency", "surabaya")

    assert said.code == 2
    assert "'195' names no appraisal; write NIP/PERIOD" in said.err
    with pytest.raises(NoSuchAgency, match="no agency 'solo'; there are bandung"):
        neraca("document", "195/2025", "--agency", "solo", DATABASE_URL=seeded_year.url)
    with pytest.raises(NotFound, match="195 has no appraisal for 2025"):
        neraca("document", "195/2025", "--agency", "surabaya", DATABASE_URL=seeded_year.url)


@pytest.fixture
def signed(neraca: Neraca, fixture_agency: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Budi's document of the invented city, as a file."""
    fixture_agency.score("budi")
    fixture_agency.finalise("budi")
    fixture_agency.tell("sri", ask.IssueDocument(employee="budi", period="2025-Q1"), on=date(2025, 4, 9))
    file = tmp_path / "budi.html"
    file.write_bytes(fixture_agency.service.documents.printed("uji", "budi", "2025-Q1"))

    @contextmanager
    def opened(_: Any) -> Iterator[Any]:
        yield fixture_agency.house

    monkeypatch.setattr(composition, "open_dependencies", opened)
    return file


def test_a_file_is_held_against_the_log(neraca: Neraca, signed: Path, tmp_path: Path) -> None:
    said = neraca("verify-document", str(signed), "--agency", "uji")

    [about, result] = said.out.splitlines()
    assert (said.code, result) == (0, "the file is what the log gives")
    assert about.endswith("/UJI/2025 of 2025-04-09: budi/2025-Q1, Baik; the result stands")
    altered = tmp_path / "palsu.html"
    altered.write_bytes(signed.read_bytes().replace(b"86.67", b"96.67"))
    said = neraca("verify-document", str(altered), "--agency", "uji")
    assert (said.code, said.out.splitlines()[-1]) == (1, "the file is NOT what the log gives: ALTERED")
    assert neraca("verify-document", str(altered), "--agency", "uji", "--json").lines[0]["unaltered"] is False


def test_without_a_file_number_and_code_are_asked_for(neraca: Neraca, signed: Path, tmp_path: Path) -> None:
    known = marks(signed.read_bytes())
    assert known is not None

    said = neraca("verify-document", "--agency", "uji", "--number", known.number, "--code", known.code)
    assert (said.code, len(said.out.splitlines())) == (0, 1)
    said = neraca("verify-document", "--agency", "uji", "--number", known.number, "--code", "AAAA-BBBB-CCCC-DDDD")
    assert (said.code, said.out) == (
        1,
        f"no such document in the log of uji: {known.number} with code AAAA-BBBB-CCCC-DDDD\n",
    )
    empty = tmp_path / "kosong"
    empty.write_text("")
    said = neraca("verify-document", str(empty), "--agency", "uji")
    assert (said.code, said.out) == (1, "no such document in the log of uji: the file has no number and code of ours\n")
    assert neraca("verify-document", "--agency", "uji").code == 2
