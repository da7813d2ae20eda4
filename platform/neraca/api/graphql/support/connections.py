"""Relay connections over key sets: a cursor is the key of its row, so pages stay put while rows come and go."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
import strawberry
from graphql import GraphQLError
from psycopg.types.numeric import Int8

from neraca.api.authentication import bulk
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.enums.orders import OrderDirection
from neraca.api.graphql.support.told import Told
from neraca.domain.text_kinds import digits, shown

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

DEFAULT = 50
MOST_OF_PAGE = 100
MOST = 1_000
"""Rows of a list, and of a page for who has the scope `bulk`."""

FURTHEST = 1_000_000

NodeT = TypeVar("NodeT")
FilterT = TypeVar("FilterT", bound="DataclassInstance")
RowT = TypeVar("RowT")


@strawberry.type(description="Where a page is among all pages.")
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="Whether there are rows after this page; of a page that was asked for with `last`, whether it was "
        "with `before`."
    )
    has_previous_page: bool = strawberry.field(
        description="Whether this page was asked for with `after`; of a page that was asked for with `last`, whether "
        "there are rows before it."
    )
    start_cursor: str | None = strawberry.field(description="Cursor of the first row: the `before` of the page before.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row: the `after` of the next page.")


@strawberry.type(description="A row of a page, and its cursor.")
class Edge(Generic[NodeT]):
    node: NodeT = strawberry.field(description="The row itself.")
    key: strawberry.Private[tuple[str, ...]]
    page: strawberry.Private["Page"]

    @strawberry.field(description="Names this row as a place to go on from.")
    def cursor(self) -> str:
        return self.page.cursor(self.key)


@strawberry.type(description="A page of rows, in a fixed order.")
class Connection(Generic[NodeT]):
    edges: list[Edge[NodeT]] = strawberry.field(description="The rows of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page is among all.")
    total_count: int | None = strawberry.field(description="How many rows there are on all pages.")


class Order(msgspec.Struct, frozen=True):
    """`by` names the column that comes before the key of a row, None where the key is all there is; `whole` where it
    is a whole number.
    """

    by: str | None = None
    whole: bool = False
    descending: bool = False

    @property
    def name(self) -> str:
        """As cursors have it: a place in one order says nothing in another."""
        return f"{self.by or 'number'}{'-desc' if self.descending else ''}"


BY_KEY = Order()
_WHOLE = frozenset({"score", "changed"})

IN_FILTER = strawberry.argument(deprecation_reason="Say it in `filter`; it is taken here until 2027-11-30.")
"""Of an argument that says which rows."""


def in_order(by: str, direction: OrderDirection) -> Order:
    return Order(None if by == "number" else by, whole=by in _WHOLE, descending=direction is OrderDirection.DESC)


def narrowed(said: FilterT, beside: Mapping[str, Any]) -> FilterT:
    """A filter with what is said in arguments beside it. Raises an error with code BAD_INPUT for what is said twice."""
    given = {name: value for name, value in beside.items() if value is not None}
    if twice := sorted(name for name in given if getattr(said, name) is not None):
        raise client_error("BAD_INPUT", f"filter: {', '.join(twice)} is said beside it as well; say it there alone")
    return replace(said, **given)


class Page(msgspec.Struct, frozen=True):
    """`size` rows after `after` and before `before`: the first of them, or `backwards` the last.

    `limit` is one row more than was asked for: whether it is there tells if there is a further page.
    """

    size: int
    after: tuple[str, ...] | None = None
    before: tuple[str, ...] | None = None
    backwards: bool = False
    order: Order = BY_KEY

    @property
    def limit(self) -> int:
        return self.size + 1

    @property
    def sections(self) -> frozenset[str]:
        """Of a statement that gives the rows in any order, from either end."""
        above, below = self._bounds
        return _sections(self.order.by, above is not None, below is not None, self._downwards, self.backwards)

    def params(self, *key: str) -> dict[str, Any]:
        """Those of its sections; `key` are the names of what a row's key consists of."""
        names = key if self.order.by is None else ("key", *key)
        found: dict[str, Any] = {"limit": self.limit, **_nowhere(("key", *key))}
        if self.after is None and self.before is None:
            return found
        for name, bound in zip(("above", "below"), self._bounds, strict=True):
            values = dict(zip(names, bound or (), strict=False))
            found |= {f"{name}_{one}": self._typed(one, values.get(one)) for one in ("key", *key)}
        return found

    def key(self, column: str | int | None, *key: str) -> tuple[str, ...]:
        """Where a row is."""
        return key if self.order.by is None else (str(column), *key)

    def connection(
        self,
        rows: Sequence[RowT],
        key: Callable[[RowT], tuple[str, ...]],
        node: Callable[[RowT], NodeT],
        total: int | None,
    ) -> Connection[NodeT]:
        """Of rows from the lowest to the highest, whichever of them were asked for."""
        shown = self._shown(rows)
        edges = [Edge(node=node(row), key=key(row), page=self) for row in shown]
        return Connection(edges=edges, page_info=self._where(rows, shown, key), total_count=total)

    def told(
        self,
        rows: Sequence[RowT],
        key: Callable[[RowT], tuple[str, ...]],
        edges: bytes,
        total: int | None,
    ) -> Connection[Any]:
        """The same, where a statement has told the edges that are shown."""
        shown = self._shown(rows)
        told: Any = Told(msgspec.Raw(b"[%b]" % edges))
        return Connection(edges=told, page_info=self._where(rows, shown, key), total_count=total)

    def cursor(self, key: tuple[str, ...]) -> str:
        named = key if self.order == BY_KEY else (self.order.name, *key)
        return urlsafe_b64encode(msgspec.json.encode(named)).decode()

    def _shown(self, rows: Sequence[RowT]) -> Sequence[RowT]:
        shown = rows[-self.size :] if self._downwards else rows[: self.size]
        return shown[::-1] if self.order.descending else shown

    def _where(self, rows: Sequence[RowT], shown: Sequence[RowT], key: Callable[[RowT], tuple[str, ...]]) -> PageInfo:
        further = len(rows) > self.size
        return PageInfo(
            has_next_page=self.before is not None if self.backwards else further,
            has_previous_page=further if self.backwards else self.after is not None,
            start_cursor=self.cursor(key(shown[0])) if shown else None,
            end_cursor=self.cursor(key(shown[-1])) if shown else None,
        )

    @property
    def _downwards(self) -> bool:
        return self.backwards != self.order.descending

    @property
    def _bounds(self) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
        return (self.before, self.after) if self.order.descending else (self.after, self.before)

    def _typed(self, name: str, value: str | None) -> str | Int8 | None:
        return Int8(int(value)) if name == "key" and self.order.whole and value is not None else value


