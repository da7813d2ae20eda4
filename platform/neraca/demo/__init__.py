"""A synthetic year of five agencies, lived through the same commands as any other: nothing gets in by a back door."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neraca.demo import run, simulation

__all__ = ["run", "simulation"]
