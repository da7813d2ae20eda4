"""What may be sent and what is stored, field by field: kinds, bounds and defaults are a promise to those who send and
to old logs.

shapes.txt has them all. A shape that changes on purpose: `make goldens` writes the file again; read the
difference. A default of an event that changes makes another thing of what is stored without it.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from neraca.domain.agency import Agency
from neraca.domain.registry import COMMANDS, EVENTS

FILE = Path(__file__).with_name("shapes.txt")


def _kind(schema: dict[str, Any]) -> str:
    """A JSON schema on one line; a kind of text by its name, as test_text_kinds.py has the kinds."""
    if "$ref" in schema:
        return schema["$ref"]
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(json.dumps(word) for word in schema["enum"])
    if schema["type"] == "array":
        return f"list of {_kind(schema['items'])}"
    if schema["type"] == "object":
        key, value = schema.get("propertyNames"), schema["additionalProperties"]
        return f"{_kind({'type': 'string', **key}) if key else 'string'} -> {_kind(value)}"
    if schema["type"] == "null":
        return "nothing"
    if "maxLength" in schema:
        return schema["description"].partition(":")[0]
    bounds = [f"{name} {bound}" for name, bound in schema.items() if name in ("minimum", "maximum", "pattern")]
    return ", ".join([schema.get("format", schema["type"]), *bounds])


def _lines(name: str, schema: dict[str, Any]) -> Iterator[str]:
    if "properties" not in schema:
        yield f"{name}: {_kind(schema)}"
        return
    yield f"{name}{'' if schema.get('additionalProperties', True) else ', and no other field'}"
    for field, kind in schema["properties"].items():
        default = json.dumps(kind.get("default"), ensure_ascii=False)
        yield f"    {field}: {_kind(kind)}{'' if field in schema['required'] else f' = {default}'}"


def _shapes() -> list[str]:
    _, known = msgspec.json.schema_components([*COMMANDS.values(), *EVENTS.values(), Agency], ref_template="{name}")
    return ["\n".join(_lines(name, schema)) for name, schema in sorted(known.items())]


# Made where the tests are collected: no test of a mutation is quicker than one that only compares.
SHAPES = _shapes()
if os.environ.get("NERACA_WRITE_GOLDENS"):
    FILE.write_text("\n".join(SHAPES) + "\n")
KEPT = FILE.read_text()


def test_everything_that_is_sent_and_stored_has_the_shape_that_is_kept():
    assert "\n".join(SHAPES) + "\n" == KEPT
