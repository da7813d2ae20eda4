"""Who heads each unit, now and before; and what happened in the cohorts of appraisers."""

from importlib.resources import files
from typing import get_args

from neraca.domain.cohort.events import CohortEvent
from neraca.domain.headship import HeadshipEvent
from neraca.projecting.projection import Projection, tags
from projections.cohorts.rows import COHORTS, HEADS, STEPS, apply

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="cohorts",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(HEADS, COHORTS, STEPS),
    apply=apply,
    tags=tags(*get_args(HeadshipEvent), *get_args(CohortEvent)),
)
