"""Runs tests against mutations: a pytest plugin that collects once and forks a process for each mutation.

In the fork the functions that the mutation changes get their new code, wherever they are imported already, and tests
that touch its line are run, quickest first, until one fails. A mutation outside of functions, or of a line that runs
while the tests are collected, is tried in a fresh interpreter whose import of that module gives the mutated text
(`fresh.py`).
"""

import ast
import ctypes
import gc
import inspect
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import coverage
import pytest
from _pytest.main import Session, pytest_runtestloop
from mutations import Mutation, mutated

FRESH = Path(__file__).with_name("fresh.py")
KILLED, SURVIVED, UNTOUCHED, TIMED_OUT = "killed", "survived", "untouched", "timed out"


@dataclass
class Test:
    """One test as the unmutated run saw it: how long it took, and the lines of each file it touched."""

    name: str
    seconds: float
    lines: dict[str, list[int]]


@dataclass
class Baseline:
    tests: dict[str, Test] = field(default_factory=dict[str, Test])
    at_collection: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    def touching(self, file: str, lines: Iterable[int]) -> list[Test]:
        """The tests that ran one of the lines, quickest first."""
        asked = set(lines)
        return sorted(
            (test for test in self.tests.values() if not asked.isdisjoint(test.lines.get(file, ()))),
            key=lambda test: (test.seconds, test.name),
        )

    def of_declarations(self, file: str) -> list[Test]:
        """The tests of a file, and those that run no line at all: they hold what is declared, such as golden files."""
        touching = [test for test in self.tests.values() if file in test.lines] or [*self.tests.values()]
        return self.with_declared(touching)

    def with_declared(self, tests: list[Test]) -> list[Test]:
        asked = {test.name for test in tests}
        return tests + [test for test in self.tests.values() if not test.lines and test.name not in asked]


@dataclass
class Job:
    """One mutation of one file, and at the end what became of it. `by` is the test that noticed."""

    file: str
    mutation: Mutation
    outcome: str = ""
    by: str = ""
    seconds: float = 0.0
    fresh: bool = False


