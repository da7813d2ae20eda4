"""From log entries to final results, and to what groups of them come to.

What is told of a group moves by five people or more at a time, each name for itself: a median asked for before and
after one more result came in would else tell of that one. Who has come or changed since waits in the gathering.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeAlias, assert_never
from uuid import UUID

from msgspec import Struct

from neraca.domain import streams
from neraca.domain.appraisal import events as appraisal
from neraca.domain.case import Micro
from neraca.domain.command_rules import PolicyRef
from neraca.domain.group_privacy import FLOOR
from neraca.domain.rater_privacy import tells_hidden
from neraca.policy.numbers import micro
from neraca.projecting.projection import Entry, Key, Missed, Table, Workspace, tags
from projections.results.rows import (
    APPRAISAL,
    COUNTED,
    GATHERING,
    MOVED,
    PREDICATE,
    RESULT,
    SCORE,
    TALLY,
    Appraisal,
    Counted,
    Gathering,
    GroupKey,
    Moved,
    Result,
    Tally,
    Told,
)

TAGS = tags(
    appraisal.Opened,
    appraisal.Reassigned,
    appraisal.RatingsClosed,
    appraisal.Finalised,
    appraisal.Joined,
    appraisal.Reopened,
    appraisal.Cancelled,
    appraisal.Cut,
)
ResultEvent: TypeAlias = (
    appraisal.Opened
    | appraisal.Reassigned
    | appraisal.RatingsClosed
    | appraisal.Finalised
    | appraisal.Joined
    | appraisal.Reopened
    | appraisal.Cancelled
)

_LARGEST = 10**14
"""So that the sum over all people of a city stays a bigint."""


class Waiting(Struct, frozen=True):
    """What counts of one of those who wait, and what would; nothing where they are in the group no more."""

    stream: UUID
    employee: str
    before: Told
    after: Told


def apply(work: Workspace, entry: Entry) -> None:
    body: ResultEvent = entry.body  # pyright: ignore[reportAssignmentType] -- the tags are of these
    match body:
        case appraisal.Opened():
            before = work.get(APPRAISAL, entry.stream)
            work.put(APPRAISAL, _opened(entry, body, [] if before is None else before.counted))
        case appraisal.Reassigned():
            row = _appraisal(work, entry.stream)
            row.unit = body.unit
            work.put(APPRAISAL, row)
        case appraisal.RatingsClosed():
            row = _appraisal(work, entry.stream)
            row.closed_by = row.closed_by or body.policy.hash
            work.put(APPRAISAL, row)
        case appraisal.Finalised():
            _fix(work, entry, _finalised(work, entry, body))
        case appraisal.Joined():
            _fix(work, entry, _joined(work, entry, body))
        case appraisal.Reopened() | appraisal.Cancelled():
            _fix(work, entry, None)
        case _:
            assert_never(body)


def missed(work: Workspace, missed: Missed) -> None:
    """A result of which an event is set aside is no result."""
    if work.get(RESULT, missed.stream) is not None:
        _fix(work, missed, None)


def keys(entry: Entry) -> Iterable[tuple[Table[Any], tuple[Key, ...]]]:
    yield APPRAISAL, (entry.stream,)
    yield RESULT, (entry.stream,)


def told(result: Result) -> Told:
    """What counts of a result in a group."""
    found: Told = {node: value for node, value in result.nodes.items() if value is not None}
    found[PREDICATE] = result.predicate
    if result.score is not None:
        found[SCORE] = result.score
    return found


def _opened(entry: Entry, body: appraisal.Opened, counted: list[GroupKey]) -> Appraisal:
    return Appraisal(
        agency=entry.agency,
        stream=entry.stream,
        employee=body.employee,
        period=body.period,
        starts=body.starts,
        ends=body.ends,
        unit=body.unit,
        position_class=body.position_class,
        closed_by=None,
        counted=counted,
    )


def _appraisal(work: Workspace, stream: UUID) -> Appraisal:
    row = work.get(APPRAISAL, stream)
    if row is None:
        raise LookupError(f"no appraisal was opened in {stream}")
    return row


def _finalised(work: Workspace, entry: Entry, body: appraisal.Finalised) -> Result:
    row = _appraisal(work, entry.stream)
    if row.closed_by is None:
        row.closed_by = body.policy.hash
        work.put(APPRAISAL, row)
    # Whether it had hidden ratings is not looked at: of an old result that may tell of some, no node is taken.
    sure = not tells_hidden(body, row.closed_by, any_hidden=True)
    nodes = {name: _micro(value) for name, value in body.nodes.items()} if sure else {}
    return _result(entry, row, body.policy, body.predicate, body.score, nodes, joined=False)


def _joined(work: Workspace, entry: Entry, body: appraisal.Joined) -> Result:
    row = _appraisal(work, entry.stream)
    unshown = {name for part in body.parts for name in _unshown(work, row, part)}
    nodes = {name: None if name in unshown else _micro(value) for name, value in body.nodes.items()}
    return _result(entry, row, body.policy, body.predicate, body.score, nodes, joined=True)


def _unshown(work: Workspace, whole: Appraisal, part: appraisal.JoinedPart) -> Iterable[str]:
    row = work.get(RESULT, streams.appraisal(whole.agency, whole.employee, part.period))
    known = {} if row is None or row.position != part.position else row.nodes
    return [name for name, value in part.nodes.items() if value is not None and known.get(name) is None]


def _micro(value: Decimal | None) -> Micro | None:
    """None also where a column has no room for it: no share of a target, and no rating, is of that size."""
    found = None if value is None else micro(value)
    return None if found is None or abs(found) > _LARGEST else found


def _result(
    entry: Entry,
    row: Appraisal,
    policy: PolicyRef,
    predicate: str,
    score: Decimal | None,
    nodes: dict[str, Micro | None],
    *,
    joined: bool,
) -> Result:
    return Result(
        agency=row.agency,
        stream=row.stream,
        employee=row.employee,
        period=row.period,
        starts=row.starts,
        ends=row.ends,
        unit=row.unit,
        position_class=row.position_class,
        policy=policy.name,
        policy_hash=policy.hash,
        joined=joined,
        predicate=predicate,
        score=_micro(score),
        nodes=nodes,
        position=entry.position,
    )


def _fix(work: Workspace, entry: Entry | Missed, after: Result | None) -> None:
    """The result is now this, or none: it waits in its groups, and so does that it is no longer in those of before."""
    before = work.get(RESULT, entry.stream)
    if after is not None:
        work.put(RESULT, after)
    elif before is not None:
        work.drop(RESULT, entry.stream)
    groups = [(key, one) for one in (before, after) if one is not None for key in _groups(one)]
    for key, one in dict(groups).items():
        _gather(work, key, one, entry)


def _groups(result: Result) -> Iterable[GroupKey]:
    yield "agency", result.period, result.policy_hash, ""
    yield "class", result.period, result.policy_hash, result.position_class or ""
    yield "unit", result.period, result.policy_hash, result.unit


def _gather(work: Workspace, key: GroupKey, result: Result, entry: Entry | Missed) -> None:
    group = work.get(GATHERING, *key) or Gathering(
        work.agency, *key, result.policy, result.starts, result.ends, [], {}, entry.position
    )
    if entry.stream not in group.waiting:
        group.waiting.append(entry.stream)
    if len(group.waiting) < FLOOR:
        # Too few in any case; of the others nothing has changed since they were looked at.
        own = _waiting(work, key, entry.stream)
        if own.before == own.after:
            group.waiting.remove(entry.stream)
        work.put(GATHERING, group)
        return
    work.prefetch(RESULT, [(stream,) for stream in group.waiting])
    work.prefetch(APPRAISAL, [(stream,) for stream in group.waiting])
    waiting = [_waiting(work, key, stream) for stream in group.waiting]
    ready = {name: who for name, who in _differing(waiting).items() if _enough(group, name, who)}
    left = {one.stream for one in waiting if one.before != one.after}
    if ready:
        _move(work, key, ready)
        left -= _count(work, key, group, ready)
        group.position = entry.position
    group.waiting = [stream for stream in group.waiting if stream in left]
    work.put(GATHERING, group)


def _waiting(work: Workspace, key: GroupKey, stream: UUID) -> Waiting:
    counted, result = _counted(work, key, stream), _in_group(work, key, stream)
    known = result or counted
    return Waiting(
        stream,
        known.employee if known else "",
        counted.told if counted else {},
        told(result) if result else {},
    )


def _counted(work: Workspace, key: GroupKey, stream: UUID) -> Counted | None:
    """Asks for a row only where there is one: nearly all who wait are new to the group."""
    return work.get(COUNTED, *key, stream) if key in _appraisal(work, stream).counted else None


def _in_group(work: Workspace, key: GroupKey, stream: UUID) -> Result | None:
    found = work.get(RESULT, stream)
    return found if found is not None and key in _groups(found) else None


def _differing(waiting: list[Waiting]) -> dict[str, list[Waiting]]:
    """By name, who waits with another value under it than is counted."""
    found: dict[str, list[Waiting]] = {}
    for one in waiting:
        before, after = one.before, one.after
        for name in before.keys() | after.keys():
            if before.get(name) != after.get(name):
                found.setdefault(name, []).append(one)
    return found


def _enough(group: Gathering, name: str, changing: list[Waiting]) -> bool:
    """Whether so many change together that none of them is told of, before or after."""
    more = sum((name in one.after) - (name in one.before) for one in changing)
    left = group.people.get(name, 0) + more
    return len(changing) >= FLOOR and (left == 0 or left >= FLOOR)


def _count(work: Workspace, key: GroupKey, group: Gathering, ready: dict[str, list[Waiting]]) -> set[UUID]:
    """Those of whom nothing is left to wait."""
    names: dict[UUID, list[str]] = {}
    whose: dict[UUID, Waiting] = {}
    for name, changing in ready.items():
        group.people[name] = group.people.get(name, 0) + sum(
            (name in one.after) - (name in one.before) for one in changing
        )
        if not group.people[name]:
            del group.people[name]
        for one in changing:
            names.setdefault(one.stream, []).append(name)
            whose[one.stream] = one
    settled: set[UUID] = set()
    for stream, moved in names.items():
        one = whose[stream]
        now = {name: value for name, value in one.before.items() if name not in moved}
        now |= {name: one.after[name] for name in moved if name in one.after}
        _keep(work, key, one, now)
        if now == one.after:
            settled.add(stream)
    return settled


def _keep(work: Workspace, key: GroupKey, one: Waiting, now: Told) -> None:
    row, of = _counted(work, key, one.stream), _appraisal(work, one.stream)
    if now:
        if row is None:
            of.counted = [*of.counted, key]
            work.put(APPRAISAL, of)
            row = Counted(work.agency, *key, one.stream, one.employee, {})
        row.told = now
        work.put(COUNTED, row)
    elif row is not None:
        of.counted = [known for known in of.counted if known != key]
        work.put(APPRAISAL, of)
        work.drop(COUNTED, *key, one.stream)


def _move(work: Workspace, key: GroupKey, ready: dict[str, list[Waiting]]) -> None:
    """Not of a unit, which is small enough to be summed up when somebody asks."""
    if key[0] == "unit":
        return
    row = work.get(MOVED, *key) or Moved(work.agency, *key, {})
    for name, changing in ready.items():
        moved = row.people.setdefault(name, {})
        for one in changing:
            for value, step in ((one.before.get(name), -1), (one.after.get(name), +1)):
                if isinstance(value, int):
                    moved[value] = moved.get(value, 0) + step
    work.put(MOVED, row)


def complete(work: Workspace) -> None:
    """How many have which value, once a batch is in: so one question is for all of it."""
    moved = [
        ((row.grouping, row.period, row.policy_hash, row.member, name, value), people)
        for row in work.changed(MOVED)
        for name, values in row.people.items()
        for value, people in values.items()
        if people
    ]
    work.prefetch(TALLY, [of for of, _ in moved])
    for of, people in moved:
        row = work.get(TALLY, *of) or Tally(work.agency, *of, 0)
        row.people += people
        if row.people:
            work.put(TALLY, row)
        else:
            work.drop(TALLY, *of)
    for row in [*work.changed(MOVED)]:
        work.drop(MOVED, row.grouping, row.period, row.policy_hash, row.member)
