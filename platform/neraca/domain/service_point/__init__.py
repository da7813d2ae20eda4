"""A service point: an office, health centre or counter of a unit, where citizens are served and asked."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.domain.service_point import commands, decide, events, state

__all__ = ["commands", "decide", "events", "state"]
