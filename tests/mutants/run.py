"""Prints, by module, how many small faults put into the code the tests notice. See README.md beside this file."""

import argparse
import ast
import hashlib
import os
import random
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest
from harness import KILLED, SURVIVED, TIMED_OUT, UNTOUCHED, Harness, Job, Limits
from mutations import mutations

HERE = Path(__file__).resolve().parent
TREE = HERE.parents[1]
FLOORS = {
    "policy": ["platform/neraca/policy"],
    "domain": ["platform/neraca/domain"],
    "scores": ["projections/scores"],
    "store": ["platform/neraca/store"],
}
TESTS = ["tests/policy", "tests/domain", "tests/store", "tests/projections", "tests/acceptance"]
ELSEWHERE = {"platform/neraca/store/embedded": "tests/store/embedded"}
NOTICED = (KILLED, TIMED_OUT)
Key: TypeAlias = tuple[str, str, str, str, int]
"""Module, function, the line as written, the change, and which of those that read the same."""


def equivalents(place: Path) -> dict[Key, str]:
    """Those of a file, or of all files of a folder, with the reason of each."""
    files = sorted(place.glob("*.toml")) if place.is_dir() else [place] if place.exists() else []
    return {
        (known["module"], known["function"], known["line"], known["change"], known.get("again", 1)): known["reason"]
        for file in files
        for known in tomllib.loads(file.read_text()).get("mutation", [])
    }


def modules(root: Path, folders: list[str]) -> list[str]:
    found: list[str] = []
    for folder in folders:
        path = root / folder
        files = [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))
        found += [str(file.relative_to(root)) for file in files]
    return found


def sample(jobs: list[Job], most: int, seed: str) -> list[Job]:
    """The same for the same seed, whatever else was asked for; in the order of the code."""
    if len(jobs) <= most:
        return jobs
    chosen = random.Random(seed).sample(range(len(jobs)), most)
    return [jobs[at] for at in sorted(chosen)]


def chosen_jobs(
    root: Path,
    floors: dict[str, list[str]],
    most: int,
    seed: int,
    only: list[str],
    known: set[Key],
    again: set[Key] | None,
) -> tuple[dict[str, list[Job]], dict[str, ast.Module], set[Key]]:
    """The sample by floor, the tree of each module, and which of the known ones are there no more."""
    jobs: dict[str, list[Job]] = {}
    trees: dict[str, ast.Module] = {}
    gone = set(known)
    for floor, folders in floors.items():
        everything: list[Job] = []
        for file in modules(root, folders):
            text = (root / file).read_text()
            trees[file] = ast.parse(text)
            if only and not any(part in file for part in only):
                continue
            everything += [Job(file, mutation) for mutation in mutations(text)]
        gone -= {key(job) for job in everything}
        everything = [job for job in everything if key(job) not in known and (again is None or key(job) in again)]
        jobs[floor] = sample(everything, most, f"{seed} {floor}")
    return jobs, trees, {one for one in gone if one[0] in trees and not only}


def key(job: Job) -> Key:
    return (job.file, *job.mutation.key)


