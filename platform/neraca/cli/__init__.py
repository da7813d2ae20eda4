"""The command line: one verb a thing a person wants done. `main` hands in what the verbs need of the rest."""

from typing import TYPE_CHECKING

from neraca.cli.verbs import build

if TYPE_CHECKING:
    from neraca.cli import application, diagnosis, root

__all__ = ["application", "build", "diagnosis", "root"]
