"""A resolved policy compiled once into steps of integers, which both engines follow."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.policy.compiled import (
        classification,
        combination,
        compilation,
        methods,
        panel,
        result,
        rulebook,
        step,
    )

__all__ = ["classification", "combination", "compilation", "methods", "panel", "result", "rulebook", "step"]
