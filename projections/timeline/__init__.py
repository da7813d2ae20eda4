"""What happened in an appraisal, event by event, without what a rater may not be asked to show."""

from importlib.resources import files
from typing import get_args

from neraca.domain.appraisal.events import AppraisalEvent
from neraca.projecting.projection import Projection, tags
from projections.timeline.rows import APPRAISALS, EVENTS, apply, keys

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="timeline",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(EVENTS, APPRAISALS),
    apply=apply,
    tags=tags(*get_args(AppraisalEvent)),
    keys=keys,
    version=4,
)
