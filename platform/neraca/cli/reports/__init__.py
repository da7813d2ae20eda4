"""The verbs of `neraca report`, a module each, which the group imports by name."""

__all__: list[str] = []
