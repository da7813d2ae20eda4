"""A file over HTTP: shown, refused with every fault, done, and done once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from litestar.testing import TestClient

from neraca.service.imports.tables import LARGEST

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE = "NIP;Nama;Jenis Pegawai;Jabatan;Jenis Jabatan;TMT;Unit Kerja\n{};Sari;PNS;Analis;fungsional;2025-01-01;dinkes\n"
NIP = "198501012010011001"


@pytest.fixture
def client(fixture_agency: Any, served: Any, tmp_path: Path) -> Iterator[TestClient[Any]]:
    folder = tmp_path / "uji" / "imports" / "employees"
    folder.mkdir(parents=True)
    folder.joinpath("simpeg.yaml").write_text(
        "columns: {employee: nomor, name: panggilan}\nconstants: {reason: Salah tulis}\n"
    )
    folder.joinpath("rusak.yaml").write_text("columns: {nip: NIP}\n")
    actors = {who: fixture_agency.actor(who) for who in ("hr", "budi")}
    with served(fixture_agency.house, actors, datetime(2025, 3, 3, 5, tzinfo=UTC), maps=tmp_path) as client:
        yield client


def test_a_file_is_shown_then_done_and_done_once(client: TestClient[Any]) -> None:
    def sent(
        file: str | bytes,
        more: str = "",
        kind: str = "employees",
        who: str = "hr",
        media: str = CSV,
        language: str = "en",
    ) -> Any:
        headers = {"Authorization": f"Bearer {who}", "Content-Type": media, "Accept-Language": language}
        return client.post(f"/agencies/uji/imports/{kind}{more}", content=file, headers=headers)

    shown = sent(FILE.format(NIP))
    assert (shown.status_code, shown.json()["counts"]["new"], shown.json()["applied"]) == (200, 1, False)

    wrong = sent(FILE.format("1,98E+17"), "?apply=true")
    assert (wrong.status_code, wrong.json()["detail"]) == (422, "1 wrong, nothing was imported")
    assert [one["pointer"] for one in wrong.json()["errors"]] == ["/2/1"]
    assert sent(FILE.format("1,98E+17")).json()["faults"][0]["column"] == 1

    done = sent(FILE.format(NIP), "?apply=true")
    assert (done.status_code, done.json()["applied"], done.json()["position"] > 0) == (200, True, True)
    again = sent(FILE.format(NIP), "?apply=true").json()
    assert (again["counts"]["same"], again["position"]) == (1, None)

    made, file = openpyxl.Workbook(), BytesIO()
    sheet: Any = made.active
    sheet.append(("Nomor", "Panggilan"))
    sheet.append((NIP, "Sari Dewi"))
    made.save(file)
    mapped = '?map={"columns":{"employee":"nomor","name":"panggilan"},"constants":{"reason":"Salah tulis"}}'
    changed = sent(file.getvalue(), mapped, media=XLSX).json()["rows"][0]["changes"]
    assert changed == [{"field": "name", "before": "Sari", "after": "Sari Dewi"}]
    assert sent(file.getvalue(), "?source=simpeg", media=XLSX).json()["rows"][0]["changes"] == changed
    assert sent(FILE, "?source=simpg").json()["detail"].endswith("did you mean 'simpeg'?")
    for wrong_source in ("?source=rusak", "?source=../employees/simpeg", f"{mapped}&source=simpeg"):
        assert sent(FILE, wrong_source).status_code == 400

    copy = sent(FILE.format("1,98E+17"), "?annotated=true")
    assert (copy.status_code, copy.headers["content-type"].partition(";")[0]) == (200, CSV)
    assert "'1,98E+17' is what a spreadsheet left" in copy.text.splitlines()[1]
    told = sent(FILE.format("1,98E+17"), language="id").json()["faults"][0]["what"]
    assert "adalah sisa nomor 18 angka" in told, told
    assert openpyxl.load_workbook(BytesIO(sent(file.getvalue(), f"{mapped}&annotated=true", media=XLSX).content))
    assert sent(FILE, "?apply=true&annotated=true").status_code == 400

    assert sent(FILE, "?map={colums: x}").status_code == 400
    assert sent(FILE, "?apply=yes").status_code == 400
    assert sent(FILE, kind="pegawai").status_code == 404
    assert sent(FILE, media="application/json").status_code == 415
    assert sent(FILE, who="budi").status_code == 403
    assert sent(FILE, who="nobody").status_code == 401
    assert sent(b"x" * (LARGEST + 1)).status_code == 413
