"""Options that several verbs share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import click

from neraca import settings as environment
from neraca.settings import Settings, SettingsRefused

Root: TypeAlias = Path
F = TypeVar("F", bound=Callable[..., Any])


def settings() -> Settings:
    try:
        return environment.load()
    except SettingsRefused as refused:
        raise click.UsageError(str(refused)) from None


def _root(_context: click.Context, _option: click.Parameter, given: Path | None) -> Path:
    return settings().root if given is None else given


def root_option(command: F) -> F:
    return click.option(
        "--root",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        default=None,
        callback=_root,
        help="Where policies/ and agencies/ are, or a folder of policy files. Default: NERACA_ROOT, else here.",
    )(command)


def as_json(command: F) -> F:
    return click.option("--json", is_flag=True, help="Print JSON for a program to read.")(command)
