"""The command `neraca`. Parts are imported when a verb asks for them: most of them serve the server alone."""

from typing import Any, cast

import click

from neraca.cli import build
from neraca.cli.application import Application


class _Later:
    """The application, made of its parts at the first word with it."""

    def __getattr__(self, verb: str) -> Any:
        from neraca.composition import CompositionRoot

        return getattr(CompositionRoot(), verb)


def run() -> None:
    """The command `neraca`: a mistake of the user's is a message and an exit code, never a traceback."""
    try:
        build(cast(Application, _Later()))()
    except Exception as error:
        from neraca.composition import explained

        if (message := explained(error)) is None:
            raise
        click.echo(f"neraca: {message}", err=True)
        raise SystemExit(1) from None
