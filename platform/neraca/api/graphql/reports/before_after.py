"""Two periods beside each other: everybody who counts in them, and the same people only."""

from enum import Enum

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.reports import group_access
from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.conversion import exactly
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.service import before_after as service
from neraca.service.before_after import KnownPairs


@strawberry.enum(description="Of whom a comparison is.")
class ComparedPeople(Enum):
    EVERYBODY = strawberry.enum_value("EVERYBODY", description="Everybody who counts in a period.")
    SAME_PEOPLE = strawberry.enum_value("SAME_PEOPLE", description="Those who count in both.")
    FACT = strawberry.enum_value("FACT", description="Nobody: a fact of the office, such as a survey or a time.")


@strawberry.type(description="What one side of a comparison comes to.")
class ComparedNumbers:
    policy: str | None = strawberry.field(
        description="The policy that judged; null for a fact, or where there is none."
    )
    people: int | None = strawberry.field(
        description="How many people, or of a survey answers; of a predicate, who have it."
    )
    lower_quartile: Decimal | None = strawberry.field(description="A quarter of the people have this or less.")
    median: Decimal | None = strawberry.field(description="Half of the people have this or less; of two the mean.")
    upper_quartile: Decimal | None = strawberry.field(description="Three quarters of the people have this or less.")
    mean: Decimal | None = strawberry.field(description="The mean as far as it may be told; of a fact, its value.")
    position: Position | None = strawberry.field(description="The event in the log by which the figures became these.")


@strawberry.type(
    description="One measure before and after. That something began in between does not make it the cause."
)
class BeforeAfter:
    whom: ComparedPeople = strawberry.field(description="Of whom it is.")
    measure: str = strawberry.field(description="score, a node, predicate/<word>, survey/<name> or fact/<name>.")
    before: ComparedNumbers = strawberry.field(description="The first period.")
    after: ComparedNumbers = strawberry.field(description="The second.")
    change: Decimal | None = strawberry.field(description="Of the median; of a fact, of its value.")
    one_rule: bool | None = strawberry.field(
        description="Whether the same policy judged both; if not, scales may differ. Null for facts, or with one side."
    )
    more: int | None = strawberry.field(description="Of the same people, who have more: where results may be seen.")
    fewer: int | None = strawberry.field(description="Who have less.")
    alike: int | None = strawberry.field(description="Who have the same.")


async def read(
    context: RequestContext,
    access_scope: AccessScope,
    measure: str,
    before: str,
    after: str,
    unit: str | None,
    programme: str | None,
) -> list[BeforeAfter]:
    """Of a unit with its facts, of the members of a programme, or of the whole agency."""
    mean = True
    if programme is not None:
        group_access.every_result(access_scope)
    if unit is None:
        group_access.whole_agency(access_scope)
    else:
        mean = await group_access.of_unit(context, access_scope, unit)
    reads, agency = context.parts.reads, access_scope.agency
    params = {"agency": agency} | service.asked(
        measure=measure, before=before, after=after, unit=unit, programme=programme
    )
    rows = [KnownPairs(**row) for row in await reads.rows(agency, f"service/{service.STATEMENT}", params)]
    exact = access_scope.reader is None
    if measure == service.PREDICATE and not mean:
        rows = []  # what an office has of few could be subtracted from what the agency has
    found = await context.parts.threads.run(
        agency, lambda: service.compared(rows, measure, everything=exact, mean=mean), context.parts.longest
    )
    if unit is not None:
        facts = await reads.rows(agency, f"service/{service.FACTS}", params)
        found += service.facts([(row["period"], row["facts"]) for row in facts], before, after)
    return [_converted(one) for one in found]


def _converted(one: service.BeforeAfter) -> BeforeAfter:
    return BeforeAfter(
        whom=ComparedPeople(one.whom),
        measure=one.measure,
        before=exactly(one.before, ComparedNumbers),
        after=exactly(one.after, ComparedNumbers),
        change=None if one.change is None else Decimal(f"{one.change:f}"),
        one_rule=one.one_rule,
        more=one.more,
        fewer=one.fewer,
        alike=one.alike,
    )
