"""Relay connections over key sets: a cursor is the key of its row, so pages stay put while rows come and go."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import msgspec
import strawberry
from graphql import GraphQLError

from neraca.api.graphql.support.context import client_error
from neraca.domain.text_kinds import digits, shown

DEFAULT = 50
MOST = 1_000

FURTHEST = 1_000_000

NodeT = TypeVar("NodeT")
RowT = TypeVar("RowT")


@strawberry.type(description="Where a page is among all pages.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there are rows after this page.")
    has_previous_page: bool = strawberry.field(description="Whether this page was asked for with `after`.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row: the `after` of the next page.")


@strawberry.type(description="A row of a page, and its cursor.")
class Edge(Generic[NodeT]):
    node: NodeT = strawberry.field(description="The row itself.")
    cursor: str = strawberry.field(description="Names this row as a place to go on from.")


@strawberry.type(description="A page of rows, in a fixed order.")
class Connection(Generic[NodeT]):
    edges: list[Edge[NodeT]] = strawberry.field(description="The rows of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page is among all.")
    total_count: int | None = strawberry.field(description="How many rows there are on all pages.")


class Page(msgspec.Struct, frozen=True):
    """`limit` is one row more than was asked for: whether it is there tells if there is a next page."""

    first: int
    after: tuple[str, ...] | None

    @property
    def limit(self) -> int:
        return self.first + 1

    def connection(
        self,
        rows: Sequence[RowT],
        key: Callable[[RowT], tuple[str, ...]],
        node: Callable[[RowT], NodeT],
        total: int | None,
    ) -> Connection[NodeT]:
        edges = [Edge(node=node(row), cursor=_cursor(key(row))) for row in rows[: self.first]]
        return Connection(
            edges=edges,
            page_info=PageInfo(
                has_next_page=len(rows) > self.first,
                has_previous_page=self.after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
            total_count=total,
        )


def page(first: int, after: str | None, width: int) -> Page:
    """`width` is how many parts the key has. Raises an error with code BAD_PAGE."""
    if not 1 <= first <= MOST:
        raise client_error("BAD_PAGE", f"first: {first} - ask for 1 to {MOST} rows at a time")
    if after is None:
        return Page(first, None)
    try:
        key = msgspec.json.decode(urlsafe_b64decode(after), type=tuple[str, ...])
    except (ValueError, RecursionError, msgspec.MsgspecError):
        key = ()
    # PostgreSQL has no text with a zero in it, and would refuse the statement.
    if len(key) != width or any("\x00" in part for part in key):
        raise _no_cursor(after)
    return Page(first, key)


def position(written: str, after: str | None) -> int:
    """Of a list whose key is a position. Raises an error with code BAD_PAGE."""
    found = digits(written)
    if found is None:
        raise _no_cursor(after)
    return found


def _no_cursor(after: str | None) -> GraphQLError:
    return client_error(
        "BAD_PAGE", f"after: {shown(after or '')} is no cursor of this list; send back an endCursor of it"
    )


def _cursor(key: tuple[str, ...]) -> str:
    return urlsafe_b64encode(msgspec.json.encode(key)).decode()


def part(rows: Sequence[RowT], first: int, after: int) -> list[RowT]:
    """At most `first` rows after the first `after` of them. Raises an error with code BAD_PAGE."""
    checked(first, after)
    return [*rows[after : after + first]]


class Range(msgspec.Struct, frozen=True):
    """At most `first` rows of a list, after the first `after` of them."""

    first: int
    after: int


def range_of(first: int, after: int) -> Range:
    """Raises an error with code BAD_PAGE."""
    checked(first, after)
    return Range(first, after)


class Part(Generic[RowT], msgspec.Struct, frozen=True):
    """The rows that a statement gave of one range of a long list, of which it read no others."""

    first: int
    after: int
    rows: list[RowT]


def read_part(parts: Sequence[Part[RowT]] | None, first: int, after: int) -> list[RowT]:
    """The rows of the part that was read for these arguments. Raises an error with code BAD_PAGE."""
    checked(first, after)
    for part in parts or ():
        if (part.first, part.after) == (first, after):
            return part.rows
    return []


def checked(first: int, after: int) -> None:
    """Raises an error with code BAD_PAGE."""
    if not 1 <= first <= MOST:
        raise client_error("BAD_PAGE", f"first: {first} - ask for 1 to {MOST} rows at a time")
    if not 0 <= after <= FURTHEST:
        raise client_error("BAD_PAGE", f"after: {after} - say how many rows to pass over, from 0")
