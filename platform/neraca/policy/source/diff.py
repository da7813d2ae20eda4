"""What two resolved policies say differently, by meaning: what moved, by how much, under which reference.

Layout, comments, order of maps and inheritance do not count: both sides are compared as they resolve.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal, cast

from msgspec import Struct

from neraca.domain.command_rules import PolicyRef
from neraca.policy.findings import Origin, plain
from neraca.policy.source.hashes import calc_hash, calculated, policy_hash, said
from neraca.policy.source.inheritance import Resolved

_NAMING = frozenset({"id", "version", "extends"})


class Change(Struct, frozen=True):
    """One leaf. `before` is None where it was added, `after` where it was removed; `by` is how far a number moved.

    `calculates`: it can move a score or a predicate. `ref` is the reference that governs it, `ref_title` its words.
    """

    path: str
    kind: Literal["added", "removed", "changed"]
    before: str | None
    after: str | None
    by: str | None
    calculates: bool
    ref: str | None
    ref_title: str | None
    origin_before: str | None
    origin_after: str | None


class Difference(Struct, frozen=True):
    """`same_result`: no case can be judged differently (equal calc_hash)."""

    before: str
    after: str
    hash_before: str
    hash_after: str
    same_result: bool
    changes: tuple[Change, ...]


def diff(before: Resolved, after: Resolved) -> Difference:
    leaves_before, leaves_after = dict(_leaves(said(before))), dict(_leaves(said(after)))
    # Of both sides: what only one of them says may still have moved a digit.
    counts = {path for one in (before, after) for path, _ in _leaves(calculated(said(one)))}
    changes = tuple(
        _change(path, leaves_before.get(path), leaves_after.get(path), counts, before, after)
        for path in [*leaves_before, *(path for path in leaves_after if path not in leaves_before)]
        if leaves_before.get(path) != leaves_after.get(path) and path.split("/")[1] not in _NAMING
    )
    return Difference(
        before=PolicyRef.written(before.policy.id, before.policy.version),
        after=PolicyRef.written(after.policy.id, after.policy.version),
        hash_before=policy_hash(before),
        hash_after=policy_hash(after),
        same_result=calc_hash(before) == calc_hash(after),
        changes=changes,
    )


def _change(path: str, old: object, new: object, counts: set[str], before: Resolved, after: Resolved) -> Change:
    ref, title = _reference(path, after) or _reference(path, before) or (None, None)
    by = None
    if _is_number(old) and _is_number(new):
        moved = Decimal(str(new)) - Decimal(str(old))
        by = ("+" if moved > 0 else "") + plain(moved)
    return Change(
        path=path,
        kind="added" if old is None else "removed" if new is None else "changed",
        before=None if old is None else _word(old),
        after=None if new is None else _word(new),
        by=by,
        calculates=path in counts,
        ref=ref,
        ref_title=title,
        origin_before=_origin(path, before),
        origin_after=_origin(path, after),
    )


def _leaves(document: Mapping[str, object], path: str = "") -> Iterator[tuple[str, object]]:
    for key, value in document.items():
        yield from _leaf(f"{path}/{key}", value)


def _leaf(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from _leaves(cast("dict[str, object]", value), path)
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in cast("list[object]", value)):
        for place, item in enumerate(cast("list[object]", value)):
            # Bands of a classifier are ordered pairs of a level and what it asks.
            key, below = cast("list[object]", item) if isinstance(item, list) else (place, item)
            yield from _leaf(f"{path}/{key}", below)
    elif value is not None:
        yield path, value


def _reference(path: str, policy: Resolved) -> tuple[str, str] | None:
    """The `ref` nearest above the leaf."""
    block: dict[str, object] = said(policy)
    key_of_law = ""
    for key in path.split("/")[1:]:
        below = block.get(key)
        if not isinstance(below, dict):
            break
        block = cast("dict[str, object]", below)
        if isinstance(ref := block.get("ref"), str):
            key_of_law = ref
    reference = policy.policy.references.get(key_of_law)
    if reference is None:
        return None
    return key_of_law, f"{reference.title}, {reference.article}" if reference.article else reference.title


def _origin(path: str, policy: Resolved) -> str | None:
    origin: Origin | None = policy.origins.get(path)
    return None if origin is None else str(origin)


def _is_number(value: object) -> bool:
    return isinstance(value, Decimal | int) and not isinstance(value, bool)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_word(one) for one in cast("list[object]", value)) + "]"
    return plain(value)
