"""A closed set, taken into the schema with a description of each word."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import strawberry

EnumT = TypeVar("EnumT", bound=StrEnum)


def describe(kind: type[EnumT], description: str, members: Mapping[EnumT, str]) -> None:
    """Makes an enum one of the schema. Raises TypeError unless each member, and nothing else, is described."""
    if set(members) != {*kind}:
        raise TypeError(f"{kind.__name__}: describe {', '.join(sorted({*kind} ^ members.keys()))}")
    strawberry.enum(kind, description=description)
    for value in getattr(kind, "__strawberry_definition__").values:  # noqa: B009 -- set by the library, not declared
        value.description = members[kind[value.name]]
