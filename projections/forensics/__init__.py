"""When and how each appraisal was judged, as far as named people did; what that may tell is the domain's to say."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.forensics.rows import ANSWER, JUDGED, SETTLEMENT, TAGS, apply, keys

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="forensics",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(JUDGED, SETTLEMENT, ANSWER),
    apply=apply,
    tags=TAGS,
    keys=keys,
)
