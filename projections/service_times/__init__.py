"""Service times that were imported and confirmed, batch by batch, and the systems they come from."""

from importlib.resources import files
from typing import get_args

from neraca.domain.service_times.events import ServiceTimesEvent
from neraca.domain.service_times.source import TimeSourceEvent
from neraca.projecting.projection import Projection, tags
from projections.service_times.rows import SOURCES, STEPS, apply

__all__ = ["PROJECTION"]

PROJECTION = Projection(
    name="service_times",
    ddl=(files(__name__) / "table.sql").read_text("utf-8"),
    tables=(STEPS, SOURCES),
    apply=apply,
    tags=tags(*get_args(ServiceTimesEvent), *get_args(TimeSourceEvent)),
)
