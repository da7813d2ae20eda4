"""From YAML text to a score with its steps: read, checked, resolved, compiled, evaluated, explained; pure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.policy import (
        compiled,
        docs,
        engine,
        findings,
        impact,
        library,
        model,
        numbers,
        published,
        source,
        testing,
    )

__all__ = [
    "compiled",
    "docs",
    "engine",
    "findings",
    "impact",
    "library",
    "model",
    "numbers",
    "published",
    "source",
    "testing",
]
