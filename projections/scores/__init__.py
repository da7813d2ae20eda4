"""Current scores with what they rest on, every change of a score with its cause, and how many have which predicate."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.scores.fold import TAGS, fold, keys
from projections.scores.rows import APPRAISAL, BOOK, CHANGE, POLICY, SUBJECT, SUMMARY, UNIT_PERIOD

PROJECTION = Projection(
    name="scores",
    ddl=(files(__name__) / "table.sql").read_text(encoding="utf-8"),
    tables=(APPRAISAL, CHANGE, SUMMARY, POLICY, BOOK, SUBJECT, UNIT_PERIOD),
    apply=fold(),
    tags=TAGS,
    keys=keys,
)
