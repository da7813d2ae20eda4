"""The command line: one verb a thing a person wants done. `main` hands in what the verbs need of the rest."""

from neraca.cli.verbs import build

__all__ = ["build"]
