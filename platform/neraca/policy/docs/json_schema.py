"""The JSON Schema (draft-07) of policy files for editors, from the same types and docstrings that the reader follows.

An overlay is a file with `extends`: it may leave out what its parent says, even the `method` or `kind` that tells which
block it changes. Blocks are told apart with if/then on those keys, so that a mistake is told of the block that is
meant, not of every block it could have been.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias, assert_never, cast

from msgspec import Struct, json
from msgspec.structs import fields

from neraca.policy.check.purpose import NEEDED
from neraca.policy.model import Policy
from neraca.policy.source.binding import Choice, ListOf, MapOf, Maybe, Record, Scalars, Shape, record_of, shape_of

Schema: TypeAlias = dict[str, object]

DRAFT = "http://json-schema.org/draft-07/schema#"

OWN = ("schema", "id", "version", "extends")
"""What an overlay says itself."""

TYPES = {Decimal: "number", int: "integer", bool: "boolean", str: "string"}
HELP = re.compile(r"^ *([a-z_]+): (.+(?:\n {4,}(?![a-z_]+: ).+)*)", re.MULTILINE)


def schema(*, overlay: bool = False) -> Schema:
    writing = _Writing()
    record = shape_of(Policy)
    assert isinstance(record, Record)  # noqa: S101 - a Struct has the shape of a record
    if overlay:
        extends = writing.value(cast("Maybe", record.slots["extends"].shape).shape, part=False)
        rest = record_of(record.type, [slot for key, slot in record.slots.items() if key != "extends"])
        root = writing.record(rest, part=True)
        root["required"] = list(OWN)
        root["properties"] = {**_map(root["properties"]), "extends": extends}
    else:
        root = writing.record(record, part=False)
        root |= _needed(("allowance", "credit"), _needed(("candidacy",), {"required": list(NEEDED["predicate"])}))
    title = "Policy that extends another" if overlay else "Policy"
    return {"$schema": DRAFT, **root, "title": title, "definitions": dict(sorted(writing.definitions.items()))}


def _needed(purposes: tuple[str, ...], otherwise: Schema) -> Schema:
    """What is asked of these purposes, which all need the same."""
    named = {"properties": {"purpose": {"enum": [*purposes]}}, "required": ["purpose"]}
    return {"if": named, "then": {"required": list(NEEDED[purposes[0]])}, "else": otherwise}


def text(*, overlay: bool = False) -> str:
    """As it is kept in a file."""
    return json.format(json.encode(schema(overlay=overlay)), indent=2).decode() + "\n"


def told(kind: type[Struct]) -> tuple[str, Mapping[str, str]]:
    """What a docstring says of the whole, and of each key."""
    whole, _, keys = (kind.__doc__ or "").partition("\n\n")
    return " ".join(whole.split()), {found[1]: " ".join(found[2].split()) for found in HELP.finditer(keys)}


CHOICES = {"method": "Measure", "kind": "Classifier"}
"""What is chosen by a key, as the schema calls it."""


class _Writing:
    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def value(self, shape: Shape, *, part: bool, null: bool = False) -> Schema:
        """`part`: keys may be missing, for the parent has them. A list replaces whole, so its items are whole."""
        match shape:
            case Maybe():
                return self.value(shape.shape, part=part, null=True)
            case Scalars():
                return _scalar(shape, null=null)
            case ListOf():
                return _or_null({"type": "array", "items": self.value(shape.item, part=False)}, null=null)
            case MapOf():
                return _or_null(self.map_of(shape, part=part), null=null)
            case Record():
                return _or_null(self.named(shape.type.__name__, shape, part=part), null=null)
            case Choice():
                return _or_null(self.named(CHOICES[shape.tag], shape, part=part), null=null)
            case _:
                assert_never(shape)

    def named(self, name: str, shape: Record | Choice, *, part: bool) -> Schema:
        key = f"{name}Part" if part else name
        if key not in self.definitions:
            self.definitions[key] = {}
            whole = self.record(shape, part=part) if isinstance(shape, Record) else self.choice(shape, part=part)
            self.definitions[key] = whole
        return {"$ref": f"#/definitions/{key}"}

    def map_of(self, shape: MapOf, *, part: bool) -> Schema:
        value = self.value(shape.value, part=part)
        if shape.key.words:
            return {
                "type": "object",
                "properties": dict.fromkeys(shape.key.words, value),
                "additionalProperties": False,
            }
        whole: Schema = {"type": "object", "additionalProperties": value}
        if shape.key.pattern is not None:
            whole["propertyNames"] = _scalar(shape.key, null=False)
        return whole

    def record(self, shape: Record, *, part: bool, tag: tuple[str, str] | None = None) -> Schema:
        whole, keys = told(shape.type)
        properties: Schema = {} if tag is None else {tag[0]: {"const": tag[1]}}
        properties |= self.properties(shape, keys, part=part)
        required = [] if part else [slot.key for slot in shape.slots.values() if slot.required]
        if tag is not None:
            required.insert(0, tag[0])
        schema: Schema = {"title": _title(shape.type), "description": whole, "type": "object", "properties": properties}
        return schema | ({"required": required} if required else {}) | {"additionalProperties": False}

    def properties(self, shape: Record, keys: Mapping[str, str], *, part: bool) -> Schema:
        defaults = {f.encode_name: f.default for f in fields(shape.type)}
        return {
            slot.key: {
                **({"description": keys[slot.key]} if slot.key in keys else {}),
                **self.value(slot.shape, part=part),
                **_default(defaults[slot.key]),
            }
            for slot in shape.slots.values()
        }

    def choice(self, shape: Choice, *, part: bool) -> Schema:
        kinds = {word: told(record.type)[0] for word, record in shape.records.items()}
        branches: list[Schema] = []
        for word, record in shape.records.items():
            name = f"{record.type.__name__}Part" if part else record.type.__name__
            self.definitions.setdefault(name, self.record(record, part=part, tag=(shape.tag, word)))
            branches.append({"if": _has(shape.tag, word), "then": {"$ref": f"#/definitions/{name}"}})
        if part:
            anything = {"properties": self.any_of(shape), "additionalProperties": False}
            branches.append({"if": {"not": {"required": [shape.tag]}}, "then": anything})
        described = "\n\n".join(f"- `{word}`: {what}" for word, what in kinds.items())
        tag = {"description": described, "enum": list(kinds), "enumDescriptions": list(kinds.values())}
        whole: Schema = {"type": "object", "properties": {shape.tag: tag}, "allOf": branches}
        return whole if part else {**whole, "required": [shape.tag]}

    def any_of(self, shape: Choice) -> Schema:
        """The keys of any of its blocks; what a key holds only where all that have it agree."""
        slots: dict[str, Schema] = {}
        for record in shape.records.values():
            for key, value in self.properties(record, told(record.type)[1], part=True).items():
                given = _map(value)
                if key not in slots:
                    slots[key] = given
                elif _bounds(slots[key]) != _bounds(given):
                    slots[key] = {}
        return dict(slots)


def _has(key: str, word: str) -> Schema:
    return {"properties": {key: {"const": word}}, "required": [key]}


def _bounds(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in ("description", "default")}


def _scalar(shape: Scalars, *, null: bool) -> Schema:
    kinds = [name for kind, name in TYPES.items() if kind in shape.kinds]
    words: list[object] = [*shape.words, *shape.numbers]
    if words and not kinds:
        return {"enum": [*words, None] if null else words}
    types = [*kinds, "null"] if null else kinds
    schema: Schema = {"type": types[0] if len(types) == 1 else types}
    if shape.pattern is not None:
        schema["pattern"] = shape.pattern.pattern
        if shape.advice:
            schema["patternErrorMessage"] = f"write {shape.advice}"
    for key, bound in (("minimum", shape.least), ("maximum", shape.most)):
        if bound is not None:
            schema[key] = int(bound)
    return {"anyOf": [{"enum": words}, schema]} if words else schema


def _or_null(schema: Schema, *, null: bool) -> Schema:
    return {"if": {"type": "null"}, "then": {}, "else": schema} if null else schema


def _default(value: object) -> Schema:
    if isinstance(value, Decimal):
        return {"default": int(value)} if value == int(value) else {}
    return {"default": value} if isinstance(value, bool | int | str) else {}


def _title(kind: type[Struct]) -> str:
    words = re.findall("[A-Z][a-z]*", kind.__name__)
    return " ".join([words[0], *(word.lower() for word in words[1:])])


def _map(value: object) -> Schema:
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]
