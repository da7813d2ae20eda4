"""Sends prepared requests over kept connections, each the next when the last is answered, and tells what came of it.

A process of its own, so that it shares no interpreter with what is measured, and as little work as can be: it takes its
share of the machine. A job comes as JSON by standard input, what was found goes out the same way.
"""

import asyncio
import json
import sys
from base64 import b64decode
from collections.abc import Iterator
from itertools import cycle
from time import perf_counter
from typing import cast

import uvloop

_END = b"\r\n\r\n"


class WrongAnswer(Exception):
    """Another than the one that was checked, or none."""


class Client(asyncio.Protocol):
    """One connection. `requests` are shared by all: bytes to send, and how long the body of the answer is to be."""

    def __init__(self, requests: Iterator[tuple[bytes, int]], took: list[tuple[float, float]]) -> None:
        self._requests = requests
        self._took = took
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.until = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # of uvloop, which has classes of its own

    def send(self) -> None:
        request, self._length = next(self._requests)
        self._answer = b""
        self._left = -1
        self._began = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._left < 0:
            self._answer += data
            head, end, body = self._answer.partition(_END)
            if not end:
                return
            length = _length(head)
            self._as_checked = length == self._length
            self._left = length - len(body)
        else:
            self._left -= len(data)
            if not self._as_checked:
                self._answer += data
        if self._left == 0:
            self._answered(perf_counter())

    def _answered(self, now: float) -> None:
        if not self._as_checked:
            head, _, body = self._answer.partition(_END)
            self._fail(f"{head.partition(b' ')[2][:3].decode()}, {body[:1_000].decode()}")
            return
        self._took.append((now, now - self._began))
        if now < self.until:
            self.send()
        elif not self.ended.done():
            self.ended.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"it hung up: {exc}")

    def close(self) -> None:
        self._transport.close()

    def _fail(self, why: str) -> None:
        if not self.ended.done():
            self.ended.set_exception(WrongAnswer(why))


def _length(head: bytes) -> int:
    """Of the body. An answer of another kind than asked for has another length than the one that was checked."""
    status, _, fields = head.partition(b"\r\n")
    if status[9:12] == b"304":
        return 0
    for line in fields.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise WrongAnswer(f"an answer does not tell its length: {head.decode()}")


async def run(port: int, requests: list[tuple[bytes, int]], connections: int, warm: float, seconds: float) -> dict:
    took: list[tuple[float, float]] = []
    shared, loop = cycle(requests), asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: Client(shared, took), "127.0.0.1", port))[1] for _ in range(connections)
    ]
    counted = perf_counter() + warm
    for client in clients:
        client.until = counted + seconds
        client.send()
    await asyncio.gather(*(client.ended for client in clients))
    for client in clients:
        client.close()
    # To the last answer: what takes longer than all these seconds is counted too.
    times = sorted(each for at, each in took if at >= counted)
    return {
        "rate": len(times) / (max(at for at, _ in took) - counted),
        "answers": len(took),
        "p50": _nearest(times, 50) * 1_000,
        "p99": _nearest(times, 99) * 1_000,
    }


def _nearest(times: list[float], percent: int) -> float:
    return times[-(-percent * len(times) // 100) - 1]


def main() -> None:
    job = json.load(sys.stdin)
    job["requests"] = [(b64decode(request), length) for request, length in job["requests"]]
    try:
        json.dump(uvloop.run(run(**job)), sys.stdout)
    except WrongAnswer as why:
        sys.exit(str(why))


if __name__ == "__main__":
    main()
