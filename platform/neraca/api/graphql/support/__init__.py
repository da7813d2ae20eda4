"""What every type of the schema uses: context, limits, connections, the execution of a query."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.api.graphql.support import (
        arguments,
        as_of,
        connections,
        context,
        conversion,
        enums,
        execution,
        node,
        published_policies,
        scalars,
        selection,
        visibility,
    )

__all__ = [
    "arguments",
    "as_of",
    "connections",
    "context",
    "conversion",
    "enums",
    "execution",
    "node",
    "published_policies",
    "scalars",
    "selection",
    "visibility",
]
