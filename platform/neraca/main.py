"""The command `neraca`. Parts are imported when a verb asks for them: most of them serve the server alone."""

import gc
import os
from collections.abc import Callable, Generator
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


def _said(message: str) -> str:
    """In the language of whoever sits at the terminal."""
    from neraca.wording import spoken

    return spoken(message, os.environ)


def _speaking(neraca: Callable[[], object]) -> Callable[[], object]:
    """The command line, of which a verb says what it refuses in that language as well."""
    if not isinstance(neraca, click.Group):
        return neraca
    invoke = neraca.invoke

    def spoken(ctx: click.Context) -> Any:
        try:
            return invoke(ctx)
        except click.UsageError as refused:
            if type(refused) is not click.UsageError:
                raise  # click's own words
            raise click.UsageError(_said(refused.message), refused.ctx) from None
        except click.ClickException as refused:
            raise click.ClickException(_said(refused.message)) from None

    neraca.invoke = spoken
    return neraca


def run() -> None:
    """The command `neraca`: a mistake of the user's is a message and an exit code, never a traceback."""
    with _importing():
        from neraca.cli import build
    try:
        _speaking(build(cast("Application", _Later())))()
    except Exception as error:
        from neraca.composition import explained

        if not (messages := explained(error)):
            raise
        for message in messages:
            click.echo(f"neraca: {_said(message)}", err=True)
        raise SystemExit(1) from None
    finally:
        # The interpreter collects once more as it ends, and all of this goes with the process anyhow.
        gc.freeze()
