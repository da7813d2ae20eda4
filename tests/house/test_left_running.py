"""What the tests start is gone after them; conftest.py looks for it at the end of a session."""

import subprocess
from collections.abc import Callable
from pathlib import Path


def test_a_program_is_found_by_where_it_runs_and_by_what_it_was_told(
    tmp_path: Path, programs_in: Callable[..., dict[int, str]]
) -> None:
    told = ["sh", "-c", "read line", str(tmp_path / "home")]
    with (
        subprocess.Popen(["cat"], cwd=tmp_path, stdin=subprocess.PIPE) as there,
        subprocess.Popen(told, cwd="/", stdin=subprocess.PIPE) as of_it,
        subprocess.Popen(["cat"], cwd="/", stdin=subprocess.PIPE),
    ):
        assert programs_in(tmp_path) == {there.pid: "cat", of_it.pid: " ".join(told)}

    assert programs_in(tmp_path) == {}
