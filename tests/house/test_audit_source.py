"""`make audit` against a source of known vulnerabilities: one that a locked package has fails it, by name."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

ROOT = Path(__file__).parents[2]
AUDIT = ROOT / ".ci" / "audit" / "audit.py"
PACKAGE = "jinja2"

pytestmark = pytest.mark.skipif(
    not (ROOT / ".venv" / "audit" / "bin" / "pip-audit").exists(), reason="make audit fetches what asks"
)


class Source(BaseHTTPRequestHandler):
    """Answers as api.osv.dev does: nothing known is an empty object."""

    known: ClassVar[dict[tuple[str, str], dict[str, Any]]] = {}
    asked: ClassVar[set[str]] = set()

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = query["package"]["name"]
        self.asked.add(name)
        found = self.known.get((name, query["version"]))
        body = json.dumps({"vulns": [found]} if found else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name it has there
        pass


@pytest.fixture
def source() -> Iterator[str]:
    Source.known.clear()
    Source.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Source) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
        thread.join()


def audit(url: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(AUDIT), "--osv-url", url], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_known_vulnerability_of_a_locked_package_fails_the_build_by_its_name(source: str) -> None:
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999.1"}]}]
    Source.known[PACKAGE, locked[PACKAGE]] = {
        "schema_version": "1.6.0",
        "id": "PYSEC-2099-1",
        "aliases": ["CVE-2099-0001"],
        "summary": "A template may leave its sandbox",
        "affected": [{"package": {"name": PACKAGE, "ecosystem": "PyPI"}, "ranges": ranges}],
    }

    code, said = audit(source)

    assert said.splitlines() == [
        f"Audited {len(Source.asked)} packages",
        f"{PACKAGE} {locked[PACKAGE]}: CVE-2099-0001, PYSEC-2099-1; mended in 999.1",
    ]
    assert code == 1
    assert len(Source.asked) > len(locked) // 2  # the rest are of other platforms


def test_where_nothing_is_known_of_any_it_passes(source: str) -> None:
    assert audit(source) == (0, f"Audited {len(Source.asked)} packages\n")
