"""Who heads each unit, now and before."""

from importlib.resources import files
from typing import get_args

from neraca.domain.headship import HeadshipEvent
from neraca.projecting.projection import Projection, tags
from projections.cohorts.rows import HEADS, apply

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="cohorts",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(HEADS,),
    apply=apply,
    tags=tags(*get_args(HeadshipEvent)),
)
