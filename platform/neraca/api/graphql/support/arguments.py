"""What may be said to GraphQL: every text in a query or its variables is one line of a bounded length.

Literals are looked at once for each query text: numbers before it is weighed, for weighing reads them, and texts with
the other rules; variables before anything runs. So no argument,
id or cursor of any field comes to a resolver with something in it that the database could not even compare.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, cast

from graphql import (
    DocumentNode,
    FloatValueNode,
    GraphQLError,
    IntValueNode,
    StringValueNode,
    ValidationRule,
    Visitor,
    visit,
)

from neraca.api.graphql.support.context import client_error
from neraca.domain.errors import Invalid
from neraca.domain.period import parse
from neraca.domain.text_kinds import FIRST_YEAR, LAST_YEAR, Kind, fault
from neraca.domain.validation import key

CODE = "BAD_INPUT"

ARGUMENT = Kind("a value", 1_500, "write it on one line", empty=True)
"""Ids, labels, cursors and names of languages: no argument takes more. The longest is a cursor of the order by name,
which has the longest name, of letters of four bytes each, in base64.
"""

_SHORT = 100
"""Characters of a text that may be plain; any argument takes so many."""

LONGEST_NUMBER = 64
"""Characters of a number, which may be an id; of a few thousand Python makes no number at all."""


class Literals(ValidationRule):
    """Texts in the query itself."""

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if (wrong := fault(ARGUMENT, node.value)) is not None:
            self.report_error(GraphQLError(wrong, node, extensions={"code": CODE}))


def long_numbers(document: DocumentNode) -> list[GraphQLError]:
    """What is wrong with numbers in the query itself."""
    numbers = _Numbers()
    visit(document, numbers)
    return numbers.wrong


class _Numbers(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[GraphQLError] = []

    def enter_int_value(self, node: IntValueNode, *_: Any) -> None:
        self._look(node)

    def enter_float_value(self, node: FloatValueNode, *_: Any) -> None:
        self._look(node)

    def _look(self, node: IntValueNode | FloatValueNode) -> None:
        if len(node.value) > LONGEST_NUMBER:
            told = f"a number has {len(node.value):,} characters; at most {LONGEST_NUMBER} are taken"
            self.wrong.append(GraphQLError(told, node, extensions={"code": CODE}))


def wrong_in(variables: Any) -> list[GraphQLError]:
    """What is wrong with texts in the variables, each with the path to it."""
    if isinstance(variables, dict):
        said = cast("dict[str, Any]", variables)
        if all(map(_is_plain, said)) and all(value is None or _is_plain(value) for value in said.values()):
            return []
    return [client_error(CODE, f"{path}: {wrong}") for path, wrong in _faults(variables, "$")]


def _is_plain(value: Any) -> bool:
    """Of a text that is seen to be one line of ASCII at once, as nearly all are."""
    if not isinstance(value, str) or len(value) > _SHORT:
        return False
    return value.isascii() and value.isprintable() and not value.isspace()


def _faults(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if (wrong := fault(ARGUMENT, value)) is not None:
            yield path, wrong
    elif isinstance(value, dict):
        for name, one in cast("dict[str, Any]", value).items():
            if (wrong := fault(ARGUMENT, name)) is not None:
                yield path, wrong
            else:
                yield from _faults(one, f"{path}{name}" if path == "$" else f"{path}.{name}")
    elif isinstance(value, list):
        for nth, one in enumerate(cast("list[Any]", value)):
            yield from _faults(one, f"{path}[{nth}]")


def day(name: str, value: date | datetime | None) -> None:
    """Raises an error with code BAD_INPUT for a day far from anybody's service: no calendar goes there."""
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise client_error(CODE, f"{name}: {value} is outside the years {FIRST_YEAR} to {LAST_YEAR}")


def period(name: str, label: str | None) -> None:
    """Raises an error with code INVALID for a label of no period, which would read as one that has nothing in it, and
    for one far from anybody's service, as `day` does.
    """
    if label is None:
        return
    try:
        # As lenient as the log is read: however a label was let in once, it can be asked for.
        named = parse(label)
    except ValueError as refused:
        raise client_error("INVALID", f"{name}: {refused}") from None
    if not FIRST_YEAR <= named.starts.year <= LAST_YEAR:
        raise client_error("INVALID", f"{name}: {label} is outside the years {FIRST_YEAR} to {LAST_YEAR}")


def number(name: str, employee: str | None) -> None:
    """Raises an error with code INVALID for what can be nobody's number. Whether somebody has it is told to those only
    who may see them.
    """
    if employee is None:
        return
    try:
        key(employee, name, "an employee number")
    except Invalid as refused:
        raise client_error("INVALID", str(refused)) from None


def no_operation(message: str) -> GraphQLError:
    """A document that asks nothing this can answer: a mutation, a subscription, or no operation of that name."""
    return client_error("NO_SUCH_OPERATION", message)
