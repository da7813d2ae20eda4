"""What rows are made of, down to the fields of what is kept as JSON in them.

A fold may keep a state of the domain in its rows, which changes without the tables: rows of another shape would differ
from those made again, and look like an altered log.
"""

from collections.abc import Iterable
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct


def shape(rows: Iterable[type[Struct]]) -> str:
    """Each class of the rows and of what is in them, once, with the names and types of its fields."""
    found: dict[type[Struct], str] = {}
    for row in rows:
        _fields(row, found)
    return "\n".join(found.values())


def _fields(kind: type[Struct], found: dict[type[Struct], str]) -> None:
    if kind in found:
        return
    found[kind] = ""  # so that one which holds its like ends
    hints = get_type_hints(kind)
    told = [f"{name}: {_type(hints[name], found)}" for name in kind.__struct_fields__]
    found[kind] = f"{kind.__name__}({', '.join(told)})"


def _type(kind: Any, found: dict[type[Struct], str]) -> str:
    if _has_fields(kind):
        _fields(kind, found)
    origin, parts = get_origin(kind), [_type(part, found) for part in get_args(kind)]
    # Unions of both spellings have other names in other Pythons.
    if origin in (Union, UnionType):
        return " | ".join(parts)
    named = getattr(origin or kind, "__name__", None) or str(kind)
    return f"{named}[{', '.join(parts)}]" if parts else named


def _has_fields(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)
