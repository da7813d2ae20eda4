"""Final results as they stand, and what groups of them come to, in which nobody can be told apart."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.results.fold import TAGS, apply, complete, keys, missed
from projections.results.rows import APPRAISAL, COUNTED, GATHERING, MOVED, RESULT, TALLY

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="results",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(APPRAISAL, RESULT, COUNTED, GATHERING, TALLY, MOVED),
    apply=apply,
    tags=TAGS,
    keys=keys,
    missed=missed,
    complete=complete,
)
