"""What a change of policy does to people, and how a cohort's outcomes are distributed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.policy.impact import console, distribution, rebalancing, report

__all__ = ["console", "distribution", "rebalancing", "report"]
