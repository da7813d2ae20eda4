"""What two people changed at once was put together by somebody who looked."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARKS = ("<" * 7 + " ", ">" * 7 + " ")


def test_no_text_has_the_marks_of_a_conflict() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    texts = ((name, (ROOT / name).read_bytes()) for name in listed if (ROOT / name).is_file())
    marked = [
        name
        for name, text in texts
        if any(line.startswith(MARKS) for line in text.decode("utf-8", "replace").splitlines())
    ]
    assert marked == []


def test_no_two_migrations_have_the_same_number() -> None:
    """Whichever is named first would be refused by each database that has the other."""
    numbers = [file.name[:4] for file in sorted((ROOT / "platform/neraca/store/sql").glob("[0-9]*.sql"))]
    assert numbers == [f"{nth:04}" for nth in range(1, len(numbers) + 1)]
