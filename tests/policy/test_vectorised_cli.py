"""`neraca policy evaluate --engine vectorised` answers what `--engine explain` answers, line by line."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from neraca.cli.policy import policy

SAMPLES = Path(__file__).parent / "samples"
LINES = (
    {"items": {"skp": [{"level": "sesuai"}]}, "ratings": {"*": {"atasan": [3]}}},
    {"items": {"skp": [{"level": "sesuai"}]}},
    {"ratings": {"*": {"atasan": [9]}}},
    {"items": {"skp": [{"level": "luar biasa"}]}},
    {"ratings": {"*": {"atasan": [2]}, "loyal": {"atasan": [1]}}, "items": {"skp": [{"level": "di_atas"}] * 3}},
    {},
)


def answered(lines: str, engine: str) -> Result:
    arguments = ["evaluate", "a-nasional-permenpanrb-6-2022.yaml", "--engine", engine, "--root", str(SAMPLES)]
    arguments[1] = str(SAMPLES / arguments[1])
    return CliRunner().invoke(policy, arguments, input=lines)


def test_both_engines_print_the_same_lines() -> None:
    lines = "\n".join([*(json.dumps(LINES[i % len(LINES)]) for i in range(5000)), "not json"])

    explain, columns = answered(lines, "explain"), answered(lines, "vectorised")

    assert columns.stdout == explain.stdout
    assert (columns.stderr, columns.exit_code) == (explain.stderr, explain.exit_code)
    answers = [json.loads(line) for line in columns.stdout.splitlines()]
    assert len(answers) == 5001
    assert [one["status"] for one in answers[:6]] == ["final", "blocked", "refused", "refused", "final", "blocked"]
    assert answers[1]["reason"].endswith("0 of at least 1 ratings from atasan (ratings/*/atasan)")
    assert answers[-1]["reason"].startswith("line 5001: not JSON")
    assert (columns.exit_code, "were refused" in columns.stderr) == (1, True)
