"""What of a query is not answered for ever, and the headers that say so: RFC 9745 since when, RFC 8594 until when."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any, cast

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    ObjectFieldNode,
    ValidationRule,
    get_named_type,
    validate,
)

UNTIL = re.compile(r"until (\d{4}-\d{2}-\d{2})\b")
"""How each reason says the last day."""

NOTICE = timedelta(days=365)
"""So long what is deprecated stays."""

_SCHEMA = '</graphql/schema.graphql>; rel="deprecation"; type="text/plain"'


def first_to_go(schema: GraphQLSchema, document: DocumentNode) -> date | None:
    """The last day of what goes first, of all that a valid document says; None where nothing of it is deprecated."""
    found = (UNTIL.search(one.message) for one in validate(schema, document, [_Deprecated]))
    return min((date.fromisoformat(said[1]) for said in found if said is not None), default=None)


def headers(until: date | None) -> Mapping[str, str]:
    if until is None:
        return {}
    over = datetime.combine(until + timedelta(days=1), time.min, UTC)
    since = over - timedelta(days=1) - NOTICE
    return {
        "Deprecation": f"@{int(since.timestamp())}",
        "Sunset": format_datetime(over, usegmt=True),
        "Link": _SCHEMA,
    }


class _Deprecated(ValidationRule):
    """Has the reason of each. The library's own rule asks for a schema that was read from its text."""

    def enter_field(self, *_: Any) -> None:
        self._note(self.context.get_field_def())

    def enter_argument(self, *_: Any) -> None:
        self._note(self.context.get_argument())

    def enter_enum_value(self, *_: Any) -> None:
        self._note(self.context.get_enum_value())

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        # Of the input that the field is within; the library knows its type in part only.
        within = cast(Any, get_named_type)(cast(Any, self.context).get_parent_input_type())
        self._note(getattr(within, "fields", {}).get(node.name.value))

    def _note(self, said: Any) -> None:
        if (why := getattr(said, "deprecation_reason", None)) is not None:
            self.report_error(GraphQLError(why))
