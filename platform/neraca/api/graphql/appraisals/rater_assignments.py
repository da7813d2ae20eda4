"""Who is assigned to rate in an appraisal, for whoever may know it."""

from datetime import date, datetime

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.graphql.appraisals.rows import AppraisalRow
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.enums import AssignmentStanding, Relation, ScoreStatus
from neraca.domain import rater_privacy, streams
from neraca.domain.appraisal import deadlines
from neraca.domain.authorisation import sees_appraisals
from neraca.domain.command_rules import Rulebook
from neraca.service import rater_deadlines


@strawberry.type(description="That somebody is, or was, assigned to rate.")
class RaterAssignment:
    rater: str = strawberry.field(description="Employee number.")
    relation: Relation = strawberry.field(description="Of the rater to the person rated.")
    standing: AssignmentStanding = strawberry.field(description="Whether it holds.")
    on: date = strawberry.field(description="The day on which they were assigned, declined or were replaced.")
    reason: str | None = strawberry.field(description="Why they declined, were replaced, or were named.")
    instead: str | None = strawberry.field(description="Who came in their place.")
    rated: bool | None = strawberry.field(
        description="Whether they have rated, as it stood when the day began from which they are reminded, and after "
        "the time to rate as it stands; null before, and of whoever declined or was replaced. What they gave, and when "
        "or in what order, is nobody's to know."
    )


class _Rater(Struct, frozen=True):
    rater: str
    relation: Relation
    standing: AssignmentStanding
    on: date
    reason: str | None
    instead: str | None
    moves: list[datetime]
    closed: bool


_RATERS = msgspec.json.Decoder(list[_Rater])


async def of_appraisal(context: RequestContext, row: AppraisalRow) -> list[RaterAssignment] | None:
    """Null for whoever may not know it, and as of the past: from what stood at each position one would have the moment
    of each rating.
    """
    if row.as_of is not None or row.policy_hash is None or row.status is ScoreStatus.CANCELLED:
        return None
    published, agency = await context.policies.by_hash(row.agency, row.policy_hash), context.parts.agencies[row.agency]
    due = None if published is None else deadlines.rating(row.ends, published.rules, agency)
    if published is None or due is None or not _may_know(context, row, published.rules):
        return None
    params = {"agency": row.agency, "stream": streams.appraisal(row.agency, row.employee, row.period)}
    found = await context.parts.reads.one(row.agency, "graphql/assigned-raters", params)
    near, over = rater_deadlines.moments(due, published.rules, agency)
    now = context.now()
    return [
        RaterAssignment(
            rater=one.rater,
            relation=one.relation,
            standing=one.standing,
            on=one.on,
            reason=one.reason,
            instead=one.instead,
            rated=rater_privacy.rating_told(one.moves, near, over=one.closed or now >= over, now=now)
            if one.standing is AssignmentStanding.ASSIGNED
            else None,
        )
        for one in _RATERS.decode(found["rows"])
    ]


def _may_know(context: RequestContext, row: AppraisalRow, rules: Rulebook) -> bool:
    """Whoever assigns, and whoever appraises where the policy says so; the employee never."""
    reader = context.actor
    if reader.id == row.employee or reader.agency not in (None, row.agency):
        return False
    appraises = rules.assigning is not None and rules.assigning.appraiser_told and reader.id == row.appraiser
    return sees_appraisals(reader) or appraises
