"""The people whom one appraiser appraises in a period, judged beside each other (pola distribusi, PermenPANRB 6/2022).

Three stages in order: what the unit that the appraiser leads achieved, how predicates may be spread where it did so
well, and the people's predicates. A cohort is opened, judged, calibrated where the appraiser judges somebody anew, and
closed. What the arithmetic said of a person stays beside what they were moved to.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.domain.cohort import achievements, commands, decide, events, state

__all__ = ["achievements", "commands", "decide", "events", "state"]
