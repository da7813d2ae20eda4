"""On how many days of each month each employee had to work, as HR counted them."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.attendance.rows import TAGS, YEAR, apply, keys

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="attendance",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(YEAR,),
    apply=apply,
    tags=TAGS,
    keys=keys,
)
