"""What can be read, as GraphQL: types, one SQL statement per list or thing, and a small handler."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.api.graphql import access_rules, handler, schema, sockets, streams, support

__all__ = ["access_rules", "handler", "schema", "sockets", "streams", "support"]
