"""The command line in this process, over the real house."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from msgspec import Struct

from neraca.cli import build
from neraca.composition import CompositionRoot

ROOT = Path(__file__).parents[2]


AGENCY = """schema: neraca-agency/1
id: uji
name: {id: Kota Uji, en: City of Uji}
kind: city
time_zone: Asia/Jakarta
languages: [id, en]
stage: demonstration
units:
  dinkes: {name: {id: dinkes, en: dinkes}, activated: "2025-01-01"}
  disdik: {name: {id: disdik, en: disdik}, activated: "2025-01-01"}
working_week: [mon, tue, wed, thu, fri]
holidays: {}
reporting: {cadence: monthly, daily: false}
policies: []
"""
"""Of `fixture_agency` and the like, as its file would say it."""


class Said(Struct, frozen=True):
    """The exit code, what was printed, and what was complained of."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """One JSON value a line."""
        return [msgspec.json.decode(line) for line in self.out.splitlines()]


@pytest.fixture
def neraca(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Runs a verb; keyword arguments are settings without their NERACA_. What is no exit is raised."""
    monkeypatch.setenv("NERACA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NERACA_ROOT", str(ROOT))
    monkeypatch.delenv("NERACA_DATABASE_URL", raising=False)

    def run(*words: str, told: str | None = None, **settings: str) -> Said:
        env = {f"NERACA_{name}": value for name, value in settings.items()}
        result: Result = CliRunner().invoke(build(CompositionRoot()), words, input=told, env=env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def root_of(tmp_path: Path) -> Callable[[Any], Path]:
    """A folder with the files of a house's agencies, and no policies: those are in its log."""

    def write(house: Any) -> Path:
        (tmp_path / "root" / "policies").mkdir(parents=True)
        for agency in house.agencies:
            (tmp_path / "root" / "agencies" / agency).mkdir(parents=True)
            (tmp_path / "root" / "agencies" / agency / "agency.yaml").write_text(AGENCY.replace("uji", agency))
        return tmp_path / "root"

    return write
