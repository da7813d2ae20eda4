"""The time limits of appraisals that run, and ran: what is open of whom since when, told without policy or calendar."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.clocks.rows import CLOCK, STATE, TAGS, apply, keys

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="clocks",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(CLOCK, STATE),
    apply=apply,
    tags=TAGS,
    keys=keys,
)
