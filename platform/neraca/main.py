"""The command `neraca`. Parts are imported when a verb asks for them: most of them serve the server alone."""

import gc
import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import click

if TYPE_CHECKING:
    from neraca.cli.application import Application


@contextmanager
def _importing() -> Generator[None]:
    """What is imported stays: the collector would walk it again and again, then and ever after, and find nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class _Later:
    """The application, made of its parts at the first word with it."""

    def __getattr__(self, verb: str) -> Any:
        with _importing():
            from neraca.composition import CompositionRoot

        return getattr(CompositionRoot(), verb)


def run() -> None:
    """The command `neraca`: a mistake of the user's is a message and an exit code, never a traceback."""
    with _importing():
        from neraca.cli import build
    try:
        build(cast("Application", _Later()))()
    except Exception as error:
        from neraca.composition import explained

        if (message := explained(error)) is None:
            raise
        from neraca.wording import language, translated

        if language.of_environment(os.environ) == "id":
            message = translated(message).text
        click.echo(f"neraca: {message}", err=True)
        raise SystemExit(1) from None
    finally:
        # The interpreter collects once more as it ends, and all of this goes with the process anyhow.
        gc.freeze()
