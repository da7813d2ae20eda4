"""What /openapi.json says is what is: schemathesis asks a real server for what it tells of and what it excludes.

Of the commands it is told of a few that have between them every kind of value that any has. One more of the same kinds
would show nothing new, and all of them, each with what its description excludes, take longer than all other routes.
`make schemathesis` asks them all the same, and more of each, and one after another with what the answers before gave.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

CONFIG = Path(__file__).with_name("schemathesis.toml")
COMMANDS = "/agencies/{agency}/commands"
REWRITTEN = "ReportProgress"
"""What openapi.py says otherwise than its type."""


def test_the_description_holds_for_whatever_is_asked(server: str, tmp_path: Path) -> None:
    description = httpx.get(f"{server}/openapi.json").json()
    whole = os.environ.get("NERACA_SCHEMATHESIS") == "all"
    if not whole:
        keep_few(description)
    tmp_path.joinpath("openapi.json").write_text(json.dumps(description))

    asked = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            f"--config-file={CONFIG}",
            "run",
            "openapi.json",
            f"--url={server}",
            "--header=Authorization: Bearer everybody-token",
            f"--phases=examples,coverage,fuzzing{',stateful' if whole else ''}",
            f"--max-examples={20 if whole else 3}",
            "--generation-deterministic",
        ],
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    told = "\n".join(line[:300] for line in asked.stdout.splitlines())
    assert asked.returncode == 0, told + asked.stderr
    assert "No issues found" in told
    operations = sum(map(len, description["paths"].values()))
    assert f"Selected: {operations}/{operations}" in told
    assert f"Tested: {operations}" in told


def keep_few(description: Any) -> None:
    """Leaves commands of which none could go without a kind of value that then none of them had."""
    body = description["paths"][COMMANDS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    one, several = body["oneOf"]
    components = description["components"]["schemas"]
    kinds = {ref: frozenset(kinds_in({"$ref": ref}, components)) for ref in one["discriminator"]["mapping"].values()}
    few, left = set[str](), frozenset[str]().union(*kinds.values())
    while left:
        most = max(sorted(kinds), key=lambda ref: (ref.endswith(f"/{REWRITTEN}"), len(kinds[ref] & left)))
        few.add(most)
        left -= kinds.pop(most)
    for command in (one, several["items"]):
        command["anyOf"] = [{"$ref": ref} for ref in sorted(few)]
        mapping = command["discriminator"]["mapping"]
        command["discriminator"]["mapping"] = {tag: ref for tag, ref in mapping.items() if ref in few}


def kinds_in(schema: Any, components: Any, known: frozenset[str] = frozenset()) -> Iterator[str]:
    """Of a value and all that it holds: its bounds without its names, and a choice of words as any other choice."""
    if isinstance(schema, bool):
        return
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in known:
            yield from kinds_in(components[name], components, known | {name})
    elif "enum" in schema:
        yield "enum"
    else:
        own = {key: value for key, value in schema.items() if not isinstance(value, dict | list)}
        yield json.dumps({**own, "title": None, "description": None, "default": None}, sort_keys=True)
        inside = [schema.get(key, True) for key in ("items", "additionalProperties", "propertyNames")]
        for each in (*inside, *schema.get("anyOf", ()), *schema.get("properties", {}).values()):
            yield from kinds_in(each, components, known)
