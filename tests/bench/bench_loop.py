"""How long others wait while somebody asks much: `/health/live` on a quiet server, and beside costly GraphQL.

    .venv/bin/python tests/bench/bench_loop.py [--people N] [--seconds S]

Lives a small year into a folder of its own, serves it, and asks for the server's pulse on one connection while another
thread sends the query of each row, a new text each time so that no cache helps. Both rows are of the same run.
"""

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter_ns, sleep

ROOT = Path(__file__).parents[2]
NERACA = str(Path(sys.executable).parent / "neraca")
PULSE = 0.005
"""Seconds between two questions for the pulse."""


def schema_aliases(number: int) -> str:
    return (
        "{ " + " ".join(f"a{number}_{n}: __schema {{ types {{ name fields {{ name }} }} }}" for n in range(90)) + " }"
    )


def long_text(number: int) -> str:
    return "{ " + " ".join(f"a{number}_{n}: agencies {{ id }}" for n in range(1200)) + " }"


def parts(number: int) -> str:
    return of_surabaya(number, 100, "score components { node value } targets { target } reports { target }")


def explanations(number: int) -> str:
    return of_surabaya(number, 20, "explain { path value inputs { name value } }")


def of_surabaya(number: int, people: int, fields: str) -> str:
    page = f"p{number}: appraisals(first: {people}) {{ edges {{ node {{ {fields} }} }} }}"
    return f'{{ agency(id: "surabaya") {{ {page} }} }}'


QUERIES: dict[str, Callable[[int], str]] = {
    "90 aliases of __schema": schema_aliases,
    "1,200 aliases in one text": long_text,
    "a page of 100 with parts": parts,
    "a page of 20 explained": explanations,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="neraca-bench-") as home:
        Path(home).chmod(0o755)
        port = free_port()
        environment = os.environ | {
            "NERACA_HOME": f"{home}/data",
            "NERACA_ROOT": str(ROOT),
            "NERACA_LOG": "error",
            "NERACA_PORT": str(port),
        }
        subprocess.run(
            [NERACA, "demo", "--people", str(options.people), "--once"],
            env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        server = subprocess.Popen([NERACA, "serve"], env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(port)
            tokens = json.loads(Path(f"{home}/data/tokens.json").read_text())
            token = next(one for one, actor in tokens.items() if actor["id"].startswith("hr-surabaya"))
            report("quiet", pulses(port, options.seconds), 0)
            for name, query in QUERIES.items():
                stop, asked = threading.Event(), [0, 0]
                asking = threading.Thread(target=ask, args=(port, token, query, stop, asked))
                asking.start()
                found = pulses(port, options.seconds)
                stop.set()
                asking.join()
                report(name, found, asked[0], asked[1])
        finally:
            server.terminate()
            server.wait()
            while any(Path(home).rglob("postmaster.pid")):  # the embedded database stops a moment after its last user
                sleep(0.1)


def pulses(port: int, seconds: float) -> list[int]:
    """Microseconds of each answer, sorted."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    found: list[int] = []
    end = perf_counter_ns() + int(seconds * 1e9)
    while perf_counter_ns() < end:
        began = perf_counter_ns()
        connection.request("GET", "/health/live")
        connection.getresponse().read()
        found.append((perf_counter_ns() - began) // 1000)
        sleep(PULSE)
    return sorted(found)


def ask(port: int, token: str, query: Callable[[int], str], stop: threading.Event, asked: list[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    while not stop.is_set():
        asked[0] += 1
        connection.request("POST", "/graphql", json.dumps({"query": query(asked[0])}), headers)
        answer = connection.getresponse().read()
        asked[1] += b'"errors"' in answer


def report(name: str, found: list[int], asked: int, refused: int = 0) -> None:
    middle, late, worst = found[len(found) // 2], found[len(found) * 99 // 100], found[-1]
    words = f"{asked:5} queries, {refused} refused" if asked else ""
    print(f"{name:28} median {middle / 1000:7.1f} ms  p99 {late / 1000:7.1f} ms  worst {worst / 1000:7.1f} ms  {words}")


def wait_for(port: int) -> None:
    for _ in range(600):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        sleep(0.1)
    raise SystemExit("the server did not come up")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


if __name__ == "__main__":
    main()