@lru_cache(256)
def _sections(by: str | None, above: bool, below: bool, downwards: bool, backwards: bool) -> frozenset[str]:
    named = {
        f"by_{by}": by is not None,
        "keyed": by is not None,
        "above": above,
        "below": below,
        "downwards": downwards,
        "upwards": not downwards,
        "backwards": backwards,
        "forwards": not backwards,
    }
    return frozenset(name for name, wanted in named.items() if wanted)


@lru_cache(256)
def _nowhere(names: tuple[str, ...]) -> Mapping[str, None]:
    """The bounds of a page that has none."""
    return MappingProxyType({f"{bound}_{one}": None for bound in ("above", "below") for one in names})


def page(
    context: RequestContext,
    width: int,
    first: int | None,
    after: str | None,
    last: int | None = None,
    before: str | None = None,
    order: Order = BY_KEY,
    *,
    numbered: bool = False,
) -> Page:
    """`width` is how many parts the key of a row has, of which the last is a position where it is `numbered`. Raises an
    error with code BAD_PAGE.
    """
    if first is not None and last is not None:
        raise client_error("BAD_PAGE", "first and last: ask for the first rows, or for the last")
    size = DEFAULT if first is None else first
    if last is not None:
        size = last
    most = MOST if bulk(context.actor) else MOST_OF_PAGE
    if not 1 <= size <= most:
        name = "first" if last is None else "last"
        if most < size <= MOST:
            told = f"{name}: {size} - ask for 1 to {most} rows at a time, or with the scope bulk up to {MOST}"
            raise client_error("BAD_PAGE", told)
        raise client_error("BAD_PAGE", f"{name}: {size} - ask for 1 to {most} rows at a time")
    return Page(
        size,
        _place("after", after, width, order, numbered),
        _place("before", before, width, order, numbered),
        backwards=last is not None,
        order=order,
    )


def _place(name: str, cursor: str | None, width: int, order: Order, numbered: bool) -> tuple[str, ...] | None:
    if cursor is None:
        return None
    try:
        found = msgspec.json.decode(urlsafe_b64decode(cursor), type=tuple[str, ...])
    except (ValueError, RecursionError, msgspec.MsgspecError):
        raise _no_cursor(name, cursor) from None
    if order != BY_KEY:
        if found[:1] != (order.name,):
            raise _no_cursor(name, cursor)
        found = found[1:]
    # PostgreSQL has no text with a zero in it, and would refuse the statement.
    if len(found) != width + (order.by is not None) or any("\x00" in part for part in found):
        raise _no_cursor(name, cursor)
    if (order.whole and not _is_whole(found[0])) or (numbered and digits(found[-1]) is None):
        raise _no_cursor(name, cursor)
    return found


def _is_whole(written: str) -> bool:
    number = digits(written.removeprefix("-"), 19)
    return number is not None and number <= (2**63 if written.startswith("-") else 2**63 - 1)


def _no_cursor(name: str, cursor: str | None) -> GraphQLError:
    return client_error(
        "BAD_PAGE",
        f"{name}: {shown(cursor or '')} is no cursor of this list in this order; send back one that it gave",
    )


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
