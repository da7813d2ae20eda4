"""From YAML text to a score with its steps: read, checked, resolved, compiled, evaluated, explained; pure."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.policy import (
        blocks,
        check,
        compiled,
        docs,
        engine,
        findings,
        impact,
        interval,
        library,
        localised_text,
        model,
        numbers,
        published,
        source,
        testing,
    )

__all__ = [
    "blocks",
    "check",
    "compiled",
    "docs",
    "engine",
    "findings",
    "impact",
    "interval",
    "library",
    "localised_text",
    "model",
    "numbers",
    "published",
    "source",
    "testing",
]
