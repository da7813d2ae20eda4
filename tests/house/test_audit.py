"""What the audit of locked packages makes of a report, as pip-audit wrote one of a version with a known fault."""

import importlib.util
from datetime import date
from pathlib import Path
from typing import Any

import pytest

FILE = Path(__file__).parents[2] / ".ci" / "audit" / "audit.py"
TODAY = date(2026, 11, 30)
FOUND = {
    "name": "jinja2",
    "version": "2.10",
    "vulns": [
        {
            "id": "PYSEC-2019-217",
            "fix_versions": ["2.10.1"],
            "aliases": ["GHSA-462w-v97r-4m45", "CVE-2019-10906"],
            "description": "In Pallets Jinja before 2.10.1, str.format_map allows a sandbox escape.",
        }
    ],
}
SOUND = {"name": "click", "version": "8.1", "vulns": []}
UNTOLD = {"name": "anyio", "skip_reason": "Dependency not found on PyPI and could not be audited: anyio (4.16.0)"}
LIVED = {"id": "CVE-2019-10906", "package": "jinja2", "reason": "no template of others", "until": date(2026, 11, 30)}


@pytest.fixture(scope="module")
def audit() -> Any:
    spec = importlib.util.spec_from_file_location("audit", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("dependencies", "accepted", "wrong", "said"),
    [
        (
            [FOUND, SOUND],
            [],
            ["jinja2 2.10: CVE-2019-10906, GHSA-462w-v97r-4m45, PYSEC-2019-217; mended in 2.10.1"],
            ["Audited 2 packages"],
        ),
        ([FOUND, SOUND], [LIVED], [], ["Audited 2 packages"]),
        (
            [FOUND],
            [LIVED | {"until": date(2026, 11, 29)}],
            ["CVE-2019-10906 of jinja2 was accepted until 2026-11-29"],
            ["Audited 1 packages"],
        ),
        (
            [FOUND],
            [LIVED | {"package": "click"}],
            [
                "jinja2 2.10: CVE-2019-10906, GHSA-462w-v97r-4m45, PYSEC-2019-217; mended in 2.10.1",
                "CVE-2019-10906 of click is of no locked package: take it out of accepted.toml",
            ],
            ["Audited 1 packages"],
        ),
        (
            [SOUND],
            [LIVED | {"package": "click"}],
            ["CVE-2019-10906 of click is told no more: take it out of accepted.toml"],
            ["Audited 1 packages"],
        ),
        (
            [SOUND, UNTOLD],
            [LIVED | {"package": "anyio"}],
            [],
            ["Audited 1 packages", "Not audited, for nothing was told of them: anyio"],
        ),
        (
            [UNTOLD],
            [LIVED],
            [],
            ["Audited nothing: no source of known vulnerabilities told of 1 packages"],
        ),
        (
            [UNTOLD],
            [{"id": "CVE-2019-10906", "package": "jinja2"}],
            [
                "accepted.toml: {'id': 'CVE-2019-10906', 'package': 'jinja2'} needs an id, a package, a reason and a"
                " day until which it holds"
            ],
            ["Audited nothing: no source of known vulnerabilities told of 1 packages"],
        ),
    ],
)
def test_what_is_known_and_not_accepted_fails(
    audit: Any, dependencies: list[Any], accepted: list[Any], wrong: list[str], said: list[str]
) -> None:
    assert audit.judged({"dependencies": dependencies, "fixes": []}, accepted, TODAY) == (wrong, said)


@pytest.mark.parametrize("printed", ["", "not json"])
def test_where_nobody_can_be_asked_it_says_so_and_fails_nothing(
    audit: Any, printed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: list[str], *well: int) -> str:
        if not printed and command[0].endswith("pip-audit"):
            raise audit.subprocess.CalledProcessError(2, command, "", "Traceback\nConnectionError: no such host\n")
        return printed

    monkeypatch.setattr(audit, "_run", run)
    audit.main()

    assert capsys.readouterr().out.startswith("Audited nothing: " + ("Expecting value" if printed else "Conn"))
