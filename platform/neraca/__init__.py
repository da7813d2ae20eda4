"""Appraises the performance of civil servants: exact, explained, contestable. `main` is the command."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca import main

__all__ = ["main"]
