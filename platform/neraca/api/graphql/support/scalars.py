"""Numbers that must not become floats, and positions that outgrow 32 bits: both are text on the wire."""

from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from neraca.domain.text_kinds import digits, shown

Decimal = NewType("Decimal", str)
Position = NewType("Position", int)


def _position(value: Any) -> Position:
    # To Python true is the number 1.
    position = None if isinstance(value, bool) else digits(str(value)) if isinstance(value, int | str) else None
    if position is None:
        raise GraphQLError(f"{shown(str(value))} is no position: write the number from Neraca-Position")
    return Position(position)


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
