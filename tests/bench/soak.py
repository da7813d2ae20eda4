"""Whether a server holds for long: five cities write and read at once, one of them in a burst, then too many clients.

    make soak                                    # ten minutes at 250 events a second, and what follows
    make soak ARGS="--seconds 60 --rate 100"     # shorter and slower

It serves with the `neraca` beside this interpreter, on a database of its own under --folder. Told are, a line each with
what is promised:

    memory      MB of the server at the middle of the time and at its end, by a line through what it had between: no
                more than 3 % more, for by then what it keeps for good is full
    lag         from the answer to a command until what it did is read, p99: under a second
    burst       a command of another city while one sends all it can, p99, and how much that is over before: under 50 ms
    overload    what 200 clients at a time are answered: done, or 429 and 503 with Retry-After, and nothing else
    lost        commands that were answered as done and are not in the log: none
    recovery    a command a second after that, median, beside before
    slow        whether a reader of a stream who takes nothing is left, while a city writes
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from statistics import linear_regression
from typing import Any

import bench_commands as bench
from bench_commands import Command, number

AGENCIES = ("surabaya", "bandung", "gajahmungkur", "samarinda", "surakarta")
MONTHS = [f"{2024 + month // 12}-{month % 12 + 1:02}" for month in range(24)]
WRITERS, READERS, BURSTERS, CROWD = 4, 4, 16, 200
"""Connections: of each city, of all who read, of the burst, of the overload."""

BURST, OVERLOAD, SLOW = 20.0, 15.0, 20.0
"""Seconds."""

_keys = count(1)


class Unanswered(Exception):
    pass


class Client:
    """One connection, which waits for each answer."""

    def __init__(self, port: int, agency: str) -> None:
        self.port, self.agency = port, agency

    async def __aenter__(self) -> "Client":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def ask(self, path: str, sent: object, more: str = "") -> tuple[int, str, bytes]:
        """Status, headers and body."""
        body = json.dumps(sent).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: soak\r\nAuthorization: Bearer {self.agency}\r\n{more}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        headers = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = re.search(r"content-length: *(\d+)", headers)
        if length is None:
            raise Unanswered(headers)
        return int(headers[9:12]), headers, await self.reader.readexactly(int(length[1]))

    async def command(self, *commands: Command) -> tuple[int, str, bytes]:
        more = f"Idempotency-Key: soak-{next(_keys)}\r\n"
        sent = commands[0] if len(commands) == 1 else commands
        return await self.ask(f"/agencies/{self.agency}/commands", sent, more)

    async def done(self, *commands: Command) -> int:
        """The position that the log has come to."""
        status, headers, body = await self.command(*commands)
        position = re.search(r"neraca-position: *(\d+)", headers)
        if status >= 300 or position is None:
            raise Unanswered(body.decode())
        return int(position[1])

    async def read(self, query: str, seen: int | None = None) -> Any:
        more = "" if seen is None else f"Neraca-Position: {seen}\r\n"
        status, _, body = await self.ask("/graphql", {"query": query}, more)
        told = json.loads(body)
        if status != 200 or "errors" in told:
            raise Unanswered(body.decode())
        return told["data"]


@dataclass
class City:
    """`work` are commands that are still to be sent, each of which makes one event."""

    name: str
    work: Iterator[Command] = field(default_factory=lambda: iter(()))


@dataclass
class Soak:
    server: bench.Server
    cities: list[City]
    seconds: float
    rate: float
    lags: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def told(self, name: str, what: str, *, held: bool) -> None:
        print(f"{'holds' if held else 'FAILS'} {name}: {what}", flush=True)
        if not held:
            self.failed.append(name)

    def client(self, city: City) -> Client:
        return Client(self.server.port, city.name)

    def memory(self) -> float:
        """MB that the server holds just now."""
        status = Path(f"/proc/{self.server.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1_000


async def hire(soak: Soak, city: City, people: int) -> None:
    async with soak.client(city) as one:
        found = await one.read(f'{{ agency(id: "{city.name}") {{ units {{ id }} }} }}')
        unit = found["agency"]["units"][0]["id"]

        def joins(nip: str, under: str | None) -> list[Command]:
            registered, placed = bench.roster(nip, under)
            return [registered, {**placed, "unit": unit}]

        await one.done(*joins(bench.HEAD, None))
        await one.done(*joins(bench.BOSS, bench.HEAD))
        for first in range(0, people, 200):
            some = range(first, min(first + 200, people))
            await one.done(*(each for n in some for each in joins(number(n), bench.BOSS)))
    counts = {"required_days": 15, "absent_days": 0, "late": 1, "left_early": 0}
    city.work = iter(
        [
            {"command": "record-attendance", "employee": number(n), "month": month, **counts}
            for n in range(people)
            for month in MONTHS
        ]
    )


async def is_read(one: Client, city: City, position: int) -> None:
    """Waits until what was written is read: one answer waits some seconds, and a busy server may need more."""
    for _ in range(60):
        with suppress(Unanswered):
            await one.read(f'{{ agency(id: "{city.name}") {{ name }} }}', position)
            return
    raise Unanswered(f"the read models of {city.name} do not come to {position}")


async def write(soak: Soak, city: City, until: float, each: float) -> None:
    """A command in `each` so many seconds, or as soon as the last is answered where that is late."""
    async with soak.client(city) as one:
        due = time.perf_counter()
        for command in city.work:
            if (left := due - time.perf_counter()) > 0:
                await asyncio.sleep(left)
            due = max(due + each, time.perf_counter() - 1)
            await one.done(command)
            if time.perf_counter() > until:
                return


async def look(soak: Soak, until: float) -> None:
    for city in cycle(soak.cities):
        async with soak.client(city) as one:
            await one.read(
                f'{{ agency(id: "{city.name}") {{ employees(first: 50) {{ edges {{ node {{ name unit }} }} }} }} }}'
            )
        await asyncio.sleep(0.05)
        if time.perf_counter() > until:
            return


async def probe(soak: Soak, city: City, until: float, taken: list[float] | None = None) -> None:
    """Sends a command ten times a second: how long it took, or how long until it is read."""
    async with soak.client(city) as one:
        while time.perf_counter() < until:
            began = time.perf_counter()
            position = await one.done(next(city.work))
            if taken is not None:
                taken.append(time.perf_counter() - began)
            else:
                answered = time.perf_counter()
                await is_read(one, city, position)
                soak.lags.append(time.perf_counter() - answered)
            await asyncio.sleep(0.1)


def percentile(values: list[float], part: float) -> float:
    """By nearest rank, in milliseconds."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1_000


