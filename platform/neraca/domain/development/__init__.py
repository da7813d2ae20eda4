"""What follows from final results for the people themselves: training, their own development, what they are considered
for.

A number that a decision rests on is recorded with the positions of the results it came from, and is computed again by
a replay. Nothing here is decided by itself: a policy lists, people decide, with a reason.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.domain.development import (
        candidacy,
        candidacy_facts,
        considered,
        contexts,
        needs,
        own_plan,
        parties,
        potential,
        training_plan,
    )

__all__ = [
    "candidacy",
    "candidacy_facts",
    "considered",
    "contexts",
    "needs",
    "own_plan",
    "parties",
    "potential",
    "training_plan",
]
