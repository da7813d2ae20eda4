"""From the mission of the region to the planned results of a person: what serves what."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.api.graphql.cascade import matrix, node, plan_change, plan_tree, planned, sight

__all__ = ["matrix", "node", "plan_change", "plan_tree", "planned", "sight"]
