"""Service points, what citizens said of them, and their comments."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import strawberry

from neraca.api.authentication import AccessScope
from neraca.api.graphql.support import connections
from neraca.api.graphql.support.context import RequestContext, client_error
from neraca.api.graphql.support.enums import Burst, CommentStanding, ServiceCategory, ServicePointKind
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.domain.survey.satisfaction import ElementMean
from neraca.service import satisfaction as service
from neraca.service.satisfaction import ClosedSurvey, Told


@strawberry.type(description="An office, health centre or counter where citizens are served and asked.")
class ServicePoint:
    id: str = strawberry.field(description="Its id in the agency.")
    unit: str = strawberry.field(description="Id of the unit.")
    name: str = strawberry.field(description="Its name.")
    kind: ServicePointKind = strawberry.field(description="What it is.")
    hours: str | None = strawberry.field(description="Hours of its working days, such as 08:00-15:30.")
    since: date = strawberry.field(description="The first day on which it serves.")
    until: date | None = strawberry.field(description="The last day, where it has ended.")


@strawberry.type(description="What was answered to one element of a survey, on a scale of 1 to 4.")
class SatisfactionElement:
    element: str = strawberry.field(description="Such as u1, the first of the nine of PermenPANRB 14/2017.")
    mean: Decimal = strawberry.field(description="To three places.")
    answers: int = strawberry.field(description="How many; never fewer than ten.")


@strawberry.type(description="How many answers came in a way that somebody should look at. None is left out for it.")
class Noticed:
    kind: Burst = strawberry.field(description="What was noticed.")
    answers: int = strawberry.field(description="Of how many answers.")


@strawberry.type(description="What citizens said of one service point.")
class PointSatisfaction:
    point: str = strawberry.field(description="Id of the service point.")
    name: str = strawberry.field(description="Its name.")
    kind: ServicePointKind | None = strawberry.field(description="What it is.")
    answered: int | None = strawberry.field(description="How many answered; null where too few did to be told.")
    index: Decimal | None = strawberry.field(description="25 to 100; null where too few answered an element.")
    category: ServiceCategory | None = strawberry.field(description="By the index.")
    change: Decimal | None = strawberry.field(description="Of the index, against the period before of the same length.")
    unverified: int | None = strawberry.field(description="How many answered over the open link; null if too few.")
    unverified_index: Decimal | None = strawberry.field(description="What those came to; it counts nowhere.")
    of: strawberry.Private[Told]

    @strawberry.field(description="Those that enough citizens answered.")
    def elements(self) -> list[SatisfactionElement]:
        return _elements(self.of.verified.elements)


@strawberry.type(description="What citizens said of a unit in a survey of a period, once it was closed.")
class UnitSatisfaction:
    unit: str = strawberry.field(description="Id of the unit.")
    survey: str = strawberry.field(description="The survey's name.")
    period: str = strawberry.field(description="The period.")
    answered: int | None = strawberry.field(
        description="How many answered the element that most answered; null where too few did to be told."
    )
    index: Decimal | None = strawberry.field(
        description="Index of public satisfaction (IKM), 25 to 100: each element's mean x its weight, 0.111 of nine, "
        "x 25, as public sources tell of PermenPANRB 14/2017; null where fewer than ten answered an element."
    )
    category: ServiceCategory | None = strawberry.field(description="By the index, with limits of the same sources.")
    change: Decimal | None = strawberry.field(description="Of the index, against the period before of the same length.")
    supplemented: bool = strawberry.field(
        description="Whether a few answers came at a later closing: they wait for others, and are told of nowhere."
    )
    position: Position = strawberry.field(
        description="Of the closing in the log, from which all of it can be computed."
    )
    of: strawberry.Private[Told]
    of_points: strawberry.Private[list[Told]]
    sees_surveys: strawberry.Private[bool]

    @strawberry.field(description="Those that enough citizens answered.")
    def elements(self) -> list[SatisfactionElement]:
        return _elements(self.of.verified.elements)

    @strawberry.field(description="Its service points; what too few said of one, or of all others, is told of none.")
    def points(self, first: int = connections.DEFAULT, after: int = 0) -> list[PointSatisfaction]:
        return connections.part([_point(one) for one in self.of_points], first, after)

    @strawberry.field(
        description="What was noticed of the answers, by the log's own evidence; null for who neither runs nor checks "
        "surveys."
    )
    def flagged(self) -> list[Noticed] | None:
        return noticed([one.row.flagged for one in self.of_points]) if self.sees_surveys else None


@strawberry.type(description="What citizens said of all units together that enough of them answered for.")
class AgencySatisfaction:
    survey: str = strawberry.field(description="The survey's name.")
    period: str = strawberry.field(description="The period.")
    units: int = strawberry.field(description="How many units are in it.")
    index: Decimal | None = strawberry.field(description="As of a unit, of all answers together.")
    category: ServiceCategory | None = strawberry.field(description="By the index.")
    change: Decimal | None = strawberry.field(description="Of the index, against the period before of the same length.")
    final: int = strawberry.field(description="How many people have a final result of the period: the other measure.")
    position: Position = strawberry.field(description="Of the last closing in the log.")


@strawberry.type(description="What a citizen added in words.")
class CitizenComment:
    unit: str = strawberry.field(description="Id of the unit.")
    survey: str = strawberry.field(description="The survey's name.")
    period: str = strawberry.field(description="The period.")
    point: str = strawberry.field(description="Id of the service point.")
    id: str = strawberry.field(description="Its name in the survey, made up.")
    standing: CommentStanding = strawberry.field(description="What became of it.")
    words: str | None = strawberry.field(description="As released; as written for who may release it.")
    reason: str | None = strawberry.field(description="Why it was refused.")


@strawberry.type(description="A survey with a public door, by service point: how far it is, without what was said.")
class PublicSurvey:
    unit: str = strawberry.field(description="Id of the unit.")
    survey: str = strawberry.field(description="The survey's name.")
    period: str = strawberry.field(description="The period.")
    point: str = strawberry.field(description="Id of the service point.")
    opens: date = strawberry.field(description="The first day on which it can be answered.")
    closes: date = strawberry.field(description="The last day on which it can be answered.")
    hourly: int = strawberry.field(description="How many an hour may answer over the open link.")
    shut: bool = strawberry.field(description="Whether all that came in was passed on, and nothing comes any more.")
    closed: bool = strawberry.field(description="Whether it was closed, and counts.")
    tokens: int = strawberry.field(description="How many tokens were issued.")
    verified: int = strawberry.field(description="How many answers with a token were passed on so far.")
    unverified: int = strawberry.field(description="How many over the open link.")
    flagged: list[Noticed] = strawberry.field(description="What was noticed of them.")


async def read_units(
    context: RequestContext, access_scope: AccessScope, unit: str | None, survey: str | None, period: str | None
) -> list[UnitSatisfaction]:
    params = {
        "agency": access_scope.agency,
        "unit": unit,
        "survey": survey,
        "periods": service.with_the_one_before(period),
    }
    rows = await context.parts.reads.rows(access_scope.agency, f"service/{service.STATEMENT}", params)
    found: dict[tuple[str, str, str], tuple[Told | None, list[Told]]] = {}
    for one in service.tellable(ClosedSurvey(**row) for row in rows):
        key = (one.row.survey, one.row.unit, one.row.period)
        whole, points = found.get(key, (None, []))
        found[key] = (whole, [*points, one]) if one.row.point else (one, points)
    return [
        _unit(whole, points, access_scope.surveys)
        for (_, _, label), (whole, points) in found.items()
        if whole is not None and period in (None, label)
    ]


async def read_agency(
    context: RequestContext, access_scope: AccessScope, survey: str | None
) -> list[AgencySatisfaction]:
    params = {"agency": access_scope.agency, "survey": survey}
    rows = await context.parts.reads.rows(access_scope.agency, f"service/{service.OF_AGENCY}", params)
    return [
        AgencySatisfaction(
            survey=one.survey,
            period=one.period,
            units=one.units,
            index=_number(one.index),
            category=None if one.category is None else ServiceCategory(one.category),
            change=_number(one.change),
            final=one.final,
            position=Position(one.position),
        )
        for one in service.tellable_of_agency([*row.values()] for row in rows)
    ]


async def read_points(context: RequestContext, access_scope: AccessScope, unit: str | None) -> list[ServicePoint]:
    params = {"agency": access_scope.agency, "unit": unit}
    rows = await context.parts.reads.rows(access_scope.agency, "service/service-points", params)
    return [
        ServicePoint(
            id=row["point"],
            unit=row["unit"],
            name=row["name"],
            kind=ServicePointKind(row["kind"]),
            hours=row["hours"],
            since=row["since"],
            until=row["until"],
        )
        for row in rows
    ]


async def read_comments(
    context: RequestContext,
    access_scope: AccessScope,
    unit: str | None,
    standing: CommentStanding,
    first: int,
    after: int,
) -> list[CitizenComment]:
    """Raises an error with code NOT_ALLOWED for one that was not released to who may not release it."""
    if standing is not CommentStanding.RELEASED and not access_scope.surveys:
        raise client_error("NOT_ALLOWED", "what was not released is for those who run surveys, and for officials")
    at = connections.range_of(first, after)
    rows = await context.parts.reads.rows(
        access_scope.agency,
        "service/comments",
        {
            "agency": access_scope.agency,
            "unit": unit,
            "standing": standing.value,
            "judging": access_scope.surveys,
            "first": at.first,
            "after": at.after,
        },
    )
    return [
        CitizenComment(
            unit=row["unit"],
            survey=row["survey"],
            period=row["period"],
            point=row["point"],
            id=row["comment"],
            standing=CommentStanding(row["standing"]),
            words=row["words"] if standing is not CommentStanding.RELEASED else row["released"],
            reason=row["reason"],
        )
        for row in rows
    ]


async def read_public_surveys(
    context: RequestContext, access_scope: AccessScope, unit: str | None
) -> list[PublicSurvey]:
    """Raises an error with code NOT_ALLOWED."""
    if not access_scope.surveys:
        raise client_error("NOT_ALLOWED", "how surveys run is for those who run or check them")
    params = {"agency": access_scope.agency, "unit": unit}
    rows = await context.parts.reads.rows(access_scope.agency, "service/public-surveys", params)
    return [_public(row) for row in rows]


def _public(row: Any) -> PublicSurvey:
    return PublicSurvey(
        unit=row["unit"],
        survey=row["survey"],
        period=row["period"],
        point=row["point"],
        opens=row["opens"],
        closes=row["closes"],
        hourly=row["hourly"],
        shut=row["shut"],
        closed=not row["open"],
        tokens=row["tokens"],
        verified=row["verified"],
        unverified=row["unverified"],
        flagged=_noticed(dict(service.noticed(row["flagged"]))),
    )


def noticed(flagged: Sequence[str]) -> list[Noticed]:
    """Of several service points together."""
    total: dict[str, int] = {}
    for one in flagged:
        for kind, n in service.noticed(one).items():
            total[kind] = total.get(kind, 0) + n
    return _noticed(total)


def _noticed(total: dict[str, int]) -> list[Noticed]:
    return [Noticed(kind=Burst(kind), answers=n) for kind, n in sorted(total.items())]


def _unit(whole: Told, points: list[Told], sees_surveys: bool) -> UnitSatisfaction:
    one = service.said(whole)
    return UnitSatisfaction(
        unit=one.unit,
        survey=one.survey,
        period=one.period,
        answered=one.answered,
        index=_number(one.index),
        category=None if one.category is None else ServiceCategory(one.category),
        change=_number(one.change),
        supplemented=one.supplemented,
        position=Position(one.position),
        of=whole,
        of_points=points,
        sees_surveys=sees_surveys,
    )


def _point(of: Told) -> PointSatisfaction:
    one = service.said(of)
    return PointSatisfaction(
        point=one.point,
        name=of.row.name,
        kind=None if of.row.kind is None else ServicePointKind(of.row.kind),
        answered=one.answered,
        index=_number(one.index),
        category=None if one.category is None else ServiceCategory(one.category),
        change=_number(one.change),
        unverified=one.unverified,
        unverified_index=_number(one.unverified_index),
        of=of,
    )


def _elements(elements: Sequence[ElementMean]) -> list[SatisfactionElement]:
    return [
        SatisfactionElement(element=one.element, mean=Decimal(str(one.mean)), answers=one.answers) for one in elements
    ]


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
