"""What an appraisal consists of: plan and targets, reports, ratings, objections and follow-ups."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.dossier.fold import TAGS, apply, keys
from projections.dossier.rows import (
    ASIDE,
    DOSSIER,
    DOSSIER_PAST,
    FOLLOW_UP,
    OBJECTION,
    PLAN_ORIGIN,
    RATING,
    RATING_PAST,
    REPORT,
    REPORT_PAST,
    REPORTED_DAYS,
    RESULT,
    RESULT_PAST,
    SEALED_RATINGS,
    SPECIAL_EXPECTATION,
    TARGET,
    TARGET_PAST,
    TIMED_REPORT,
    TIMED_REPORT_PAST,
)

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="dossier",
    ddl=(files("projections.dossier") / "table.sql").read_text(encoding="utf-8"),
    tables=(
        DOSSIER,
        DOSSIER_PAST,
        PLAN_ORIGIN,
        RESULT,
        RESULT_PAST,
        TARGET,
        TARGET_PAST,
        ASIDE,
        REPORT,
        REPORT_PAST,
        REPORTED_DAYS,
        TIMED_REPORT,
        TIMED_REPORT_PAST,
        RATING,
        RATING_PAST,
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
