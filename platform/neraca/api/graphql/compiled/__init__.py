"""Queries made into functions once for each shape, so that a row costs what its fields do and no executor beside them.

What cannot be made so, and whatever goes wrong, is left to the library's executor, which tells errors as they are told.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.api.graphql.compiled import plans, resolvers, selections, values

__all__ = ["plans", "resolvers", "selections", "values"]
