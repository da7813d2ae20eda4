"""How fast commands are taken over HTTP, with little and with much behind them, and what memory the server needs.

    .venv/bin/python tests/bench/bench_commands.py [--only NAME ...] [--seconds S] [--clients N] [--folder DIR]

Serves with the `neraca` beside this interpreter, from the policies and agencies two folders above it, on a database of
its own under DIR, which should be a real disk. It speaks HTTP and the command line only, so that any build can be
measured. Prints `name value unit`, a line each; among the names are

    attendance-1, attendance-N, activity-1, activity-N   commands a second of one client, and of N at a time
    stream-10, stream-10000, survey-10, survey-20000     milliseconds of a command with so many events before it
    score-10000                                          milliseconds of a read with 10,000 events behind it
    timeline-10000, timeline-deep, timeline-end          of the first page of its timeline, of one from the middle, and
                                                         of the last; -as-of: as the log was
    reports-10000, reports-deep, reports-end             the same of its reports
    memory-N                                             MB of the server at its largest, after the load of N clients
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

AGENCY, PERIOD, UNIT = "surabaya", "2025-Q1", "disdukcapil"
HEAD, BOSS = "196501011990031001", "197001011995031001"
SURVEY, ELEMENTS = "skm_unit", [f"u{n}" for n in range(1, 10)]
MOST_A_SECOND = 3_000
"""Nobody is faster: so much attendance is kept at hand."""
NAMES = ("load", "stream", "survey", "reads")
ROUNDS = 40
"""Commands whose median is told."""

Command = dict[str, Any]
_keys = count(1)


class Refused(Exception):
    pass


class Connection:
    """A client that waits for each answer: as little work as can be, for it takes its share of the machine."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> "Connection":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def post(self, path: str, token: str, sent: object, more: str = "") -> bytes:
        body = json.dumps(sent).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n{more}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return await self._answered(head.encode() + body)

    async def get(self, path: str) -> bytes:
        return await self._answered(f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: text/html\r\n\r\n".encode())

    async def _answered(self, sent: bytes) -> bytes:
        self._writer.write(sent)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        found = re.search(rb"content-length: *(\d+)", answer, re.IGNORECASE)
        if found is None:
            raise Refused(answer.decode())
        told = await self._reader.readexactly(int(found[1]))
        if answer[9:10] != b"2":
            raise Refused(told.decode())
        return told

    async def command(self, token: str, *commands: Command, seen: int | None = None) -> None:
        """`seen` is the version that is changed."""
        more = f"Idempotency-Key: bench-{next(_keys)}\r\n" + ("" if seen is None else f'If-Match: "v{seen}"\r\n')
        await self.post(f"/agencies/{AGENCY}/commands", token, commands[0] if len(commands) == 1 else commands, more)

    async def read(self, query: str) -> bytes:
        told = await self.post("/graphql", "hr", {"query": query})
        if b'"errors"' in told:
            raise Refused(told.decode())
        return told


class Server:
    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self.pid = pid

    def connection(self) -> Connection:
        return Connection(self.port)

    def memory(self) -> float:
        """MB at its largest so far."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1_000


def staff() -> dict[str, Any]:
    """Whoever has a role acts under its name, and everybody else under their number, which are the tokens too."""
    offices = {name: {"id": f"{name}-1", "roles": [name], "agency": AGENCY} for name in ("hr", "official", "surveyor")}
    people = {nip: {"id": nip, "roles": ["employee"], "agency": AGENCY} for nip in (BOSS, *map(number, range(1_000)))}
    return offices | people


@contextmanager
def serving(folder: Path, tokens: dict[str, Any]) -> Iterator[Server]:
    home = folder / "home"
    home.mkdir(mode=0o755)
    (home / "tokens.json").write_text(json.dumps(tokens))
    (home / "tokens.json").chmod(0o600)
    python = Path(sys.executable)
    env = {**os.environ, "NERACA_HOME": str(home), "NERACA_ROOT": str(python.parents[2]), "NERACA_PORT": "0"}
    env |= {"NERACA_LOG": "warning"}
    env.pop("NERACA_DATABASE_URL", None)
    told = (folder / "serve.log").open("w+")
    process = subprocess.Popen([str(python.parent / "neraca"), "serve"], env=env, stdout=told, stderr=told)
    try:
        yield Server(_port(process, folder / "serve.log"), process.pid)
    finally:
        process.terminate()
        process.wait()
        told.close()


def _port(process: "subprocess.Popen[bytes]", log: Path) -> int:
    """Once somebody answers there."""
    for _ in range(1_200):
        found = re.search(r"Serving at http://127\.0\.0\.1:(\d+)", log.read_text())
        with socket.socket() as one:
            if found and not one.connect_ex(("127.0.0.1", int(found[1]))):
                return int(found[1])
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"the server did not start:\n{log.read_text()}")


def number(n: int) -> str:
    return f"1985{n % 12 + 1:02}01201001{n:04}"


def told(name: str, value: float, unit: str) -> None:
    print(f"{name} {value:.2f} {unit}", flush=True)


async def hire(one: Connection, numbers: Iterable[int]) -> None:
    """On the roster, under one superior, each with an appraisal whose plan is approved."""
    weights = ((1, 60), (2, 40))
    targets = [{"id": "t", "indicator": "KTP", "unit": "berkas", "target": 300, "weight": w} for _, w in weights]
    plan = [{"id": f"r{n}", "title": "KTP", "targets": [targets[n - 1]]} for n, _ in weights]
    for n in numbers:
        which = {"employee": number(n), "period": PERIOD}
        await one.command("hr", *roster(number(n), BOSS))
        await one.command("hr", {"command": "open-appraisal", **which})
        draft = {"command": "draft-plan", **which, "results": plan}
        await one.command(number(n), draft, {"command": "submit-plan", **which}, seen=1)
        await one.command(BOSS, {"command": "approve-plan", **which}, seen=3)


def roster(nip: str, supervisor: str | None) -> tuple[Command, Command]:
    registered = {
        "command": "register-employee",
        "employee": nip,
        "name": "Ani",
        "employment_type": "CIVIL_SERVANT",
        "position": "Analis",
        "position_class": "FUNCTIONAL",
        "since": "2024-01-01",
    }
    place = {"unit": UNIT, "since": "2024-01-01", "supervisor": supervisor}
    return registered, {"command": "assign-employee", "employee": nip, **place}


def attendance(n: int) -> Iterator[tuple[str, Command]]:
    """A year of one employee, month by month, as HR records it."""
    for month in range(24):
        label = f"{2024 + month // 12}-{month % 12 + 1:02}"
        counts = {"required_days": 15, "absent_days": 0, "late": 1, "left_early": 0}
        yield "hr", {"command": "record-attendance", "employee": number(n), "month": label, **counts}


def activity(n: int) -> tuple[str, Command]:
    told = {"report": f"a{next(_keys)}", "day": "2025-02-03", "activity": "Melayani loket"}
    return number(n), {"command": "report-activity", "employee": number(n), "period": PERIOD, **told}


def response(n: int) -> tuple[str, Command]:
    which = {"unit": UNIT, "period": PERIOD, "survey": SURVEY}
    answers = dict.fromkeys(ELEMENTS, 3)
    return "surveyor", {"command": "record-response", **which, "respondent": f"warga-{n}", "answers": answers}


async def load(
    server: Server, clients: int, seconds: float, work: Callable[[int], Iterator[tuple[str, Command]]]
) -> float:
    """Commands a second of so many clients, each of whom sends the next when the last is answered."""
    done = 0

    async def client(which: int, until: float) -> None:
        nonlocal done
        async with server.connection() as one:
            for token, command in work(which):
                await one.command(token, command)
                done += 1
                if time.perf_counter() > until:
                    return
            raise SystemExit("the clients ran out of commands: take fewer seconds")

    began = time.perf_counter()
    await asyncio.gather(*(client(which, began + seconds) for which in range(clients)))
    return done / (time.perf_counter() - began)


async def milliseconds(send: Callable[[], Awaitable[object]]) -> float:
    taken: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await send()
        taken.append((time.perf_counter() - began) * 1_000)
    return median(taken)


async def measure_load(server: Server, clients: int, seconds: float) -> None:
    free = count(1_000)

    def attend(_: int) -> Iterator[tuple[str, Command]]:
        return (each for _ in count() for each in attendance(next(free)))

    def report(which: int) -> Iterator[tuple[str, Command]]:
        return (activity(which) for _ in count())

    async with server.connection() as one:
        await hire(one, range(clients))
        enough = 1_000 + round(seconds * MOST_A_SECOND / 24)
        for first in range(1_000, enough, 400):
            hired = [each for n in range(first, first + 400) for each in roster(number(n), BOSS)]
            await one.command("hr", *hired)
    for name, work in (("attendance", attend), ("activity", report)):
        for many in (1, clients):
            await load(server, many, 1, work)
            told(f"{name}-{many}", await load(server, many, seconds, work), "commands/s")
    told(f"memory-{clients}", server.memory(), "MB")


async def measure_stream(server: Server) -> None:
    few, many = 900, 901
    async with server.connection() as one:
        await hire(one, (few, many))
        for n, events in ((few, 6), (many, 10_000)):
            for _ in range(0, events, 500):
                batch = [activity(n)[1] for _ in range(min(events, 500))]
                await one.command(number(n), *batch)
        for n, name in ((few, "stream-10"), (many, "stream-10000")):
            await one.command(*activity(n))
            told(name, await milliseconds(lambda n=n: one.command(*activity(n))), "ms")


async def measure_survey(server: Server) -> None:
    numbers = count()
    async with server.connection() as one:
        which = {"unit": UNIT, "period": PERIOD, "survey": SURVEY}
        await one.command("surveyor", {"command": "open-survey", **which, "elements": ELEMENTS})
        for behind, name in ((10, "survey-10"), (20_000, "survey-20000")):
            while (left := behind - next(numbers)) > 0:
                await one.command("surveyor", *(response(next(numbers))[1] for _ in range(min(left, 500))))
            told(name, await milliseconds(lambda: one.command(*response(next(numbers)))), "ms")


async def measure_reads(server: Server) -> None:
    """Of the appraisal that `stream` made long."""
    which = f'appraisal(employee: "{number(901)}", period: "{PERIOD}")'
    agency = f'agency(id: "{AGENCY}"'
    score = f"{{ {agency}) {{ {which} {{ score predicate status version position }} }} }}"
    async with server.connection() as one:
        for _ in range(600):
            found = re.search(rb'"version": ?1\d{4}, ?"position": ?"?(\d+)', await one.read(score))
            if found:
                break
            await asyncio.sleep(0.1)
        else:
            raise SystemExit("the read models did not follow within a minute")
        told("score-10000", await milliseconds(lambda: one.read(score)), "ms")
        for field, rows in (("timeline", "version type by"), ("reports", "report status")):
            for after, where in ((0, "10000"), (5_000, "deep"), (9_950, "end")):
                page = f"{which} {{ {field}(first: 50, after: {after}) {{ {rows} }} }}"
                for name, asked in (
                    (f"{field}-{where}", f"{{ {agency}) {{ {page} }} }}"),
                    (
                        f"{field}-{where}-as-of",
                        f'{{ {agency}, asOf: {{ position: "{int(found[1])}" }}) {{ {page} }} }}',
                    ),
                ):
                    try:
                        told(name, await milliseconds(lambda asked=asked: one.read(asked)), "ms")
                    except Refused as why:
                        print(f"{name}: {why}", file=sys.stderr, flush=True)  # some builds take too long for it


async def measure(server: Server, only: Collection[str], clients: int, seconds: float) -> None:
    async with server.connection() as one:
        await one.command("hr", *roster(HEAD, None))
        await one.command("hr", *roster(BOSS, HEAD))
    if "load" in only:
        await measure_load(server, clients, seconds)
    if {"stream", "reads"} & set(only):
        await measure_stream(server)
    if "survey" in only:
        await measure_survey(server)
    if "reads" in only:
        await measure_reads(server)


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast commands are taken over HTTP.")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--folder", type=Path, help="on a real disk (default: the temporary folder)")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=given.folder))
    folder.chmod(0o755)
    try:
        with serving(folder, staff()) as server:
            asyncio.run(measure(server, given.only, given.clients, given.seconds))
    finally:
        while folder.exists():  # the database ends a moment after its last user
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.2)


if __name__ == "__main__":
    main()