@dataclass
class Limits:
    workers: int = 2
    budget: float = 6.0
    """Seconds of tests, as the unmutated run took them, that a mutation gets at most."""
    slowest: float = 12.0
    """Slower tests are left out."""
    deadline: float = float("inf")
    """The instant (of the monotonic clock) after which nothing more begins."""
    elsewhere: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sources that other processes run, and the tests that start those."""


class Harness:
    """A pytest plugin: give it to `pytest.main`, which collects; then `work` has the session and the forks."""

    def __init__(self, root: Path, sources: list[Path], limits: Limits, work: Callable[["Harness"], None]) -> None:
        self.root = root
        self.sources = [str(path.resolve()) for path in sources]
        self.limits = limits
        self.work = work
        self.baseline = Baseline()
        self.session: Session
        self.recorder: coverage.Coverage | None = self.new_recorder()
        self.recorder.start()

    def new_recorder(self) -> coverage.Coverage:
        include = [path if path.endswith(".py") else f"{path}/*" for path in self.sources]
        recorder = coverage.Coverage(data_file=None, include=include, config_file=False, branch=False)
        recorder.set_option("run:disable_warnings", ["no-data-collected"])  # some tests run no line of ours
        return recorder

    # As a plugin.

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be collected")
        from hypothesis import Phase, settings  # earlier, pytest could not rewrite its asserts

        self.session = session
        if self.recorder is not None:
            self.recorder.stop()
            self.baseline.at_collection = self.lines(self.recorder)
            self.recorder = None
        settings.register_profile(
            "mutants", database=None, derandomize=True, deadline=None, phases=[Phase.explicit, Phase.generate]
        )
        settings.load_profile("mutants")
        self.items = {item.nodeid: item for item in session.items}
        self.functions = functions(self.sources)
        gc.collect()
        gc.freeze()
        self.work(self)
        return True

    def lines(self, recorder: coverage.Coverage) -> dict[str, list[int]]:
        data = recorder.get_data()
        return {self.named(file): sorted(data.lines(file) or ()) for file in data.measured_files()}

    def named(self, file: str) -> str:
        path = Path(file)
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else file

    # The unmutated run, a fork for each file of tests.

    def measure(self, tell: Callable[[str], None], kept: Callable[[str], Path | None]) -> None:
        """`kept` names the file where the answer for a file of tests is kept between calls, if anywhere."""
        by_file: dict[str, list[pytest.Item]] = {}
        for item in self.session.items:
            by_file.setdefault(item.nodeid.split("::")[0], []).append(item)
        answers: dict[str, Path] = {}
        folder = Path(tempfile.mkdtemp(prefix="neraca-mutants-"))

        def child(file: str) -> Callable[[], int]:
            def run() -> int:
                recorder = self.new_recorder()
                watch = Watch(recorder)
                self.session.config.pluginmanager.register(watch)
                recorder.start()
                failed = self.run(by_file[file], first_failure=False)
                recorder.stop()
                data = recorder.get_data()
                lines: dict[str, dict[str, list[int]]] = {name: {} for name in watch.seconds}
                for measured in data.measured_files():
                    for line, contexts in data.contexts_by_lineno(measured).items():
                        for context in contexts:
                            if context in lines:
                                lines[context].setdefault(self.named(measured), []).append(line)
                found = [[name, s, lines[name]] for name, s in watch.seconds.items() if name not in watch.failed]
                told = json.dumps({"tests": found, "failed": failed, "names": sorted(watch.failed)})
                whole = answers[file].with_suffix(f".{os.getpid()}")
                whole.write_text(told)
                whole.rename(answers[file])  # a run cut short leaves no half of an answer
                return 0

            return run

        pool = Pool(self.limits.workers)
        for number, file in enumerate(sorted(by_file, key=lambda one: -len(by_file[one]))):
            answers[file] = kept(file) or folder / f"{number}.json"
            if answers[file].exists():
                self.take(file, answers[file], tell)
                continue
            answers[file].parent.mkdir(parents=True, exist_ok=True)
            pool.start(child(file), file, cpu=None, wall=1_200)
        for file, _, _, _ in pool.finish():
            self.take(str(file), answers[str(file)], tell)
        shutil.rmtree(folder)

    def take(self, file: str, answer: Path, tell: Callable[[str], None]) -> None:
        if not answer.exists():
            tell(f"{file} did not end, and is left out")
            return
        read = json.loads(answer.read_text())
        for name, seconds, lines in read["tests"]:
            self.baseline.tests[name] = Test(name, seconds, lines)
        if read["names"]:
            tell(f"left out, for they fail without any mutation: {', '.join(read['names'])}")

    # A mutation.

    def attempt(self, jobs: Iterable[Job], trees: Mapping[str, ast.Module], told: Callable[[Job], None]) -> None:
        pool = Pool(self.limits.workers)
        for job in jobs:
            if time.monotonic() > self.limits.deadline:
                break
            self.begin(pool, job, trees[job.file])
            for ended in pool.ended():
                self.end(*ended, told)
        for ended in pool.finish():
            self.end(*ended, told)

    def begin(self, pool: "Pool", job: Job, tree: ast.Module) -> None:
        mutation = job.mutation
        touching = self.tests_of(job)
        if not touching and (folder := self.elsewhere(job)) is not None:
            job.fresh = True
            touching = self.within(
                [test for name, test in self.baseline.tests.items() if name.startswith(folder)], job.file
            )
        if not touching:
            pool.note(job, UNTOUCHED)
            return
        wanted = sum(test.seconds for test in touching)
        code = compile(mutated(tree, mutation), str(self.root / job.file), "exec", dont_inherit=True)
        swaps = changed(self.functions.get(str(self.root / job.file), {}), code) if mutation.inside else None
        if job.fresh or not swaps:
            job.fresh = True
            pool.start(
                self.fresh(job, tree, [test.name for test in touching]),
                job,
                cpu=wanted * 6 + 60,
                wall=wanted * 20 + 180,
            )
            return
        job.fresh = False

        def run() -> int:
            for function, new in swaps:
                function.__code__ = new
            items = [self.items[test.name] for test in touching if test.name in self.items]
            return 1 if self.run(items, first_failure=True) else 0

        pool.start(run, job, cpu=wanted * 6 + 5, wall=wanted * 20 + 60)

    def tests_of(self, job: Job) -> list[Test]:
        mutation = job.mutation
        found = self.baseline.touching(job.file, range(mutation.line, mutation.end_line + 1)) if mutation.inside else []
        found = found or self.baseline.touching(job.file, [mutation.statement]) if mutation.inside else found
        if not mutation.inside:
            found = self.baseline.of_declarations(job.file)
        elif job.fresh:
            # it ran while the tests were collected, and may have made what those compare that run no line
            found = self.baseline.with_declared(found)
        return self.within(found, job.file)

    def elsewhere(self, job: Job) -> str | None:
        """The tests of a module that other processes run, where no line of theirs is seen."""
        return next((tests for source, tests in self.limits.elsewhere.items() if job.file.startswith(source)), None)

    def within(self, tests: list[Test], file: str) -> list[Test]:
        """Of the tests, those that the limits leave: first those of its floor that run no line, which are few and cost
        little more than what their files set up, then those named after the file, then after its room; of each the
        quickest first."""
        stem, room = Path(file).stem, Path(file).parent.name.removesuffix("s")
        floors = {f"tests/{part}/" for part in Path(file).parts}

        def order(one: Test) -> tuple[bool, bool, bool, float, str]:
            declared = not one.lines and one.name.startswith(tuple(floors))
            return not declared, stem not in one.name, room not in one.name, one.seconds, one.name

        kept: list[Test] = []
        spent = 0.0
        able = [test for test in tests if test.seconds <= self.limits.slowest]
        for test in sorted(able, key=order):
            if spent > self.limits.budget:
                break
            spent += test.seconds + 0.005
            kept.append(test)
        return kept

    def fresh(self, job: Job, tree: ast.Module, names: list[str]) -> Callable[[], int]:
        text = ast.unparse(mutated(tree, job.mutation))

        def run() -> int:
            with tempfile.TemporaryDirectory(prefix="neraca-mutant-") as folder:
                Path(folder).chmod(0o755)
                mutant = Path(folder, "mutant.py")
                mutant.write_text(text)
                Path(folder, "sitecustomize.py").write_text(FRESH.read_text())
                told = Path(folder, "told.json")
                Path(folder, "tests").write_text("\n".join(names))
                environment = os.environ | {
                    "PYTHONPATH": os.pathsep.join([folder, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
                    "NERACA_MUTANT": f"{self.root / job.file}{os.pathsep}{mutant}",
                    "PYTHONDONTWRITEBYTECODE": "1",
                }
                command = [sys.executable, "-c", "import sitecustomize; sitecustomize.run_tests()", folder]
                with open(os.devnull, "w") as nowhere:
                    code = subprocess.call(command, cwd=self.root, env=environment, stdout=nowhere, stderr=nowhere)
                if told.exists():
                    os.write(3, told.read_bytes())
                return 0 if code == 0 else 1

        return run

    def end(self, job: object, code: int | None, seconds: float, said: str, told: Callable[[Job], None]) -> None:
        assert isinstance(job, Job)
        job.seconds = seconds
        if code is None:
            job.outcome = said or TIMED_OUT
        elif code == 0:
            job.outcome = SURVIVED
        else:
            job.outcome, job.by = KILLED, said
        told(job)

    def run(self, items: list[pytest.Item], *, first_failure: bool) -> int:
        """In a fork: runs these tests, tears down what they set up, and says how many failed."""
        session = self.session
        session.items = items
        session.config.option.maxfail = 1 if first_failure else 0
        failures = Failures()
        session.config.pluginmanager.register(failures)
        with suppress(Session.Failed, Session.Interrupted):
            pytest_runtestloop(session)
        session._setupstate.teardown_exact(None)  # pyright: ignore[reportPrivateUsage]
        if failures.names and first_failure:
            os.write(3, failures.names[0].encode())
        return len(failures.names)


class Failures:
    """Which tests failed, set up and torn down included."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.names.append(report.nodeid)


