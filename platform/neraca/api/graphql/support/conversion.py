"""From the structs of other floors to the types of the schema, field by field of the same name.

A field that the struct lacks, or that has another type there, is an error when it is converted; that every field
arrives unchanged is held by a test.
"""

from decimal import Decimal
from typing import TypeVar

import msgspec
from msgspec import Struct

KindT = TypeVar("KindT")


def converted(source: Struct, kind: type[KindT], **instead: object) -> KindT:
    """A GraphQL type made of a struct and all that is in it: tuples become lists, stored words become enums.

    `instead` gives the fields that the struct has not, or that are shown otherwise than it has them.
    """
    return msgspec.convert({**_fields(source), **instead}, kind, from_attributes=True)


def exactly(source: Struct, kind: type[KindT], **instead: object) -> KindT:
    """The same of a struct whose numbers are decimals, which are sent as text."""
    numbers = {name: f"{value:f}" for name, value in _fields(source).items() if isinstance(value, Decimal)}
    return converted(source, kind, **{**numbers, **instead})


def _fields(source: Struct) -> dict[str, object]:
    return {name: getattr(source, name) for name in source.__struct_fields__}
