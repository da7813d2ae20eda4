"""Who serves in an agency, where and under whom, now and before."""

from importlib.resources import files
from typing import get_args

from neraca.domain.roster import RosterEvent
from neraca.projecting.projection import Projection, tags
from projections.roster.rows import (
    ACTING,
    CORRECTIONS,
    EMPLOYEES,
    EXEMPTIONS,
    PLACES,
    POSTS,
    RETIREMENTS,
    STAYS,
    apply,
    keys,
)

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="roster",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(EMPLOYEES, PLACES, RETIREMENTS, POSTS, CORRECTIONS, ACTING, EXEMPTIONS, STAYS),
    apply=apply,
    tags=tags(*get_args(RosterEvent)),
    keys=keys,
)
