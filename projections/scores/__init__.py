"""Current scores with what they rest on, every change of a score with its cause, and how many have which predicate."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.scores.fold import TAGS, Fold, keys
from projections.scores.rows import (
    APPRAISAL,
    APPRAISAL_PAST,
    CHANGE,
    COMPARISON,
    PERSON,
    POLICY,
    POLICY_REGISTER,
    SEALED,
    SUBJECT,
    SUMMARY,
    SUMMARY_PAST,
    UNIT_PERIOD,
)
from projections.scores.withheld import missed

__all__ = ["PROJECTION"]

_FOLD = Fold()

PROJECTION = Projection(
    name="scores",
    ddl=(files(__name__) / "table.sql").read_text(encoding="utf-8"),
    tables=(
        APPRAISAL,
        APPRAISAL_PAST,
        SEALED,
        CHANGE,
        SUMMARY,
        SUMMARY_PAST,
        COMPARISON,
        POLICY,
        POLICY_REGISTER,
        SUBJECT,
        PERSON,
        UNIT_PERIOD,
    ),
    apply=_FOLD.apply,
    tags=TAGS,
    keys=keys,
    version=9,
    missed=missed,
    complete=_FOLD.complete,
)
