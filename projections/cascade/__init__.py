"""The region's missions, plans of units and people, what results serve, and what plan talks said: now and before."""

from collections.abc import Iterable
from importlib.resources import files
from typing import Any, cast, get_args

from neraca.domain.cascade.links import LinksEvent
from neraca.domain.cascade.mission import MissionEvent
from neraca.domain.cascade.unit_plan import UnitPlanEvent
from neraca.projecting.projection import Entry, Key, Projection, Table, Workspace, tags
from projections.cascade import planned, rows
from projections.cascade.planned import APPRAISAL_PLAN, PLANNED, PLANNED_THEN, PLANNING, YEAR_OF_PLANS
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
)

__all__ = ["PROJECTION"]

CASCADE = (
    *get_args(MissionEvent),
    *get_args(UnitPlanEvent),
    *get_args(LinksEvent),
    *get_args(Proposed),
    *get_args(Answered),
)


def apply(work: Workspace, entry: Entry) -> None:
    if isinstance(entry.body, CASCADE):
        rows.apply(work, entry)
    if isinstance(entry.body, PLANNING):
        planned.apply(work, entry, cast(planned.PlanningEvent, entry.body))


def keys(entry: Entry) -> Iterable[tuple[Table[Any], tuple[Key, ...]]]:
    if isinstance(entry.body, CASCADE):
        yield from rows.keys(entry)
    if isinstance(entry.body, PLANNING):
        yield from planned.keys(entry)


PROJECTION = Projection(
    name="cascade",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(
        MISSION,
        SPAN,
        UNIT_PLAN,
        STANDING_UNIT_PLAN,
        LINK,
        PLAN_CHANGE,
        TALK,
        PLANNED,
        PLANNED_THEN,
        APPRAISAL_PLAN,
        YEAR_OF_PLANS,
    ),
    apply=apply,
    tags=tags(*CASCADE, *PLANNING),
    keys=keys,
)
