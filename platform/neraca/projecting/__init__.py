"""The machine that keeps read models: it follows the log, rebuilds, and says how far each projection is.

The face is loaded when something of it is asked for: a projection needs no more than `Projection` and its tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neraca.projecting import errors, projection, projection_status, rebuild, sessions, workers
    from neraca.projecting.follower import Follower, FollowerStatus
    from neraca.projecting.projection import Entry, Missed, Projection, Table, Workspace
    from neraca.projecting.projection_status import ProjectionStatus

__all__ = [
    "Entry",
    "Follower",
    "FollowerStatus",
    "Missed",
    "Projection",
    "ProjectionStatus",
    "Table",
    "Workspace",
    "errors",
    "projection",
    "projection_status",
    "rebuild",
    "sessions",
    "workers",
]

_MODULES = {
    "follower": ("Follower", "FollowerStatus"),
    "projection": ("Entry", "Missed", "Projection", "Table", "Workspace"),
    "projection_status": ("ProjectionStatus",),
}


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"neraca.projecting.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
