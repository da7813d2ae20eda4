"""What posts ask of whoever holds them: competencies and levels, by the title of a post or by a class of posts."""

from datetime import date

import strawberry

from neraca.api.graphql.support.context import RequestContext
from neraca.api.graphql.support.enums import PositionClass
from neraca.api.graphql.support.scalars import Decimal, Position
from neraca.domain.competency_standards import Standard
from neraca.service import competency_standards


@strawberry.type(description="A competency, and the level that is asked.")
class RequiredLevel:
    name: str = strawberry.field(description="The competency.")
    level: Decimal = strawberry.field(description="The level.")


@strawberry.type(description="What a post asks of whoever holds it (standar kompetensi jabatan).")
class CompetencyStandard:
    position: str | None = strawberry.field(description="Title of the post; null where it is of a class of posts.")
    position_class: PositionClass | None = strawberry.field(description="The class of posts.")
    since: date = strawberry.field(description="First day on which it holds.")
    decree: str = strawberry.field(description="What establishes it.")
    set_at: Position = strawberry.field(description="Position of the event that set it.")
    standard: strawberry.Private[Standard]

    @strawberry.field(description="What it asks, in its order.")
    def levels(self, first: int = 100, after: int = 0) -> list[RequiredLevel]:
        asked = self.standard.levels[after : after + first]
        return [RequiredLevel(name=one.name, level=Decimal(f"{one.level:f}")) for one in asked]


async def read(context: RequestContext, agency: str, position: int | None) -> list[CompetencyStandard]:
    """All that were set and not withdrawn, by post or class and first day."""
    parts = context.parts
    found = await parts.threads.run(
        agency, lambda: competency_standards.standing(parts.service.reader, agency, position), parts.longest
    )
    return [
        CompetencyStandard(
            position=one.position,
            position_class=one.position_class,
            since=one.since,
            decree=one.decree,
            set_at=Position(one.at),
            standard=one,
        )
        for one in found
    ]
