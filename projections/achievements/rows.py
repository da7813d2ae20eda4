"""From the events of a unit's achievement, and of what it will mend, to a row each, which is never changed."""

from datetime import datetime
from typing import Any, cast

from msgspec import Struct, to_builtins

from neraca.domain.achievement import AchievementEvent, OfAchievement
from neraca.domain.improvement import ImprovementEvent, OfImprovement
from neraca.projecting.projection import Entry, Table, Workspace


class Step(Struct):
    """One event of a unit's period; `event` is what the log has of it."""

    agency: str
    unit: str
    period: str
    log_position: int
    tag: str
    recorded_at: datetime
    by: str
    event: dict[str, Any]


STEPS = Table("steps", Step, key=("unit", "period", "log_position"), append=True)


def apply(work: Workspace, entry: Entry) -> None:
    event = cast("AchievementEvent | ImprovementEvent", entry.body)
    match event:
        case OfAchievement() | OfImprovement():
            row = Step(
                agency=entry.agency,
                unit=event.unit,
                period=event.period,
                log_position=entry.position,
                tag=entry.tag,
                recorded_at=entry.recorded_at,
                by=entry.by,
                event=to_builtins(event),
            )
            work.put(STEPS, row)
        case _:
            raise TypeError(f"{entry.tag} is no event of an achievement")