def fingerprint(root: Path, folders: list[str]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        path = root / folder
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


@contextmanager
def server(wanted: bool) -> Iterator[None]:
    """One PostgreSQL for all, unless one is named already."""
    if not wanted or os.environ.get("NERACA_DATABASE_URL"):
        yield
        return
    import shutil
    import tempfile

    from neraca.store import embedded

    parent = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())
    home = Path(tempfile.mkdtemp(prefix="neraca-mutants-", dir=parent))
    home.chmod(0o755)
    try:
        with embedded.open(home, fsync=False, linger_seconds=0) as running:
            os.environ["NERACA_DATABASE_URL"] = running.url
            yield
            del os.environ["NERACA_DATABASE_URL"]
        embedded.stopped(home, within_seconds=30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def table(jobs: dict[str, list[Job]]) -> list[str]:
    lines = [f"{'':60} {'noticed':>8} {'of':>6} {'score':>7}"]
    for floor, all_ in jobs.items():
        tried = [job for job in all_ if job.outcome]
        by_module: dict[str, list[Job]] = {}
        for job in tried:
            by_module.setdefault(job.file, []).append(job)
        for file, some in by_module.items():
            lines.append(row(f"  {file}", some))
        if tried:
            lines.append(row(floor, tried))
    tried = [job for all_ in jobs.values() for job in all_ if job.outcome]
    lines.append(row("all", tried))
    return lines


def row(name: str, jobs: list[Job]) -> str:
    noticed = sum(job.outcome in NOTICED for job in jobs)
    return f"{name:60} {noticed:>8} {len(jobs):>6} {100 * noticed / max(1, len(jobs)):>6.1f}%"


def survivor(job: Job) -> str:
    one = job.mutation
    where = f"{job.file}:{one.line} {one.function}"
    again = f" (the {one.again}th of its kind on such a line)" if one.again > 1 else ""
    return f"{job.outcome:>9}  {where}\n           {one.text}\n           {one.change}{again}"


def toml(job: Job) -> str:
    one = job.mutation
    parts = {"module": job.file, "function": one.function, "line": one.text, "change": one.change}
    lines = [f"{name} = {_quoted(value)}" for name, value in parts.items()]
    return "\n".join(["[[mutation]]", *lines, *([f"again = {one.again}"] if one.again > 1 else []), 'reason = ""'])


def _quoted(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", help="parts of paths of modules; without any, all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=600, help="mutations of each floor (%(default)s)")
    parser.add_argument("--floor", action="append", default=[], help=f"some of {', '.join(FLOORS)}")
    parser.add_argument("--minutes", type=float, default=28, help="after which no more are begun (%(default)s)")
    parser.add_argument(
        "--workers", type=int, default=5, help="at one moment; many wait for a lock or a server (%(default)s)"
    )
    parser.add_argument("--budget", type=float, default=10, help="seconds of tests for each mutation (%(default)s)")
    parser.add_argument("--root", type=Path, default=TREE)
    parser.add_argument("--source", action="append", default=[], help="a folder of sources in place of the floors")
    parser.add_argument("--tests", action="append", default=[], help="a folder or file of tests, in place of all")
    parser.add_argument("--equivalent", type=Path, default=HERE / "equivalent")
    parser.add_argument("--again", type=Path, help="only the mutations of a file or folder like equivalent/")
    parser.add_argument(
        "--keep", type=Path, help="a folder that keeps the unmutated run of each file of tests between calls"
    )
    parser.add_argument("--toml", action="store_true", help="list survivors as equivalent/ has them")
    parser.add_argument("--list", action="store_true", help="list the sample and try none")
    given = parser.parse_args()
    begun = time.monotonic()
    root: Path = given.root.resolve()
    floors = {"source": given.source} if given.source else FLOORS
    if given.floor:
        floors = {name: floors[name] for name in given.floor}
    tests: list[str] = given.tests or TESTS
    equivalent = equivalents(given.equivalent)
    again = None if given.again is None else set(equivalents(given.again))
    jobs, trees, gone = chosen_jobs(root, floors, given.most, given.seed, given.only, set(equivalent), again)
    for one in sorted(gone):
        say(f"equivalent/ names what is not there any more: {' | '.join(map(str, one))}")
    if given.list:
        for job in (job for all_ in jobs.values() for job in all_):
            print(*key(job), sep=" | ")
        return 0
    every = [job for all_ in jobs.values() for job in all_]
    limits = Limits(
        workers=given.workers, budget=given.budget, deadline=begun + given.minutes * 60, elsewhere=ELSEWHERE
    )
    folders = [folder for some in floors.values() for folder in some]
    sources = fingerprint(root, folders)

    def kept(file: str) -> Path | None:
        """Where the unmutated run of a file of tests stands: another place when it or what lies beside it changes."""
        if given.keep is None:
            return None
        beside = [one for one in (root / file).parent.iterdir() if one.is_file() and not one.name.startswith("test_")]
        about = [root / file, *sorted(beside), root / "tests/conftest.py"]
        stamp = hashlib.sha256(sources.encode() + file.encode())
        for one in about:
            stamp.update(one.read_bytes() if one.exists() else b"")
        return given.keep / f"{stamp.hexdigest()[:24]}.json"

    def work(harness: Harness) -> None:
        harness.measure(say, kept)
        say(f"{len(harness.baseline.tests)} tests, {time.monotonic() - begun:.0f} s; {len(every)} mutations")
        told = 0

        def tell(job: Job) -> None:
            nonlocal told
            told += 1
            if job.outcome not in NOTICED:
                say(toml(job) if given.toml else survivor(job))
            if told % 200 == 0:
                say(f"... {told} of {len(every)}, {time.monotonic() - begun:.0f} s")

        def tell_again(job: Job) -> None:
            if job.outcome in NOTICED:
                say(f"noticed after all: {survivor(job)}")

        # a sample in the order of the code would leave out whole modules where time runs out
        harness.attempt(random.Random(given.seed).sample(every, len(every)), trees, tell)
        left = [job for job in every if job.outcome in (SURVIVED, UNTOUCHED) and not job.fresh]
        again = [job for job in left if known_at_collection(harness, job)]
        say(f"{len(again)} survivors ran while the tests were collected: again, in fresh interpreters")
        for job in again:
            job.fresh = True
        limits.deadline += given.minutes * 6
        harness.attempt(again, trees, tell_again)

    arguments = ["-qq", "-p", "no:cacheprovider", "-p", "no:capture", "--rootdir", str(root)]
    os.chdir(root)
    with server(not given.source):
        harness = Harness(root, [root / folder for folder in folders], limits, work)
        pytest.main([*arguments, *(str(root / one) for one in tests)], plugins=[harness])
    print("\n".join(table(jobs)))
    untried = sum(not job.outcome for job in every)
    left = f", {untried} not tried for want of time" if untried else ""
    print(f"seed {given.seed}, {len(equivalent)} known as equivalent{left}; {time.monotonic() - begun:.0f} s")
    return 0 if any(job.outcome for job in every) else 1


def known_at_collection(harness: Harness, job: Job) -> bool:
    return job.mutation.statement in harness.baseline.at_collection.get(job.file, ())


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
