"""Which fields a query asks for, so that the statement behind it does only that much work."""

from collections.abc import Iterable

from strawberry.types.nodes import FragmentSpread, InlineFragment, SelectedField, Selection

from neraca.api.graphql.asking import Info


def selected(info: Info, *path: str) -> frozenset[str]:
    """GraphQL names of the fields under `path` of the field being resolved, through fragments."""
    here: list[Selection] = [one for field in info.selected_fields for one in field.selections]
    for name in path:
        here = [one for field in _fields(here) if field.name == name for one in field.selections]
    return frozenset(field.name for field in _fields(here))


def _fields(selections: Iterable[Selection]) -> Iterable[SelectedField]:
    for one in selections:
        if isinstance(one, FragmentSpread | InlineFragment):
            yield from _fields(one.selections)
        else:
            yield one
