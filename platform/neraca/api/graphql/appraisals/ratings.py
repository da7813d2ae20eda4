"""Ratings as their readers see them: of named raters one by one, of anonymous groups only what they came to.

Which are which, and what of a group may be known when, is for rater_privacy to say: hidden ratings never come here.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import strawberry
from msgspec import Struct

from neraca.api.graphql.appraisals.explanation import named
from neraca.api.graphql.support.enums import RatingStatus
from neraca.api.graphql.support.scalars import Decimal
from neraca.domain import rater_privacy
from neraca.domain.vocabulary import RATER_GROUP, Relation
from neraca.policy.blocks import Label
from neraca.policy.compiled.compilation import CompiledPolicy
from neraca.policy.compiled.rulebook import ratings
from neraca.policy.numbers import text

_RELATION = {group: relation for relation, group in RATER_GROUP.items()}


class RatingRow(Struct, frozen=True):
    rater: str
    relation: Relation
    scores: dict[str, str]
    note: str | None
    status: RatingStatus
    reason: str | None
    revisions: int
    recorded_at: datetime


@strawberry.type(description="A value given for one indicator.")
class RatingValue:
    indicator: str = strawberry.field(description="Name of the indicator; `*` speaks for all without one of their own.")
    value: Decimal = strawberry.field(description="On the group's scale.")


@strawberry.type(description="What one person gave who is not of an anonymous group.")
class Rating:
    relation: Relation = strawberry.field(description="Of the rater to the person rated.")
    rater: str | None = strawberry.field(description="Employee number, where everybody knows who it is; else null.")
    values: list[RatingValue] = strawberry.field(description="What the rater gave, by indicator.")
    status: RatingStatus = strawberry.field(description="Whether it stands.")
    revised: bool = strawberry.field(description="Whether it was changed after it was given.")
    note: str | None = strawberry.field(description="What the rater wrote.")
    reason: str | None = strawberry.field(description="Why it was revised or withdrawn.")
    recorded_at: datetime | None = strawberry.field(description="When.")


@strawberry.type(description="Who rated in a relation. What an anonymous group came to is a step of the explanation.")
class RaterGroup:
    relation: Relation = strawberry.field(description="Of the raters to the person rated.")
    anonymous: bool = strawberry.field(description="Whether nobody may know who they are.")
    open: bool = strawberry.field(
        description="Whether an anonymous group still takes ratings, none of which counts in what is shown before it "
        "closes with the first final result, or before a cohort is judged."
    )
    count: int | None = strawberry.field(
        description="Ratings that count; withdrawn ones do not. Null for an anonymous group that is open or too small."
    )
    shown: bool = strawberry.field(description="Whether what they gave is shown, or counts in what is shown.")


@strawberry.type(description="One indicator that a rater in some relation gives a value for.")
class RatingQuestion:
    indicator: str = strawberry.field(description="Its name in the policy.")
    least: Decimal = strawberry.field(description="The lowest value that may be given.")
    most: Decimal = strawberry.field(description="The highest.")
    step: Decimal = strawberry.field(description="How far apart the values are that may be given.")
    labels: strawberry.Private[Label]
    guiding: strawberry.Private[tuple[Label, ...]]

    @strawberry.field(description="What people call it.")
    def label(self, language: str = "id") -> str:
        return named(self.labels, language, self.indicator)

    @strawberry.field(description="What whoever judges by it looks at, in order; they weigh nothing by themselves.")
    def guides(self, language: str = "id") -> list[str]:
        return [named(text, language, "") for text in self.guiding]


def questions(plan: CompiledPolicy, relation: Relation) -> list[RatingQuestion]:
    """What raters in this relation are asked, in the order of the policy; nothing where it asks none of them."""
    asked = ratings(plan)
    return [
        RatingQuestion(
            indicator=step.name,
            least=Decimal(text(rule.min)),
            most=Decimal(text(rule.max)),
            step=Decimal(text(rule.step)),
            labels=step.label,
            guiding=step.guides,
        )
        for step in plan.indicators
        if (rule := asked.get(step.name, {}).get(RATER_GROUP[relation])) is not None
    ]


def shown(rows: Iterable[RatingRow]) -> list[Rating]:
    return [
        Rating(
            relation=row.relation,
            rater=row.rater if rater_privacy.is_named(row.relation) else None,
            values=[RatingValue(indicator=name, value=Decimal(value)) for name, value in sorted(row.scores.items())],
            status=row.status,
            revised=row.revisions > 0,
            note=row.note,
            reason=row.reason,
            recorded_at=row.recorded_at,
        )
        for row in sorted(rows, key=lambda row: row.relation)
    ]


def groups(
    rows: Iterable[RatingRow], plan: CompiledPolicy | None, closed: Mapping[str, int | None] | None
) -> list[RaterGroup]:
    named: dict[Relation, int] = {}
    for row in rows:
        named[row.relation] = named.get(row.relation, 0) + (row.status is RatingStatus.GIVEN)
    found = [
        RaterGroup(relation=relation, anonymous=False, open=False, count=count, shown=True)
        for relation, count in named.items()
    ]
    for group in rater_privacy.anonymous_groups(ratings(plan)) if plan else ():
        count = None if closed is None else closed.get(group)
        relation = _RELATION.get(group)
        if relation is None:  # a group nobody can rate in
            continue
        found.append(
            RaterGroup(relation=relation, anonymous=True, open=closed is None, count=count, shown=count is not None)
        )
    return sorted(found, key=lambda one: one.relation)


def open_groups(plan: CompiledPolicy | None, closed: Mapping[str, int | None] | None) -> list[Relation]:
    return [one.relation for one in groups((), plan, closed) if one.open]
