"""Which ratings may be shown, and of which it may be told who gave them.

A rater is named only where everybody knows who it is: the supervisor and the person themselves, unless the policy makes
them anonymous. A group that is anonymous, or of which the policy says nothing, is shown without rater, note, reason and
time, in the order of its values, and not at all below the policy's floor.
"""

from collections.abc import Iterable
from datetime import datetime

import strawberry
from msgspec import Struct

from neraca.api.graphql.scalars import Decimal
from neraca.domain.vocabulary import RATER_GROUP, Relation
from neraca.policy.methods.rated import RatedStep
from neraca.policy.methods.scope import SHOWN_FROM
from neraca.policy.plan import Plan

_NAMED = frozenset({Relation.SUPERVISOR, Relation.SELF})


class RatingRow(Struct, frozen=True):
    rater: str
    relation: Relation
    scores: dict[str, str]
    note: str | None
    status: str
    reason: str | None
    revisions: int
    recorded_at: datetime


@strawberry.type(description="A value given for one indicator.")
class Value:
    indicator: str = strawberry.field(description="Name of the indicator; `*` speaks for all without one of their own.")
    value: Decimal = strawberry.field(description="On the group's scale.")


@strawberry.type(description="What one person gave. Who it was is told only where everybody knows.")
class Rating:
    relation: str = strawberry.field(description="Of the rater to the person rated.")
    rater: str | None = strawberry.field(description="Employee number; null for an anonymous group.")
    values: list[Value] = strawberry.field(description="Value by indicator.")
    status: str = strawberry.field(description="given or withdrawn.")
    revised: bool = strawberry.field(description="Whether it was changed after it was given.")
    note: str | None = strawberry.field(description="What the rater wrote; null for an anonymous group.")
    reason: str | None = strawberry.field(description="Why it was revised or withdrawn; null for an anonymous group.")
    recorded_at: datetime | None = strawberry.field(description="When; null for an anonymous group.")


@strawberry.type(description="How many rated in a relation, and whether what they gave may be shown.")
class RaterGroup:
    relation: str = strawberry.field(description="Of the raters to the person rated.")
    count: int = strawberry.field(description="Ratings that count; withdrawn ones do not.")
    anonymous: bool = strawberry.field(description="Whether nobody may know who they are.")
    shown: bool = strawberry.field(description="False below the floor.")


class _Rule(Struct, frozen=True):
    anonymous: bool
    floor: int


def shown(rows: Iterable[RatingRow], plan: Plan | None) -> list[Rating]:
    found: list[Rating] = []
    for relation, group in _by_relation(rows).items():
        rule = _rule(relation, plan)
        if not rule.anonymous:
            found += [_open(row) for row in group]
        else:
            given = _given(group)
            if len(given) >= rule.floor:
                found += sorted(
                    (_veiled(row) for row in given), key=lambda one: [(v.indicator, v.value) for v in one.values]
                )
    return found


def groups(rows: Iterable[RatingRow], plan: Plan | None) -> list[RaterGroup]:
    found: list[RaterGroup] = []
    for relation, group in _by_relation(rows).items():
        rule, count = _rule(relation, plan), len(_given(group))
        found.append(
            RaterGroup(
                relation=relation.value,
                count=count,
                anonymous=rule.anonymous,
                shown=not rule.anonymous or count >= rule.floor,
            )
        )
    return found


def _by_relation(rows: Iterable[RatingRow]) -> dict[Relation, list[RatingRow]]:
    found: dict[Relation, list[RatingRow]] = {}
    for row in rows:
        found.setdefault(row.relation, []).append(row)
    return dict(sorted(found.items()))


def _given(group: Iterable[RatingRow]) -> list[RatingRow]:
    return [row for row in group if row.status == "given"]


def _rule(relation: Relation, plan: Plan | None) -> _Rule:
    """The strictest of the panels that hear this group. A citizen is never named, whatever a policy says."""
    name = RATER_GROUP[relation]
    heard = [
        group
        for step in (plan.indicators if plan else ())
        if isinstance(step.measuring, RatedStep)
        for group in step.measuring.panel.groups
        if group.name == name
    ]
    unknown = not heard and relation not in _NAMED
    anonymous = any(group.anonymous for group in heard) or unknown or relation is Relation.CITIZEN
    return _Rule(anonymous, max([SHOWN_FROM, *(group.floor for group in heard)]))


def _open(row: RatingRow) -> Rating:
    return Rating(
        relation=row.relation.value,
        rater=row.rater,
        values=_values(row),
        status=row.status,
        revised=row.revisions > 0,
        note=row.note,
        reason=row.reason,
        recorded_at=row.recorded_at,
    )


def _veiled(row: RatingRow) -> Rating:
    return Rating(
        relation=row.relation.value,
        rater=None,
        values=_values(row),
        status=row.status,
        revised=False,
        note=None,
        reason=None,
        recorded_at=None,
    )


def _values(row: RatingRow) -> list[Value]:
    return [Value(indicator=name, value=Decimal(value)) for name, value in sorted(row.scores.items())]
