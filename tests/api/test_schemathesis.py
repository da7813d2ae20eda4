"""What /openapi.json says is what is: schemathesis asks a real server for all that it tells of and all it excludes."""

import os
import subprocess
import sys
from pathlib import Path

CONFIG = Path(__file__).with_name("schemathesis.toml")


def test_the_description_holds_for_whatever_is_asked(server: str, tmp_path: Path) -> None:
    asked = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            f"--config-file={CONFIG}",
            "run",
            f"{server}/openapi.json",
            "--header=Authorization: Bearer everybody-token",
            "--phases=examples,coverage,fuzzing",
            "--max-examples=3",
            "--generation-deterministic",
        ],
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    told = "\n".join(line[:300] for line in asked.stdout.splitlines())
    assert asked.returncode == 0, told + asked.stderr
    assert "No issues found" in told
    assert "Selected: 17/17" in told
    assert "Tested: 17" in told
