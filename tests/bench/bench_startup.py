"""How long the program takes before it does anything.

    .venv/bin/python tests/bench/bench_startup.py [--times N] [--folder DIR]

Asks the `neraca` beside this interpreter, with the policies and agencies two folders above it, by the command line and
HTTP only, so that any build can be measured; what is read and compiled in this process is found under the names of
either. Prints `name value unit`, a line each, of the medians of `--times` runs:

    help, check        `neraca --help` and `neraca check` as a whole
    ready              `neraca serve` on a database that is there, until /health/ready says so
    read, compile      all policy and agency files to checked policies, and these to what judges
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import available_timezones

from neraca.policy.library import Library

try:
    from neraca.policy.compiled.compilation import compile_resolved  # pyright: ignore[reportAssignmentType]
except ImportError:  # as it was called once
    from importlib import import_module

    compile_resolved: Callable[[Any], Any] = import_module("neraca.policy.plan").compile_resolved

PYTHON = Path(sys.executable)
TREE = PYTHON.parents[2]
_LONGEST = 120


def surroundings(home: Path) -> dict[str, str]:
    env = {
        **os.environ,
        "NERACA_HOME": str(home),
        "NERACA_ROOT": str(TREE),
        "NERACA_PORT": "0",
        "NERACA_LOG": "warning",
    }
    env.pop("NERACA_DATABASE_URL", None)
    return env


def command(home: Path, *words: str) -> float:
    began = monotonic()
    subprocess.run([PYTHON.parent / "neraca", *words], env=surroundings(home), check=True, capture_output=True)
    return monotonic() - began


def ready(home: Path) -> float:
    began = monotonic()
    log = home.parent / "serve.log"
    with log.open("w") as out:
        process = subprocess.Popen([PYTHON.parent / "neraca", "serve"], env=surroundings(home), stdout=out, stderr=out)
    try:
        while process.poll() is None and monotonic() - began < _LONGEST:
            address = log.read_text().partition("Serving at ")[2].partition(" ")[0]
            try:
                if address and urlopen(f"{address}/health/ready", timeout=5).status == 200:
                    return monotonic() - began
            except (URLError, ConnectionError):
                pass
            sleep(0.005)
        raise SystemExit(f"neraca serve did not get ready:\n{log.read_text()}")
    finally:
        process.terminate()
        process.wait()


def read() -> tuple[float, float]:
    files = [file for folder in ("policies", "agencies") for file in sorted((TREE / folder).rglob("*.yaml"))]
    # The same texts would be read once only.
    texts = {str(file.relative_to(TREE)): f"{file.read_text('utf-8')}# {monotonic()}\n" for file in files}
    zones = available_timezones()
    began = monotonic()
    library, _ = Library.read(texts, zones)
    had = monotonic()
    for id_ in library.ids():
        for version in library.versions(id_):
            compile_resolved(library.get(id_, version))
    return had - began, monotonic() - had


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=5)
    options.add_argument("--folder", type=Path, default=None)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="neraca-bench-", dir=given.folder) as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        home.mkdir(mode=0o755)
        for name, words in (("help", ["--help"]), ("check", ["check"])):
            print(f"{name} {median(command(home, *words) for _ in range(given.times)):.3f} s", flush=True)
        command(home, "migrate")
        print(f"ready {median(ready(home) for _ in range(given.times)):.3f} s", flush=True)
        both = [read() for _ in range(given.times + 1)][1:]
        print(f"read {1_000 * median(first for first, _ in both):.1f} ms")
        print(f"compile {1_000 * median(second for _, second in both):.1f} ms", flush=True)
        while any(home.rglob("postmaster.pid")):
            sleep(0.1)  # the server goes by itself a moment after its last user


if __name__ == "__main__":
    main()
