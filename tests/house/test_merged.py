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
