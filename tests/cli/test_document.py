"""The evaluation document on the command line, over a year that was lived."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

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


def test_what_is_not_there_is_a_message(neraca: Neraca, seeded_year: Any) -> None:
    said = neraca("document", "195", "--agency", "surabaya")

    assert said.code == 2
    assert "'195' names no appraisal; write NIP/PERIOD" in said.err
    with pytest.raises(NoSuchAgency, match="no agency 'solo'; there are bandung"):
        neraca("document", "195/2025", "--agency", "solo", DATABASE_URL=seeded_year.url)
    with pytest.raises(NotFound, match="195 has no appraisal for 2025"):
        neraca("document", "195/2025", "--agency", "surabaya", DATABASE_URL=seeded_year.url)
