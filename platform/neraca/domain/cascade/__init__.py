"""What a plan serves: the region's mission, the plans of units, and the links of people's results up to them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.domain.cascade import links, mission, unit_plan

__all__ = ["links", "mission", "unit_plan"]