class Watch:
    """Sees how long each test takes and which lines it touches."""

    def __init__(self, recorder: coverage.Coverage) -> None:
        self.recorder = recorder
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.recorder.switch_context(item.nodeid)
        begun = time.process_time(), time.monotonic()
        outcome = yield
        cpu, wall = time.process_time() - begun[0], time.monotonic() - begun[1]
        self.seconds[item.nodeid] = max(cpu, min(wall, 0.001 + cpu), wall / 3)
        return outcome

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.failed.add(report.nodeid)


# Functions and their code.

Functions = dict[tuple[str, int], list[FunctionType]]


def functions(sources: list[str]) -> dict[str, Functions]:
    """Every live function of the sources, by file, then by dotted name and first line."""
    found: dict[str, Functions] = {}
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(tuple(sources)):
            code = one.__code__
            place = found.setdefault(code.co_filename, {})
            place.setdefault((code.co_qualname, code.co_firstlineno), []).append(one)
    return found


def changed(live: Functions, module: CodeType) -> list[tuple[FunctionType, CodeType]]:
    """The functions whose code in the mutated module is another; empty where one cannot be swapped."""
    swaps: list[tuple[FunctionType, CodeType]] = []
    for new in codes(module):
        for function in live.get((new.co_qualname, new.co_firstlineno), ()):
            if function.__code__ == new:
                continue
            if len(function.__code__.co_freevars) != len(new.co_freevars):
                return []
            swaps.append((function, new))
    return swaps


