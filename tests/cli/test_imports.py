"""`neraca import employees`: a preview, a copy with remarks, and the same file once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

FILE = """NIP;Nama;Jenis Pegawai;Jabatan;Jenis Jabatan;TMT;Unit Kerja;NIP Atasan;Gol
198501012010011001;Sari Dewi;PNS;Analis;fungsional;2025-01-01;dinkes;sri;III/c
budi;Budi Utomo;;;;;;;
"""
COUNTS = "uji: 2 lines: {} new, {} changed, {} same, {} refused\n"


@pytest.fixture
def importing(
    fixture_agency: Any, root_of: Callable[[Any], Path], tmp_path: Path, neraca: Callable[..., Any]
) -> Callable[..., Any]:
    """Runs the verb as HR of Uji over a file that is there."""
    root = root_of(fixture_agency.house)
    (tmp_path / "home").mkdir(exist_ok=True)
    tokens = {"rahasia": {"id": "hr-1", "roles": ["hr"], "agency": "uji"}}
    (tmp_path / "home" / "tokens.json").write_bytes(msgspec.json.encode(tokens))

    def run(file: str, *more: str, **settings: str) -> Any:
        (tmp_path / "pegawai.csv").write_text(file)
        return neraca(
            "import",
            "employees",
            str(tmp_path / "pegawai.csv"),
            "--agency",
            "uji",
            *more,
            DATABASE_URL=fixture_agency.house.url,
            TOKEN="rahasia",
            ROOT=str(root),
            **settings,
        )

    return run


def test_a_file_is_shown_annotated_applied_and_then_changes_nothing(
    importing: Callable[..., Any], tmp_path: Path
) -> None:
    copy = tmp_path / "salinan.csv"
    mapping = tmp_path / "simpeg.yaml"
    mapping.write_text("constants: {reason: Salah tulis}\n")

    wrong = importing(FILE, "--annotated", str(copy))
    assert (wrong.code, wrong.out.splitlines()[-1] + "\n") == (1, COUNTS.format(1, 0, 0, 1))
    needed = "reason: budi is changed by this line, and for that it is needed; say it here or for all lines"
    assert wrong.err == f"{tmp_path}/pegawai.csv:3:0: {needed}\n1 wrong, nothing was imported\n"
    assert copy.read_text().splitlines()[1:] == [
        "198501012010011001;Sari Dewi;PNS;Analis;fungsional;2025-01-01;dinkes;sri;III/c;new",
        f'budi;Budi Utomo;;;;;;;;"{needed}"',
    ]

    # The copy itself is mended and sent.
    preview = importing(copy.read_text(), "--map", str(mapping))
    assert (preview.code, preview.err) == (0, "")
    assert preview.out == (
        "2: 198501012010011001 new: name Sari Dewi; position Analis; unit dinkes; supervisor sri\n"
        "3: budi changed: name Budi -> Budi Utomo\n"
        "not read: Gol\n" + COUNTS.format(1, 1, 0, 0) + "nothing was done yet; say --apply to do it\n"
    )

    done = importing(FILE, "--set", "reason=Salah tulis", "--apply", "--json")
    assert (done.lines[0]["applied"], done.lines[0]["counts"]["changed"]) == (True, 1)

    again = importing(FILE, "--apply")
    assert (again.code, again.out) == (0, "not read: Gol\n" + COUNTS.format(0, 0, 2, 0))


def test_a_mapping_that_the_agency_keeps_is_named_by_its_source(
    importing: Callable[..., Any], neraca: Callable[..., Any], tmp_path: Path
) -> None:
    folder = tmp_path / "root" / "agencies" / "uji" / "imports" / "employees"
    folder.mkdir(parents=True)
    folder.joinpath("simpeg.yaml").write_text("constants: {reason: Salah tulis}\n")

    assert importing(FILE, "--source", "simpeg").out.endswith(
        COUNTS.format(1, 1, 0, 0) + "nothing was done yet; say --apply to do it\n"
    )
    other = importing(FILE, "--source", "simpg")
    assert (other.code, "uji has no source 'simpg' of employees; did you mean 'simpeg'?" in other.err) == (2, True)
    assert importing(FILE, "--source", "../../../../../secret").code == 2
    assert importing(FILE, "--source", "simpeg", "--map", str(folder / "simpeg.yaml")).code == 2

    root = ("--root", str(tmp_path / "root"))
    assert "simpeg.yaml" not in neraca("check", *root).out
    folder.joinpath("simpeg.yaml").write_text("columns: {nip: NIP}\n")
    said = neraca("check", *root)
    assert "agencies/uji/imports/employees/simpeg.yaml:1:11: columns.nip: no field 'nip'" in said.out


def test_what_is_wrong_in_a_mapping_is_told_with_its_place(importing: Callable[..., Any], tmp_path: Path) -> None:
    mapping = tmp_path / "simpeg.yaml"
    mapping.write_text('columns: {nip: NIP}\ndays: YYYYMD\ndelimiter: ";;"\n')

    said = importing(FILE, "--map", str(mapping))

    assert said.code == 1
    assert [
        line.partition(": columns")[0].partition(": d")[0].rpartition("/")[2] for line in said.err.splitlines()
    ] == [
        "simpeg.yaml:1:11",
        "simpeg.yaml:2:1",
        "simpeg.yaml:3:1",
    ]
    assert importing(FILE, "--set", "nama=Budi").code == 2
