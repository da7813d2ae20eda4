"""What follows from results for the people themselves: each event a row, so that the past reads alike."""

from importlib.resources import files
from typing import get_args

from neraca.domain.development.candidacy import CandidacyEvent
from neraca.domain.development.own_plan import DevelopmentEvent
from neraca.domain.development.potential import PotentialAssessed
from neraca.domain.development.training_plan import TrainingEvent
from neraca.projecting.projection import Projection, tags
from projections.development.rows import CANDIDACIES, CONSIDERING, NAMED, OWN_PLANS, POTENTIAL, TRAINING, apply

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="development",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(TRAINING, NAMED, OWN_PLANS, CANDIDACIES, CONSIDERING, POTENTIAL),
    apply=apply,
    tags=tags(*get_args(TrainingEvent), *get_args(DevelopmentEvent), *get_args(CandidacyEvent), PotentialAssessed),
)
