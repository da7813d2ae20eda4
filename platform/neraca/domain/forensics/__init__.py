"""What the log says of how people judge, as findings: reasons to look, and never a judgement of whoever judged."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.domain.forensics import answers, findings, reciprocity, thresholds

__all__ = ["answers", "findings", "reciprocity", "thresholds"]
