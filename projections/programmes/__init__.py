"""Programmes and teams as they are and were, and who was ever in which."""

from importlib.resources import files
from typing import get_args

from neraca.domain.programme.events import ProgrammeEvent
from neraca.projecting.projection import Projection, tags
from projections.programmes.rows import MEMBERSHIPS, PROGRAMMES, STEPS, apply, keys

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="programmes",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(PROGRAMMES, STEPS, MEMBERSHIPS),
    apply=apply,
    tags=tags(*get_args(ProgrammeEvent)),
    keys=keys,
)
