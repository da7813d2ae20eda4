"""What a unit achieved in its periods, whether that was the target, and what it will mend."""

from datetime import date, datetime
from typing import assert_never

import msgspec
import strawberry
from msgspec import Struct

from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.enums import ImprovementOutcome, OrganisationPredicate
from neraca.api.graphql.support.scalars import Decimal
from neraca.domain.achievement import AchievementPublished, AchievementRevised
from neraca.domain.envelope import event_id
from neraca.domain.improvement import MET, ImprovementAnswered, ImprovementPlanned
from neraca.domain.period import parse


@strawberry.type(description="One thing that an office will mend.")
class ImprovementStep:
    what: str = strawberry.field(description="In words.")
    until: date = strawberry.field(description="Until when.")


@strawberry.type(description="What an office will mend of what it achieved, and what came of it.")
class Improvement:
    by: str = strawberry.field(description="Who said it: the head of the office or an official.")
    recorded_at: datetime = strawberry.field(description="When.")
    event: strawberry.ID = strawberry.field(description="Id of the event.")
    steps: list[ImprovementStep] = strawberry.field(description="What is to be mended.")
    outcome: ImprovementOutcome | None = strawberry.field(description="What came of it; null until it is answered.")
    answer: str | None = strawberry.field(description="In words; null until it is answered.")
    answered_at: datetime | None = strawberry.field(description="When; null until then.")


@strawberry.type(description="What an office achieved in a period (capaian kinerja organisasi).")
class Achievement:
    period: str = strawberry.field(description="Label of the period.")
    index: Decimal = strawberry.field(description="In percent of its targets.")
    predicate: OrganisationPredicate = strawberry.field(description="The predicate of the organisation.")
    met: bool = strawberry.field(description="Whether the targets were met: 100 percent or more, which is ours.")
    source: str = strawberry.field(description="What it rests on.")
    revised: str | None = strawberry.field(description="Why it was revised last; null where it never was.")
    event: strawberry.ID = strawberry.field(description="Id of the event that counts.")
    improvement: Improvement | None = strawberry.field(description="What is to be mended; null where nothing was said.")


class _Step(Struct, frozen=True):
    position: int
    recorded_at: datetime
    by: str
    event: AchievementPublished | AchievementRevised | ImprovementPlanned | ImprovementAnswered


_STEPS = msgspec.json.Decoder(list[_Step])


async def read(
    context: RequestContext, agency: str, unit: str, period: str | None, position: int | None
) -> list[Achievement]:
    """Of one period or of all, the earliest first."""
    params = {"agency": agency, "unit": unit, "period": period, "position": position}
    rows = await context.parts.reads.rows(agency, "graphql/achievements", params)
    found = [one for row in rows if (one := _folded(agency, row["period"], _STEPS.decode(row["steps"]))) is not None]
    return sorted(found, key=lambda one: (parse(one.period).ends, one.period))


def _folded(agency: str, period: str, steps: list[_Step]) -> Achievement | None:
    achieved: Achievement | None = None
    improvement: Improvement | None = None
    for step in steps:
        id_ = strawberry.ID(event_id(agency, step.position))
        match step.event:
            case AchievementPublished() | AchievementRevised() as event:
                revised = isinstance(event, AchievementRevised)
                achieved = Achievement(
                    period=period,
                    index=Decimal(f"{event.index:f}"),
                    predicate=OrganisationPredicate(event.predicate),
                    met=event.index >= MET,
                    source=achieved.source if achieved and revised else getattr(event, "source", ""),
                    revised=event.reason if isinstance(event, AchievementRevised) else None,
                    event=id_,
                    improvement=None,
                )
            case ImprovementPlanned() as event:
                improvement = Improvement(
                    by=step.by,
                    recorded_at=step.recorded_at,
                    event=id_,
                    steps=[ImprovementStep(what=one.what, until=one.until) for one in event.steps],
                    outcome=None,
                    answer=None,
                    answered_at=None,
                )
            case ImprovementAnswered() as event:
                if improvement is not None:
                    improvement.outcome, improvement.answer = ImprovementOutcome(event.outcome), event.words
                    improvement.answered_at = step.recorded_at
            case _:
                assert_never(step.event)
    if achieved is not None:
        achieved.improvement = improvement
    return achieved
