"""The tool that tests the tests: what it changes, and that it tells weak tests from good ones."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SOURCE = '''"""Grades."""


def grade(score: int) -> str | None:
    """None below the least."""
    if score < 60:
        return None
    return "good"


def passes(score: int) -> bool:
    return score >= 60


def fails(score: int) -> bool:
    return score < 60


def known() -> int:
    return 7
'''
TESTS = """import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from grades import fails, grade, known, passes

KNOWN = known()


def test_grade_and_all_that_may_be_asked_of_it() -> None:
    assert [grade(59), grade(60)] == [None, "good"]


def test_passes_somehow() -> None:
    assert [passes(90), passes(5)] == [True, False]


def test_fails_is_the_same_whatever_is_equivalent() -> None:
    assert [fails(90), fails(5)] == [False, True]


def test_what_was_known_before_any_test_ran() -> None:
    assert KNOWN == 7
"""
EQUIVALENT = """
[[mutation]]
module = 'grades.py'
function = 'fails'
line = 'return score < 60'
change = 'score < 60 -> score <= 60'
reason = 'for this test'
"""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Runs the tool over the grades and their tests, and answers what it printed."""
    for name, text in {"grades.py": SOURCE, "test_grades.py": TESTS, "equivalent.toml": EQUIVALENT}.items():
        (tmp_path / name).write_text(text)

    def run(*more: str) -> str:
        asked = ["--root", tmp_path, "--source", "grades.py", "--tests", "test_grades.py", *more]
        known = ["--equivalent", tmp_path / "equivalent.toml"]
        found = subprocess.run([sys.executable, HERE / "run.py", *asked, *known], capture_output=True, text=True)
        assert found.returncode == 0, found.stdout + found.stderr
        return found.stdout + found.stderr

    return run


def test_a_weak_test_lets_through_what_a_good_one_notices(run: Callable[..., str]) -> None:
    told = run()

    survived = [line.strip() for line in told.splitlines() if " -> " in line]
    # What runs while the tests are collected no test runs; asked again, those that run no line notice.
    asked_again = ["7 -> 6", "7 -> 6", "7 -> 8", "7 -> 8"]
    assert sorted(survived) == [
        "60 -> 59",
        "60 -> 59",
        "60 -> 61",
        "60 -> 61",
        *asked_again,
        "score >= 60 -> score > 60",
    ]
    assert told.count("untouched") == told.count("noticed after all: ") == 2
    assert " grade\n" not in told
    assert "1 known as equivalent" in told


def test_a_seed_gives_the_same_sample_and_what_no_test_should_notice_is_not_made(run: Callable[..., str]) -> None:
    one, again, other = (run("--list", "--most", "5", "--seed", seed) for seed in ("1", "1", "2"))

    assert one == again != other
    assert len(one.splitlines()) == 5
    every = run("--list")
    assert not [word for word in ("Grades", "None below", "str | None |") if word in every]
