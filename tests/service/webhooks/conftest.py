"""A receiver on this machine, which answers as it is told and keeps what it got."""

import socket
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""For localhost, by itself, for a hundred years, with its key: `openssl req -x509 -newkey ec -subj /CN=localhost`."""


class Receiver:
    """Answers each request with the next of `answers`, or 204 where there is none; None hangs up without a word.

    It hangs up while `hold` is set. `got` are the requests, each its headers by lower-case name, with the request line
    as `""`, and its body.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.answers: deque[bytes | None] = deque()
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.came = threading.Condition()
        self.hold = threading.Event()
        self.hold.set()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/in?x=1"
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def wait(self, number: int, seconds: int = 20) -> list[tuple[dict[str, str], bytes]]:
        with self.came:
            assert self.came.wait_for(lambda: len(self.got) >= number, seconds), f"{len(self.got)} of {number} came"
            return list(self.got)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                # Whoever finds the certificate wrong hangs up.
                with connection, suppress(ssl.SSLError, ConnectionError):
                    if self._tls is None:
                        self._answer(connection)
                    else:
                        with self._tls.wrap_socket(connection, server_side=True) as secured:
                            self._answer(secured)

    def _answer(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as file:
            line = file.readline().decode().strip()
            headers = {"": line}
            while (one := file.readline().decode().strip()) != "":
                name, _, value = one.partition(": ")
                headers[name.lower()] = value
            body = file.read(int(headers.get("content-length", "0")))
        with self.came:
            self.got.append((headers, body))
            answer = self.answers.popleft() if self.answers else self.said(204)
            self.came.notify_all()
        if answer is not None:
            connection.sendall(answer)
            self.hold.wait(20)

    @staticmethod
    def said(status: int, *headers: str) -> bytes:
        return "\r\n".join([f"HTTP/1.1 {status} Said", *headers, "", ""]).encode()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.close()


@pytest.fixture
def secured() -> Iterator[Receiver]:
    """One whose certificate is for localhost, and trusted by whoever trusts itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    one = Receiver(context)
    yield one
    one.close()
