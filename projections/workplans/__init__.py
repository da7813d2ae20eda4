"""The work plans of the year as they are and were: drafts, what was approved and revised, and each period's share."""

from importlib.resources import files
from typing import get_args

from neraca.domain.workplan.events import WorkPlanEvent
from neraca.projecting.projection import Projection, tags
from projections.workplans.rows import PLAN, TOLD, WORK_PLAN, apply, keys

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="workplans",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(WORK_PLAN, TOLD, PLAN),
    apply=apply,
    tags=tags(*get_args(WorkPlanEvent)),
    keys=keys,
    version=3,
)
