"""What every event of the log was when it came in, as a digest: what a replay compares the log with."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.journal.rows import EVENTS, apply

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="journal",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(EVENTS,),
    apply=apply,
)
