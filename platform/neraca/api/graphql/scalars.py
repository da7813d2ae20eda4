"""Numbers that must not become floats, and positions that outgrow 32 bits: both are text on the wire."""

from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

Decimal = NewType("Decimal", str)
Position = NewType("Position", int)


def _position(value: Any) -> Position:
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal() or len(text) > 18:
        raise GraphQLError(f"'{text}' is no position: write the number from Neraca-Position")
    return Position(int(text))


SCALARS: dict[object, ScalarDefinition] = {
    Decimal: strawberry.scalar(
        name="Decimal", description='An exact decimal number as text, such as "93.07".', serialize=str, parse_value=str
    ),
    Position: strawberry.scalar(
        name="Position",
        description="A place in an agency's log, as text; events are numbered from 1 without gaps.",
        serialize=str,
        parse_value=_position,
    ),
}
