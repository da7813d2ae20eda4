"""A ledger that an older build wrote is followed, replayed and rebuilt with no difference: see golden/ledger/."""

import importlib.util
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from neraca.cli import build
from neraca.composition import CompositionRoot

ROOT = Path(__file__).parents[2]
LEDGER = ROOT / "tests" / "golden" / "ledger"
APPENDED = """
insert into ledger.events (agency, position, stream, version, type, data, recorded_at)
values (%s, %s, %s, %s, %s, convert_to(%s, 'utf8'), %s)
"""
HEADS = """
update ledger.heads h set position = e.position, recorded_at = e.recorded_at
from (select agency, max(position) as position, max(recorded_at) as recorded_at from ledger.events group by agency) e
where h.agency = e.agency
"""


@pytest.fixture(scope="module")
def older(new_database: Callable[[], str], open_house: Any, shipped: Any) -> str:
    """The older ledger in a new database, its events followed by what we have now."""
    url = new_database()
    with open_house(url, shipped.agencies) as house:
        with psycopg.connect(url) as connection, connection.cursor() as cursor:
            events = lzma.decompress((LEDGER / "events.jsonl.xz").read_bytes()).decode().splitlines()
            cursor.executemany(APPENDED, [json.loads(event) for event in events])
            connection.execute(HEADS)
        house.follow()
    return url


@pytest.fixture
def neraca(older: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("NERACA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NERACA_ROOT", str(ROOT))
    monkeypatch.setenv("NERACA_DATABASE_URL", older)
    return lambda *words: CliRunner().invoke(build(CompositionRoot()), words, catch_exceptions=False)


def test_its_read_models_have_the_rows_they_had(older: str) -> None:
    spec = importlib.util.spec_from_file_location("dump", LEDGER / "dump.py")
    assert spec is not None
    assert spec.loader is not None
    dump = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(dump)

    expected = json.loads((LEDGER / "rows.json").read_text())
    with psycopg.connect(older) as connection:
        tables = dump.rows(connection)

    assert {name: dump.digest(tables[name], table["columns"]) for name, table in expected.items()} == expected


@pytest.mark.parametrize("agency", ["bandung", "gajahmungkur", "samarinda", "surabaya", "surakarta"])
def test_its_final_results_are_what_they_were(neraca: Callable[..., Result], agency: str) -> None:
    answer = neraca("replay", "--agency", agency)

    assert answer.exit_code == 0, answer.output
    assert "0 results" not in answer.output
    assert "0 differ" in answer.output


def test_its_read_models_can_be_made_again(neraca: Callable[..., Result]) -> None:
    answer = neraca("rebuild", "--compare")

    assert answer.exit_code == 0, answer.output
