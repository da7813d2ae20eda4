"""Service points, what citizens said of them, and who may answer; of single answers it keeps nothing."""

from importlib.resources import files

from neraca.projecting.projection import Projection
from projections.satisfaction.rows import (
    COMMENT,
    LINK,
    RECEIPT,
    RESULT,
    SERVICE_POINT,
    STANDING,
    SURVEY,
    TAGS,
    WHOLE,
    apply,
    keys,
    missed,
)

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="satisfaction",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(SERVICE_POINT, SURVEY, LINK, STANDING, RECEIPT, RESULT, WHOLE, COMMENT),
    apply=apply,
    tags=TAGS,
    keys=keys,
    missed=missed,
)
