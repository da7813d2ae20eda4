"""How many GraphQL reads a second we answer, and PostGraphile over the same tables with the same rights.

    make bench-graphql                                   # everything: two minutes, and the city before that once
    make bench-graphql ARGS="--only summary list"        # by parts of their names
    make bench-graphql ARGS="--rounds 5 --seconds 4"     # slower, and less by chance
    make bench-graphql ARGS=--row-security               # ours with it and without, instead of the peer

`city.py` tells the log of a city what 5,000 people lived in the four quarters of a year, once, into `--cache`, where
the packages of PostGraphile are fetched to as well; later runs begin where it is, and read models of another build are
made again. Ours is `neraca serve` with a token; theirs is one process of node in production mode, which asks nobody who
they are. Both have their connections from the application's role, row security on and one agency named in each
transaction; each is a single process over the same PostgreSQL, and answers 16 connections that wait for each answer.

Before it is timed both are asked everything once, and have to tell the same values of the same people. Then they take
turns, another one first in each round; told are medians of the rounds. `worked` is how many milliseconds processors
worked for an answer, of the server and the database together: on a machine that has other work it says more than
requests a second.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import sleep
from typing import NamedTuple

import city
import psycopg
import row_security
import servers
from answers import NotServed, Prepared, Request, prepare
from questions import questions
from servers import Server

from neraca.store import embedded

WARM = 0.3
"""Seconds at the beginning of each measurement that are not counted."""

_IDLE = 0.1
"""Seconds that processors work in one without anything that is asked."""


class NotAnswered(Exception):
    """What was answered once is not under load."""


class Measured(NamedTuple):
    """A second, and milliseconds."""

    rate: float
    p50: float
    p99: float
    worked: float


class Round(NamedTuple):
    ours: Measured
    theirs: Measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--only", nargs="+", default=[""], metavar="PART", help="of the names of questions")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--people", type=int, default=5_000, help="with four appraisals each")
    parser.add_argument("--cache", type=Path, default=_cache(), help="(%(default)s)")
    parser.add_argument("--row-security", action="store_true", help="what it costs, instead of the peer")
    given = parser.parse_args()
    if given.rounds < 1 or given.connections < 1 or given.people < 200:
        parser.error("take at least 1 round, 1 connection and 200 people")
    given.cache.mkdir(parents=True, exist_ok=True)
    given.cache.chmod(0o755)  # where root measures, the server is another user
    home = given.cache / f"city-{given.people}-{sha256(str(city.TREE).encode()).hexdigest()[:12]}"
    home.mkdir(exist_ok=True)
    home.chmod(0o755)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="neraca-bench-")))
        url = stack.enter_context(embedded.open(home, fsync=False, linger_seconds=0)).url
        city.build(url, given.people)
        ours = stack.enter_context(servers.ours(url, home, folder))
        theirs = stack.enter_context(servers.theirs(url, home, folder, given.cache, given.connections))
        idle = [each.memory()[0] for each in (ours, theirs)]
        prepared = _prepared(given, city.past(url, given.people), ours, theirs)
        if given.row_security:
            _tell_row_security(url, prepared, ours, given)
            _tell_machine(url, given)
            return
        measured = _rounds(prepared, ours, theirs, given)
        _tell(prepared, measured)
        if shutil.which("wrk") and measured:
            _tell_wrk(max(prepared, key=lambda each: _fastest(measured, each)), theirs, folder, given)
        (now, most), (their_now, their_most) = ours.memory(), theirs.memory()
        print(
            f"MB of a worker: {idle[0]:.0f}:{idle[1]:.0f} before any request, {now:.0f}:{their_now:.0f} after all"
            f" ({now / their_now:.2f}x, goal under 0.5x), {most:.0f}:{their_most:.0f} at most"
        )
        _tell_machine(url, given)


def _prepared(given: argparse.Namespace, past: int, ours: Server, theirs: Server) -> list[Prepared]:
    done: list[Prepared] = []
    for question in questions(given.people, past):
        if any(part in question.name for part in given.only):
            try:
                done.append(prepare(question, ours, theirs))
            except NotServed as why:
                print(f"{question.name}: {why}", file=sys.stderr, flush=True)
    return done


def _rounds(
    prepared: Sequence[Prepared], ours: Server, theirs: Server, given: argparse.Namespace
) -> dict[str, list[Round]]:
    """By the name of the question, without those that a server could not keep up with."""
    found: dict[str, list[Round]] = {each.question.name: [] for each in prepared}
    # The first is for both to warm up.
    for number, seconds in enumerate([1.0, *[given.seconds] * given.rounds]):
        for each in prepared:
            if (name := each.question.name) not in found:
                continue
            turns = [(ours, each.ours), (theirs, each.theirs)]
            try:
                told = {
                    server.name: _load(server, requests, given.connections, seconds)
                    for server, requests in (turns if number % 2 else reversed(turns))
                }
            except NotAnswered as why:
                print(f"{name}: {why}", file=sys.stderr, flush=True)
                del found[name]
                _settle(ours, theirs)
            else:
                found[name] += [Round(**told)] if number else []
    return found


def _settle(*asked: Server) -> None:
    """Waits until whoever gave up asking is forgotten."""
    before, now = -1.0, sum(sum(each.worked()) for each in asked)
    while now - before > _IDLE:
        sleep(1)
        before, now = now, sum(sum(each.worked()) for each in asked)


def _load(server: Server, requests: Sequence[Request], connections: int, seconds: float) -> Measured:
    job = {
        "port": server.port,
        "requests": [(b64encode(sent).decode(), length) for sent, length in requests],
        "connections": connections,
        "warm": WARM,
        "seconds": seconds,
    }
    before = sum(server.worked())
    done = subprocess.run(
        [sys.executable, str(servers.HERE / "load.py")],
        input=json.dumps(job),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise NotAnswered(f"{server.name} could not answer {connections} at a time: {done.stderr.strip()}")
    told = json.loads(done.stdout)
    worked = (sum(server.worked()) - before) * 1_000 / told["answers"]
    return Measured(told["rate"], told["p50"], told["p99"], worked)


def _tell(prepared: Sequence[Prepared], measured: dict[str, list[Round]]) -> None:
    print(
        f"{'ours:theirs':22} {'requests/s':>15} {'ratio':>6} {'goal':>5}"
        f" {'p50 ms':>15} {'p99 ms':>15} {'worked ms':>15} {'ratio':>6}"
    )
    for question in (each.question for each in prepared):
        if (rounds := measured.get(question.name)) is None:
            print(f"{question.name:22} not answered, as is told above")
            continue
        ours, theirs = (Measured(*map(median, zip(*each, strict=True))) for each in zip(*rounds, strict=True))
        ratio = median(each.ours.rate / each.theirs.rate for each in rounds)
        less = median(each.theirs.worked / each.ours.worked for each in rounds)
        print(
            f"{question.name:22} {_pair(ours.rate, theirs.rate, 0)} {ratio:5.2f}x {question.goal:4.1f}x"
            f" {_pair(ours.p50, theirs.p50, 1)} {_pair(ours.p99, theirs.p99, 1)}"
            f" {_pair(ours.worked, theirs.worked, 2)} {less:5.2f}x"
        )


def _tell_row_security(url: str, prepared: Sequence[Prepared], ours: Server, given: argparse.Namespace) -> None:
    asked = {each.question.name: each.ours for each in prepared}

    def load(name: str) -> Measured:
        return _load(ours, asked[name], given.connections, given.seconds)

    row_security.measure(url, list(asked), load, given.rounds)


def _fastest(measured: dict[str, list[Round]], prepared: Prepared) -> float:
    return max((each.theirs.rate for each in measured.get(prepared.question.name, [])), default=0.0)


def _tell_wrk(prepared: Prepared, server: Server, folder: Path, given: argparse.Namespace) -> None:
    """Where requests are most, what sends them could be what is measured: another program has to find the same."""
    script = folder / "requests.lua"
    texts = ",".join('"' + "".join(map("\\{:03}".format, sent)) + '"' for sent, _ in prepared.theirs)
    script.write_text(f"local n, all = 0, {{{texts}}}\nfunction request() n = n % #all + 1 return all[n] end\n")
    address = f"http://127.0.0.1:{server.port}/graphql"
    asked = ["wrk", "-t1", f"-c{given.connections}", f"-d{max(1, round(given.seconds))}s", "-s", str(script), address]
    pairs: list[tuple[float, float]] = []
    for _ in range(given.rounds):
        here = _load(server, prepared.theirs, given.connections, given.seconds).rate
        done = subprocess.run(asked, stdout=subprocess.PIPE, encoding="utf-8", check=True)
        found = re.search(r"Requests/sec: +([0-9.]+)", done.stdout)
        if found is None or "Non-2xx" in done.stdout:
            raise SystemExit(f"wrk was answered otherwise than with 200:\n{done.stdout}")
        pairs.append((here, float(found[1])))
    here, there = (median(each) for each in zip(*pairs, strict=True))
    print(f"{prepared.question.name} of theirs: {here:,.0f} requests/s by this load, {there:,.0f} by wrk")


def _pair(ours: float, theirs: float, digits: int) -> str:
    return f"{ours:7,.{digits}f}:{theirs:7,.{digits}f}"


def _tell_machine(url: str, given: argparse.Namespace) -> None:
    with psycopg.connect(url) as connection:
        [(database,)] = connection.execute("select split_part(version(), ' ', 2)").fetchall()
        [(appraisals,)] = connection.execute("select count(*) from read_scores.appraisal").fetchall()
    load = os.getloadavg()[0]
    print(
        f"{appraisals:,} appraisals, {given.connections} connections, {given.rounds} rounds of {given.seconds:g} s; "
        f"{servers.peer_versions(given.cache)}, Python {platform.python_version()}, PostgreSQL {database}; "
        f"{os.cpu_count()} processors, {load:.1f} processes at work"
    )


def _cache() -> Path:
    if os.geteuid() == 0:  # the embedded server runs as another user, who can't look into root's home
        return Path("/var/cache/neraca/graphql")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "neraca" / "graphql"


if __name__ == "__main__":
    main()
