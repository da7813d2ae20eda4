"""Feedback in words as it stands, and who is asked for some; who may read what of it is rater_privacy's to say."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.feedback.rows import APPRAISAL, FEEDBACK, FIXING, OPENING, REQUEST, TAGS, apply, keys

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="feedback",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(FEEDBACK, REQUEST, OPENING, FIXING, APPRAISAL),
    apply=apply,
    tags=TAGS,
    keys=keys,
)
