"""What an appraisal consists of: plan and targets, reports, ratings, objections and follow-ups."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.dossier.fold import TAGS, apply, keys
from projections.dossier.rows import (
    ASIDE,
    DOSSIER,
    FOLLOW_UP,
    OBJECTION,
    PLAN_ORIGIN,
    RATING,
    REPORT,
    REPORTED_DAYS,
    RESULT,
    SEALED_RATINGS,
    SPECIAL_EXPECTATION,
    TARGET,
    TIMED_REPORT,
)

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="dossier",
    ddl=(files("projections.dossier") / "table.sql").read_text(encoding="utf-8"),
    tables=(
        DOSSIER,
        PLAN_ORIGIN,
        RESULT,
        TARGET,
        ASIDE,
        REPORT,
        REPORTED_DAYS,
        TIMED_REPORT,
        RATING,
        SEALED_RATINGS,
        OBJECTION,
        SPECIAL_EXPECTATION,
        FOLLOW_UP,
    ),
    apply=apply,
    tags=TAGS,
    keys=keys,
    version=8,
)
