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
