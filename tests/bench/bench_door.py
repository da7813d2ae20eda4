"""How fast citizens' answers are taken at the public door, beside what the framework alone does in the same run.

    .venv/bin/python tests/bench/bench_door.py [--seconds S] [--clients N] [--folder DIR]

Serves with the `neraca` beside this interpreter, on a database of its own under DIR, which should be a real disk, as an
answer that is thanked for has been written to it. Client and server share the machine. Prints `name value unit`, a line
each: of one client and of N at a time, each of whom sends the next answer when the last was thanked for,

    token-1, token-N     answers a second, each with a token of its own
    form-N               forms that were rendered a second, by the same tokens
    worked               milliseconds that processors worked for an answer, of the server and its database together
    echo-N               posts a second that a bare application of the same framework and server sends back
    echo-worked          milliseconds that processors worked for one of them
    share                answers as a share of those, in thousandths
"""

import argparse
import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

from bench_commands import AGENCY, ELEMENTS, Connection, Server, serving, staff, told

POINT = "loket"
ANSWER = {"answers": {element: 1 + n % 4 for n, element in enumerate(ELEMENTS)}}
TOKENS_AT_ONCE = 500
TICKS = os.sysconf("SC_CLK_TCK")
ECHO = """
import sys
import uvicorn
from litestar import Litestar, Request, post

@post("/echo")
async def echo(request: Request) -> bytes:
    return await request.body()

uvicorn.run(Litestar([echo]), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
"""

Ask = Callable[[Connection], Awaitable[object]]


async def opened(one: Connection, tokens: int) -> list[str]:
    """The paths of so many tokens of a survey that runs today."""
    today = datetime.now(UTC).date()
    period = f"{today.year}-Q{(today.month + 2) // 3}"
    which = {"unit": "disdukcapil", "period": period, "survey": "skm_unit"}
    await one.command(
        "surveyor",
        {
            "command": "open-service-point",
            "point": POINT,
            "unit": "disdukcapil",
            "name": "Loket",
            "kind": "OFFICE",
            "since": "2025-01-01",
            "hours": "08:00-15:30",
        },
    )
    last = today + timedelta(days=1)
    days = {"opens": str(today - timedelta(days=1)), "closes": str(last), "hourly": 1_000}
    await one.command("surveyor", {"command": "open-survey", **which, "elements": ELEMENTS, "points": [POINT], **days})
    paths: list[str] = []
    while len(paths) < tokens:
        asked = {**which, "point": POINT, "count": TOKENS_AT_ONCE}
        answer = json.loads(await one.post(f"/agencies/{AGENCY}/survey-tokens", "surveyor", asked))
        paths += [urlsplit(each["link"]).path for each in answer["tokens"]]
    return paths


async def rate(port: int, clients: int, seconds: float, asks: Iterator[Ask]) -> tuple[float, int]:
    """So many a second, and how many in all."""
    done = 0
    began = time.perf_counter()

    async def client() -> None:
        nonlocal done
        async with Connection(port) as one:
            while time.perf_counter() < began + seconds:
                await next(asks)(one)
                done += 1

    await asyncio.gather(*(client() for _ in range(clients)))
    return done / (time.perf_counter() - began), done


def answering(paths: Iterator[str]) -> Iterator[Ask]:
    return (lambda one, path=path: one.post(path, "none", ANSWER) for path in paths)


def worked(pid: int, folder: Path) -> float:
    """Seconds that processors have worked for the server and for the processes of its database."""
    ticks = 0
    for place in Path("/proc").iterdir():
        try:
            if place.name == str(pid) or (place.name.isdigit() and (place / "cwd").readlink().is_relative_to(folder)):
                ticks += sum(map(int, (place / "stat").read_text().rpartition(")")[2].split()[11:13]))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return ticks / TICKS


@contextmanager
def echoing(folder: Path) -> Iterator[tuple[int, int]]:
    """Port and process of an application that sends back what it is sent."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = folder / "echo.py"
    script.write_text(ECHO)
    process = subprocess.Popen([sys.executable, str(script), str(port)])
    try:
        for _ in range(600):
            with socket.socket() as one:
                if not one.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


async def measure(server: Server, pid: int, folder: Path, clients: int, seconds: float) -> None:
    async with server.connection() as one:
        paths = await opened(one, round(seconds * 2 * 400))
        for _ in range(300):  # until the read model knows of the last
            try:
                await one.get(paths[-1])
                break
            except Exception:
                await asyncio.sleep(0.2)
    fresh, known = iter(paths), cycle(paths[-TOKENS_AT_ONCE:])
    first, _ = await rate(server.port, 1, seconds, answering(fresh))
    told("token-1", first, "answers/s")
    before = worked(pid, folder)
    many, done = await rate(server.port, clients, seconds, answering(fresh))
    told(f"token-{clients}", many, "answers/s")
    told("worked", (worked(pid, folder) - before) * 1_000 / done, "ms")
    forms, _ = await rate(server.port, clients, seconds, (lambda one, path=path: one.get(path) for path in known))
    told(f"form-{clients}", forms, "forms/s")
    with echoing(folder) as (port, echo):
        before = worked(echo, folder / "nowhere")
        bare, done = await rate(port, clients, seconds, answering(cycle(["/echo"])))
        told(f"echo-{clients}", bare, "posts/s")
        told("echo-worked", (worked(echo, folder / "nowhere") - before) * 1_000 / done, "ms")
    told("share", 1_000 * many / bare, "thousandths/s")


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast citizens' answers are taken at the public door.")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--folder", type=Path, help="on a real disk (default: the temporary folder)")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=given.folder))
    folder.chmod(0o755)
    try:
        with serving(folder, staff()) as server:
            asyncio.run(measure(server, server.pid, folder, given.clients, given.seconds))
    finally:
        while folder.exists():  # the database ends a moment after its last user
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.2)


if __name__ == "__main__":
    main()
