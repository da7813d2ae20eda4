"""When and how each appraisal was judged, as far as named people judged it; what that may tell is forensics' to say."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.forensics.rows import JUDGED, SETTLEMENT, TAGS, apply, keys

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="forensics",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(JUDGED, SETTLEMENT),
    apply=apply,
    tags=TAGS,
    keys=keys,
)