def codes(code: CodeType) -> Iterable[CodeType]:
    for const in code.co_consts:
        if inspect.iscode(const):
            yield const
            yield from codes(const)


# Forks.


@dataclass
class Fork:
    pid: int
    what: object
    pipe: int
    begun: float
    wall: float


class Pool:
    """Forks that run at the same moment, as many as there are workers."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.running: list[Fork] = []
        self.done: list[tuple[object, int | None, float, str]] = []

    def note(self, what: object, said: str) -> None:
        self.done.append((what, None, 0.0, said))

    def start(self, run: Callable[[], int], what: object, *, cpu: float | None, wall: float) -> None:
        while len(self.running) >= self.workers:
            self.wait()
        read, write = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            code = 2
            try:
                os.setsid()
                os.dup2(write, 3)
                with_parent()
                nowhere = os.open(os.devnull, os.O_RDWR)
                for number in (0, 1, 2):
                    os.dup2(nowhere, number)
                if cpu is not None:
                    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu) + 1, int(cpu) + 3))
                    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
                code = run()
            except BaseException:
                code = 3
            finally:
                os._exit(code)
        os.close(write)
        self.running.append(Fork(pid, what, read, time.monotonic(), wall))

    def wait(self) -> None:
        """Until one more has ended."""
        before = len(self.running)
        while len(self.running) == before and self.running:
            now = time.monotonic()
            patience = max(0.0, min(fork.begun + fork.wall - now for fork in self.running))
            ready, _, _ = select.select([fork.pipe for fork in self.running], [], [], min(patience, 5.0))
            for fork in [*self.running]:
                late = time.monotonic() > fork.begun + fork.wall
                if fork.pipe not in ready and not late:
                    continue
                said = b"" if late else read_all(fork.pipe)
                # what it left behind, such as servers and threads, goes with it
                if late:
                    with suppress(ProcessLookupError):
                        os.killpg(fork.pid, signal.SIGKILL)
                _, status = os.waitpid(fork.pid, 0)
                os.close(fork.pipe)
                self.running.remove(fork)
                ended = os.WIFEXITED(status)
                code = os.WEXITSTATUS(status) if ended and not late else None
                self.done.append((fork.what, code, time.monotonic() - fork.begun, said.decode(errors="replace")))

    def ended(self) -> list[tuple[object, int | None, float, str]]:
        done, self.done = self.done, []
        return done

    def finish(self) -> Iterable[tuple[object, int | None, float, str]]:
        while self.running:
            self.wait()
            yield from self.ended()
        yield from self.ended()


def with_parent() -> None:
    """Linux ends the fork when the one that waits for it is gone."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def read_all(pipe: int) -> bytes:
    parts: list[bytes] = []
    while part := os.read(pipe, 65_536):
        parts.append(part)
    return b"".join(parts)
