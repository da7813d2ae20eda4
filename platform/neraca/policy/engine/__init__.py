"""The engines that evaluate a compiled policy: one case explained, or a whole city at once."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.policy.engine import evaluation, segments, vectorised

__all__ = ["evaluation", "segments", "vectorised"]
