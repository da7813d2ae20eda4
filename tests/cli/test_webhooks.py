"""`neraca webhook`: made, listed, asked for again and ended."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner

from neraca.cli.webhooks import webhook
from neraca.domain.errors import Invalid, NotFound
from neraca.service.webhooks.subscriptions import Webhooks
from neraca.store.migrate import migrate

Neraca = Callable[..., Any]
ROOT = Path(__file__).parents[2]
URL = "https://hooks.example/in"
NOBODY = "00000000-0000-0000-0000-000000000007"


class Opened:
    """What the verbs are handed, over one database."""

    def __init__(self, url: str) -> None:
        self._url = url

    @contextmanager
    def webhooks(self, *_: Any) -> Iterator[Webhooks]:
        yield Webhooks(self._url, anywhere=False)


def asked(url: str, *words: str) -> str:
    done = CliRunner().invoke(webhook, [*words, "--agency", "surabaya"], obj=Opened(url))
    if done.exception is not None:
        raise done.exception
    return done.stdout


def test_a_webhook_is_made_listed_sent_again_and_removed(database: str) -> None:
    migrate(database, ["surabaya"])
    made = json.loads(asked(database, "add", URL, "--type", "appraisal.finalised", "--json"))
    assert made["secret"].startswith("whsec_")
    said = asked(database, "add", URL, "--after", "0").splitlines()
    assert said[0].endswith(": sends what comes after 0")
    assert said[1].startswith("secret: whsec_")

    listed = asked(database, "list")
    assert f"{made['id']} {URL} of neraca:operator: at {made['position']}" in listed
    assert listed.splitlines()[-1] == "surabaya: 2 webhooks"
    assert "whsec_" not in listed
    [first, _] = json.loads(asked(database, "list", "--json"))
    assert (first["id"], first["types"], first["dead"]) == (made["id"], ["appraisal.finalised"], 0)

    assert asked(database, "redeliver", made["id"], "--after", "0") == f"{made['id']}: goes on after 0\n"
    assert asked(database, "redeliver", made["id"]) == f"{made['id']}: sends again what was given up\n"
    assert asked(database, "dead", made["id"]) == f"{made['id']}: 0 events given up\n"
    assert json.loads(asked(database, "dead", made["id"], "--json")) == []
    rotated = asked(database, "rotate", made["id"]).splitlines()
    assert rotated[0].startswith(f"{made['id']}: the secret before signs as well until ")
    assert made["secret"] not in rotated[1]
    assert json.loads(asked(database, "rotate", made["id"], "--json"))["secret"].startswith("whsec_")
    assert asked(database, "remove", made["id"]) == f"{made['id']}: removed\n"
    assert asked(database, "list").splitlines()[-1] == "surabaya: 1 webhook"


def test_a_wrong_one_is_refused(database: str) -> None:
    migrate(database, ["surabaya"])
    for words, refusal in (
        (("add", "http://hooks.example"), Invalid),
        (("add", URL, "--type", "appraisal.rated"), Invalid),
        (("remove", NOBODY), NotFound),
        (("dead", NOBODY), NotFound),
        (("rotate", NOBODY), NotFound),
        (("redeliver", NOBODY), NotFound),
    ):
        with pytest.raises(refusal):
            asked(database, *words)


class Hook(BaseHTTPRequestHandler):
    """Takes what it is sent."""

    got: ClassVar[Queue[str | None]] = Queue()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.got.put(self.headers["webhook-id"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name it has there
        pass


def test_a_server_sends_over_plain_http_where_it_may_go_anywhere(
    neraca: Neraca, followed_database: str, tmp_path: Path
) -> None:
    env = {"DATABASE_URL": followed_database, "WEBHOOKS": "anywhere", "HOME": str(tmp_path / "home"), "PORT": "0"}
    with HTTPServer(("127.0.0.1", 0), Hook) as receiver:
        Thread(target=receiver.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{receiver.server_port}/"
        migrate(followed_database, ["surabaya"])
        Webhooks(followed_database, anywhere=True).add("surabaya", url, None, datetime.now(UTC))
        surroundings = os.environ | {f"NERACA_{name}": value for name, value in env.items()}
        call = [sys.executable, "-c", "from neraca.main import run; run()", "serve"]
        with subprocess.Popen(
            call, env=surroundings, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ) as one:
            got = [Hook.got.get(timeout=60) for _ in range(2)]
            one.send_signal(signal.SIGTERM)
        receiver.shutdown()

    assert got == ["surabaya:1", "surabaya:2"]
    assert one.returncode == -signal.SIGTERM
    assert f"{url} of neraca:operator: at " in neraca("webhook", "list", "--agency", "surabaya", **env).out
