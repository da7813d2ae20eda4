"""An issuer of signed tokens for tests: a web server on this machine that publishes what a test says."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

NOW = datetime(2025, 3, 3, 2, tzinfo=UTC)
NIP = "198501012010011001"
RSA = RSAKey.generate_key(2048, {"kid": "first"})
SECOND = ECKey.generate_key("P-256", {"kid": "second"})
ED = OKPKey.generate_key("Ed25519", {"kid": "third"})


class Published:
    """What it publishes, at which moment, and what it was asked for."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.asked: list[str] = []
        self.status = 200
        self.chunked = False
        self.documents: dict[str, Any] = {}
        self.discovers(jwks_uri=f"{self.issuer}/keys", issuer=self.issuer)
        self.has(RSA, ED)
        self.now = NOW
        self.posted: list[dict[str, str]] = []
        self.posted_by: str | None = None

    def discovers(self, **said: Any) -> None:
        self.documents["/.well-known/openid-configuration"] = said

    def has(self, *keys: Any) -> None:
        published = [key if isinstance(key, dict) else key.as_dict(private=False) for key in keys]
        self.documents["/keys"] = {"keys": published}

    def claims(self, **other: Any) -> dict[str, Any]:
        now = int(self.now.timestamp())
        said = {"iss": self.issuer, "aud": "neraca", "sub": "u-1", "nip": NIP, "iat": now, "exp": now + 300}
        return {name: value for name, value in (said | other).items() if value is not None}

    def token(self, key: Any = RSA, alg: str = "RS256", header: dict[str, Any] | None = None, **other: Any) -> str:
        said = {"alg": alg, "kid": key.kid} | (header or {})
        return jwt.encode(said, self.claims(**other), key, algorithms=[alg])


class _Answer(BaseHTTPRequestHandler):
    published: Published
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        at = self.published
        at.asked.append(self.path)
        said = at.documents.get(self.path, {})
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(at.status)
        if at.chunked:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"".join(b"%x\r\n%b\r\n" % (1, bytes([one])) for one in body) + b"0\r\n\r\n")
        else:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        self.close_connection = True

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.published.posted_by = self.headers["Authorization"]
        self.published.posted.append(dict(parse_qsl(sent, strict_parsing=True)))
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
        pass


@contextmanager
def publishing() -> Generator[Published]:
    """Serves until it is left."""
    handler = type("Answer", (_Answer,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.published = Published(server.server_port)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield handler.published
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
