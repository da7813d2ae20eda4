"""The region's missions, plans of units, what planned results serve, and what plan talks said: now and before."""

from importlib.resources import files
from typing import get_args

from neraca.domain.cascade.links import LinksEvent
from neraca.domain.cascade.mission import MissionEvent
from neraca.domain.cascade.unit_plan import UnitPlanEvent
from neraca.projecting.projection import Projection, tags
from projections.cascade.rows import (
    LINK,
    MISSION,
    PLAN_CHANGE,
    SPAN,
    STANDING_UNIT_PLAN,
    TALK,
    UNIT_PLAN,
    Answered,
    Proposed,
    apply,
    keys,
)

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="cascade",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(MISSION, SPAN, UNIT_PLAN, STANDING_UNIT_PLAN, LINK, PLAN_CHANGE, TALK),
    apply=apply,
    tags=tags(
        *get_args(MissionEvent),
        *get_args(UnitPlanEvent),
        *get_args(LinksEvent),
        *get_args(Proposed),
        *get_args(Answered),
    ),
    keys=keys,
)
