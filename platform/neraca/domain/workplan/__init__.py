"""One work plan a year (SKP) of an employee and a post, from draft to the share of it that each period takes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.domain.workplan import (
        clock,
        commands,
        decide,
        events,
        parties,
        plan_change,
        spread,
        spread_rules,
        stages,
        state,
    )

__all__ = [
    "clock",
    "commands",
    "decide",
    "events",
    "parties",
    "plan_change",
    "spread",
    "spread_rules",
    "stages",
    "state",
]
