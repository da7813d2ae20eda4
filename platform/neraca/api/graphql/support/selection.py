"""Which fields a query asks for, so that the statement behind it does only that much work."""

from collections.abc import Callable, Iterable
from typing import Any

import strawberry
from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField, Selection

from neraca.api.graphql.support.connections import DEFAULT, FURTHEST, MOST, Range
from neraca.api.graphql.support.context import Info, RequestContext


class PlannedInfo(strawberry.Info[RequestContext, Any]):
    """Of a field of a compiled query, below which everybody who asks it chooses the same: looked up once."""

    chosen: dict[tuple[str, ...], frozenset[str]]
    in_sql: Callable[[tuple[str, ...]], str | None]


def in_sql(info: Info, *path: str) -> str | None:
    """The expression with which a statement tells what is chosen under `path`, if it can tell all of it."""
    return info.in_sql(path) if isinstance(info, PlannedInfo) else None


def selected(info: Info, *path: str) -> frozenset[str]:
    """GraphQL names of the fields under `path` of the field being resolved, through fragments; and of those under each
    of them, as `targets.plannedResult`.
    """
    if not isinstance(info, PlannedInfo):
        return _selected(info, path)
    if path not in info.chosen:
        info.chosen[path] = _selected(info, path)
    return info.chosen[path]


def _selected(info: Info, path: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    for field in _fields(_under(info, path)):
        found.add(field.name)
        found.update(f"{field.name}.{one.name}" for one in _fields(field.selections))
    return frozenset(found)


def ranges(info: Info, of: frozenset[str], *path: str) -> dict[str, list[Range]]:
    """Which rows of each of these lists under `path` are asked for, once for each alias of it that asks for others."""
    if selected(info, *path).isdisjoint(of):
        return {}
    asked: dict[str, dict[Range, None]] = {}
    for field in _fields(_under(info, path)):
        first = _number(field.arguments.get("first"), DEFAULT, MOST)
        after = _number(field.arguments.get("after"), 0, FURTHEST)
        asked.setdefault(field.name, {})[Range(first, after)] = None
    return {name: [*of_list] for name, of_list in asked.items()}


def _number(written: object, usual: int, most: int) -> int:
    """As it stands in the text or came in a variable; the resolver tells of one that is none."""
    try:
        return max(0, min(int(str(written)), most))
    except ValueError:
        return usual


def _under(info: Info, path: tuple[str, ...]) -> list[Selection]:
    here: list[Selection] = [one for field in info.selected_fields for one in field.selections]
    for name in path:
        here = [one for field in _fields(here) if field.name == name for one in field.selections]
    return here


def _fields(selections: Iterable[Selection]) -> Iterable[SelectedField]:
    for one in selections:
        if isinstance(one, FragmentSpread | InlineFragment):
            yield from _fields(one.selections)
        else:
            yield one
