"""`neraca export`: a verb for each data set, a file and the manifest beside it."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from neraca.service.exports import DATA_SETS

TABLE = Path(__file__).parents[2] / "platform" / "EXPORTS.md"


def test_a_data_set_is_written_with_its_manifest(
    neraca: Callable[..., Any], followed_database: str, tmp_path: Path
) -> None:
    file = tmp_path / "nilai.csv"
    words = ("export", "appraisals", "--agency", "surabaya", "--output", str(file))

    said = neraca(*words, DATABASE_URL=followed_database)

    manifest = msgspec.json.decode((tmp_path / "nilai.csv.manifest.json").read_bytes())
    assert said.code == 0
    assert said.err.endswith(
        f"nilai.csv: 0 rows as of log position {manifest['position']}, {manifest['bytes']} bytes\n"
    )
    assert manifest["position"] > 0
    assert manifest["sha256"] == sha256(file.read_bytes()).hexdigest()
    assert file.read_text().startswith("employee_number,period,")


def test_what_there_is_stands_in_the_help_with_every_column(neraca: Callable[..., Any]) -> None:
    listed = neraca("export", "--help").out

    assert {"columns", "payroll", *DATA_SETS} <= set(listed.split())
    for data_set in DATA_SETS.values():
        said = " ".join(neraca("export", data_set.name, "--help").out.split())
        assert [one.name for one in data_set.columns if f"{one.name}: {one.description}" not in said] == []


def test_the_table_of_columns_is_what_the_code_has(neraca: Callable[..., Any]) -> None:
    assert neraca("export", "columns").out == TABLE.read_text(), "run make goldens"
