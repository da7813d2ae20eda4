"""Which fields a query asks for, so that the statement behind it does only that much work."""

from collections.abc import Iterable

from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField, Selection

from neraca.api.graphql.support.connections import DEFAULT, FURTHEST, MOST
from neraca.api.graphql.support.context import Info


def selected(info: Info, *path: str) -> frozenset[str]:
    """GraphQL names of the fields under `path` of the field being resolved, through fragments."""
    return frozenset(field.name for field in _fields(_under(info, path)))


def extents(info: Info, *path: str) -> dict[str, int]:
    """How many rows must be read of each list under `path` that is asked for in part, its aliases together."""
    most: dict[str, int] = {}
    for field in _fields(_under(info, path)):
        first, after = (_number(field.arguments.get(name), usual) for name, usual in (("first", DEFAULT), ("after", 0)))
        most[field.name] = max(most.get(field.name, 0), first + after)
    return most


def _number(written: object, usual: int) -> int:
    """As it stands in the text or came in a variable; the resolver tells of one that is none."""
    try:
        return max(0, min(int(str(written)), MOST + FURTHEST))
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
