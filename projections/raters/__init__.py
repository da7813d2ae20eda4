"""Who is to rate in which appraisal, and when their rating came or went; rater_privacy says who may know."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.raters.rows import APPRAISAL, RATER, TAGS, apply, keys

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="raters",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(RATER, APPRAISAL),
    apply=apply,
    tags=TAGS,
    keys=keys,
)
