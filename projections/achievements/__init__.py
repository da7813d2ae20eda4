"""What units achieved, and what they will mend of it."""

from importlib.resources import files
from typing import get_args

from neraca.domain.achievement import AchievementEvent
from neraca.domain.improvement import ImprovementEvent
from neraca.projecting.projection import Projection, tags
from projections.achievements.rows import STEPS, apply

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="achievements",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(STEPS,),
    apply=apply,
    tags=tags(*get_args(AchievementEvent), *get_args(ImprovementEvent)),
)
