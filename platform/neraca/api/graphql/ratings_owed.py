"""What somebody is assigned to rate and has not yet, as they themselves may know it."""

from datetime import date

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.enums import AssignmentStanding, Relation
from neraca.domain.appraisal import deadlines


@strawberry.type(description="An appraisal in which the reader is assigned to rate and has not yet.")
class RatingOwed:
    employee_number: str = strawberry.field(description="Employee number of the person to be rated.")
    period: str = strawberry.field(description="Label of the period.")
    relation: Relation = strawberry.field(description="As what the reader rates.")
    on: date = strawberry.field(description="The day on which they were assigned.")
    first: date = strawberry.field(description="The first day on which they may rate.")
    last: date = strawberry.field(description="The last one.")


class _Owed(Struct, frozen=True):
    employee: str
    period: str
    ends: date
    policy_hash: str
    relation: Relation
    on: date


_OWED = msgspec.json.Decoder(list[_Owed])


async def read(context: RequestContext, agency_id: str, person: str) -> list[RatingOwed]:
    """Of the person who asks, as it is now."""
    params = {"agency": agency_id, "person": person, "assigned": AssignmentStanding.ASSIGNED.value}
    found = await context.parts.reads.one(agency_id, "graphql/ratings-owed", params)
    agency, told = context.parts.agencies[agency_id], list[RatingOwed]()
    today = context.today(agency_id)
    for one in _OWED.decode(found["rows"]):
        published = await context.policies.by_hash(agency_id, one.policy_hash)
        if published is None or published.rules.assigning is None:
            continue
        first, last = deadlines.rating_window(one.ends, published.rules.assigning, agency)
        if today <= last:
            told.append(
                RatingOwed(
                    employee_number=one.employee,
                    period=one.period,
                    relation=one.relation,
                    on=one.on,
                    first=first,
                    last=last,
                )
            )
    return told
