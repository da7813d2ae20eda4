"""What the log says of how people judge, as findings: reasons to look, and never a judgement of whoever judged."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.domain.forensics import answers, chance, comparison, findings, reciprocity, tallies, thresholds

__all__ = ["answers", "chance", "comparison", "findings", "reciprocity", "tallies", "thresholds"]
