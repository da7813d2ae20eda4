"""What is not of the type it must be of, in words: where, what stands there, and what to write.

The typed decoder speaks of its own types and stops at its first mistake: «Expected `int`, got `str` - at `$.year`».
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from msgspec import Struct, ValidationError, inspect

from neraca.domain import validation
from neraca.domain.text_kinds import counted, shown

_KINDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a decimal number",
    "decimal": "a decimal number",
    "bool": "true or false",
    "null": "nothing",
    "object": "an object in {}",
    "array": "a list in []",
    "date": "a date",
    "datetime": "an instant",
}
_PART = re.compile(r"\.([^.\[]+)|\[([0-9]+)\]")
_SIGNS = {">=": "at least ", "<=": "at most ", ">": "more than ", "<": "less than ", "==": "exactly "}


class ShapeFault(Struct, frozen=True):
    """`pointer` is a JSON pointer, as far as it is known."""

    pointer: str
    detail: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.detail}" if self.pointer else self.detail


def shape_fault(wrong: ValidationError) -> ShapeFault:
    what, _, path = str(wrong).partition(" - at `")
    pointer = _pointer(path.rstrip("`"))
    if missing := re.search(r"missing required field `([^`]+)`", what):
        return ShapeFault(f"{pointer}/{missing[1]}", f"'{missing[1]}' is missing: add it")
    if unknown := re.search(r"contains unknown field `([^`]+)`", what):
        return ShapeFault(f"{pointer}/{unknown[1]}", f"no field '{unknown[1]}': take it away")
    return ShapeFault(pointer, _said(what))


def fields_at_fault(kind: type[Struct], raw: object) -> Iterator[ShapeFault]:
    """Every field that JSON of this type lacks, and every one that it has beside, where the decoder tells of one."""
    return _in(inspect.type_info(kind), raw, "")


def _in(type_: inspect.Type, raw: object, at: str) -> Iterator[ShapeFault]:
    match type_:
        case inspect.Metadata():
            yield from _in(type_.type, raw, at)
        case inspect.UnionType():
            for one in type_.types:
                yield from _in(one, raw, at)
        case inspect.ListType() | inspect.VarTupleType() if isinstance(raw, list):
            for nth, item in enumerate(cast("list[object]", raw)):
                yield from _in(type_.item_type, item, f"{at}/{nth}")
        case inspect.StructType() if isinstance(raw, Mapping):
            yield from _of(type_, cast("Mapping[str, Any]", raw), at)
        case _:
            pass


def _of(type_: inspect.StructType, raw: Mapping[str, Any], at: str) -> Iterator[ShapeFault]:
    fields = {field.encode_name: field for field in type_.fields}
    for name, field in fields.items():
        if field.required and name not in raw:
            yield ShapeFault(f"{at}/{name}", f"'{name}' is missing: add it")
    for name in raw:
        if type_.forbid_unknown_fields and name not in fields and name != type_.tag_field:
            yield ShapeFault(f"{at}{validation.pointer(name)}", f"no field {shown(name)}: take it away")
    for name, field in fields.items():
        if name in raw:
            yield from _in(field.type, raw[name], f"{at}/{name}")


def _pointer(path: str) -> str:
    """msgspec writes `$.results[...].id` where it does not know which one; the pointer stops at what is known."""
    known = path.partition("[...]")[0].removeprefix("$").removeprefix("key in ")
    return "".join(f"/{name or index}" for name, index in _PART.findall(known))


def _said(what: str) -> str:
    """In our words where there are any."""
    for pattern, said in _SAID:
        if (found := pattern.fullmatch(what)) is not None:
            return said(found.groups())
    return what


def _instead(parts: Sequence[str]) -> str:
    wanted, got = parts
    return f"here stands {_named(got)}; write {_named(wanted)}"


def _long(parts: Sequence[str]) -> str:
    wanted, sign, bound = parts
    of = ("entry", "entries") if "array" in wanted else ("character", "characters")
    return f"write {_named(wanted)} of {_SIGNS[sign]}{counted(int(bound), *of)}"


def _bounded(parts: Sequence[str]) -> str:
    wanted, sign, bound = parts
    return f"write {_named(wanted)} of {_SIGNS[sign]}{bound}"


def _named(types: str) -> str:
    return " or ".join(dict.fromkeys(_KINDS.get(one, one) for one in types.split(" | ")))


_SAID: tuple[tuple[re.Pattern[str], Callable[[Sequence[str]], str]], ...] = (
    (re.compile(r"Expected `([^`]+)`, got `([^`]+)`"), _instead),
    (re.compile(r"Expected `([^`]+)` of length (>=|<=|==) ([0-9]+)"), _long),
    (re.compile(r"Expected `([^`]+)` (>=|<=|>|<) (\S+)"), _bounded),
    (re.compile(r"Expected `[^`]+` matching regex '(.*)'"), lambda parts: f"write a text of the form {parts[0]}"),
    (
        re.compile(r"Invalid enum value '(.*)'"),
        lambda parts: f"{shown(parts[0])} is none of the words there are for it",
    ),
    (re.compile(r"Invalid RFC3339 encoded date"), lambda _: "it is no date; write one such as 2025-07-01"),
    (
        re.compile(r"Invalid RFC3339 encoded datetime|Expected `datetime[^`]*` with a timezone component"),
        lambda _: "it is no instant; write one such as 2026-01-31T17:00:00Z",
    ),
    (re.compile(r"Invalid decimal string"), lambda _: "it is no number; write one such as 12.5"),
)