def trend(values: list[float]) -> tuple[float, float]:
    """The first and the last of them, on the line that is nearest to all."""
    line = linear_regression(range(len(values)), values)
    return line.intercept, line.intercept + line.slope * (len(values) - 1)


async def steady(soak: Soak) -> None:
    until = time.perf_counter() + soak.seconds
    each = len(soak.cities) * WRITERS / soak.rate
    memory: list[float] = []

    async def watch() -> None:
        while time.perf_counter() < until:
            memory.append(soak.memory())
            await asyncio.sleep(min(1.0, soak.seconds / 30))

    async with asyncio.TaskGroup() as group:
        for city in soak.cities:
            for _ in range(WRITERS):
                group.create_task(write(soak, city, until, each))
        for _ in range(READERS):
            group.create_task(look(soak, until))
        group.create_task(probe(soak, soak.cities[0], until))
        group.create_task(watch())
    middle, end = trend(memory[len(memory) // 2 :])
    told = f"{memory[0]:.0f} MB, {middle:.0f} at the middle, then {end:.0f}, {max(memory):.0f} at most"
    soak.told("memory", told, held=end <= middle * 1.03)
    lag = percentile(soak.lags, 0.99)
    soak.told("lag", f"{lag:.0f} ms p99, {percentile(soak.lags, 0.5):.0f} median", held=lag < 1_000)


async def burst(soak: Soak) -> None:
    bursting, other = soak.cities[1], soak.cities[2]
    before: list[float] = []
    during: list[float] = []
    await probe(soak, other, time.perf_counter() + BURST / 2, before)
    until = time.perf_counter() + BURST
    async with asyncio.TaskGroup() as group:
        for _ in range(BURSTERS):
            group.create_task(write(soak, bursting, until, 0))
        group.create_task(probe(soak, other, until, during))
    calm, loud = percentile(before, 0.99), percentile(during, 0.99)
    soak.told("burst", f"{calm:.0f} ms p99 before, {loud:.0f} in it", held=loud - calm < 50)


async def overload(soak: Soak) -> None:
    city, other = soak.cities[3], soak.cities[4]
    calm: list[float] = []
    await probe(soak, other, time.perf_counter() + 3, calm)
    answers: Counter[str] = Counter()
    acknowledged: list[int] = []
    until = time.perf_counter() + OVERLOAD

    async def crowd() -> None:
        while time.perf_counter() < until:
            try:
                async with soak.client(city) as one:
                    while time.perf_counter() < until:
                        status, headers, body = await one.command(next(city.work))
                        polite = status in (429, 503) and "retry-after" in headers
                        if status < 300:
                            acknowledged.append(int(re.findall(r"neraca-position: *(\d+)", headers)[0]))
                        answers["done" if status < 300 else f"{status}{'' if polite else ' without Retry-After'}"] += 1
                        if polite:
                            await asyncio.sleep(0.2)
                        elif status >= 300:
                            raise Unanswered(body.decode())
            except (ConnectionError, asyncio.IncompleteReadError):
                answers["refused connection"] += 1
                await asyncio.sleep(0.2)

    async with asyncio.TaskGroup() as group:
        for _ in range(CROWD):
            group.create_task(crowd())
    usual = {"done", "429", "503", "refused connection"}
    soak.told("overload", ", ".join(f"{n} {what}" for what, n in sorted(answers.items())), held=set(answers) <= usual)
    await asyncio.sleep(1)
    after: list[float] = []
    await probe(soak, other, time.perf_counter() + 3, after)
    before, now = percentile(calm, 0.5), percentile(after, 0.5)
    soak.told("recovery", f"{before:.1f} ms median before, {now:.1f} after", held=now < 2 * before + 5)
    async with soak.client(city) as one:
        head = await one.done(next(city.work))
    # Each of these commands makes one event, and positions have no gaps.
    doubled = len(acknowledged) - len(set(acknowledged))
    soak.told("lost", f"{doubled} of {len(acknowledged)} share a position; the log has {head}",
              held=not doubled and head > max(acknowledged))  # fmt: skip


async def slow(soak: Soak) -> None:
    """Four who ask for the stream of events from its beginning, and read nothing of it for a while."""
    city, before = soak.cities[1], soak.memory()
    asked = (
        f"GET /agencies/{city.name}/events/stream HTTP/1.1\r\nHost: soak\r\nAuthorization: Bearer {city.name}\r\n"
        "Accept: text/event-stream\r\nLast-Event-ID: 0\r\n\r\n"
    )
    readers: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    for _ in range(4):
        reader, writer = await asyncio.open_connection("127.0.0.1", soak.server.port, limit=1_024)
        writer.write(asked.encode())
        readers.append((reader, writer))
    await asyncio.gather(*(write(soak, city, time.perf_counter() + SLOW, 0.01) for _ in range(4)))
    grown = soak.memory() - before
    left = 0
    for reader, writer in readers:
        with suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            async with asyncio.timeout(SLOW):
                while await reader.read(1 << 20):
                    pass
            left += 1
        writer.close()
    what = f"{left} of {len(readers)} were left, the server grew by {grown:.0f} MB"
    soak.told("slow", what, held=left == len(readers) and grown < 20)


async def run(soak: Soak, people: int, only: list[str]) -> None:
    for city in soak.cities:
        await hire(soak, city, people)
    for city in soak.cities:  # lag is of what comes after
        async with soak.client(city) as one:
            await is_read(one, city, await one.done(next(city.work)))
    print(f"{len(soak.cities)} cities of {people} people", flush=True)
    for name in only:
        await PARTS[name](soak)


PARTS: dict[str, Callable[[Soak], Any]] = {"steady": steady, "burst": burst, "overload": overload, "slow": slow}


def main() -> None:
    parser = argparse.ArgumentParser(description="Whether a server holds for long.")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--rate", type=float, default=250.0, help="events a second, of all cities together")
    parser.add_argument("--people", type=int, default=3_000, help="of each city: enough for its commands")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=[*PARTS])
    parser.add_argument("--folder", type=Path, help="on a real disk (default: the temporary folder)")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=given.folder))
    folder.chmod(0o755)
    # As often as what a server does now and then is to be in both halves of a short time.
    os.environ.setdefault("NERACA_TICK", "30")
    tokens = {name: {"id": "hr-1", "roles": ["hr"], "agency": name} for name in AGENCIES}
    try:
        with bench.serving(folder, tokens) as server:
            soak = Soak(server, [City(name) for name in AGENCIES], given.seconds, given.rate)
            asyncio.run(run(soak, given.people, given.only))
            if soak.failed:
                print((folder / "serve.log").read_text()[-2_000:], file=sys.stderr)
    finally:
        while folder.exists():  # the database ends a moment after its last user
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.2)
    sys.exit(bool(soak.failed))


if __name__ == "__main__":
    main()
