"""Options that several verbs share."""

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeAlias, TypeVar

import click

from neraca import settings as environment
from neraca.cli.root import ENDINGS
from neraca.settings import Settings, SettingsRefused

Root: TypeAlias = Path
F = TypeVar("F", bound=Callable[..., Any])


def settings() -> Settings:
    try:
        return environment.load()
    except SettingsRefused as refused:
        raise click.UsageError(str(refused)) from None


def _root(_context: click.Context, _option: click.Parameter, given: Path | None) -> Path:
    """Where nobody named a folder and here is nothing of ours, «0 mistakes» would say that all is well."""
    root = settings().root if given is None else given
    if given is None and not _holds_policies(root):
        raise click.UsageError(
            f"no policies/ or agencies/ in {root.resolve()}; go where they are, or name that folder"
            " with --root or NERACA_ROOT"
        )
    return root


def _holds_policies(root: Path) -> bool:
    named = any((root / name).is_dir() for name in ("policies", "agencies"))
    return named or any(file.suffix in ENDINGS for file in root.iterdir())


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


def token_option(command: F) -> F:
    """--token-file, for what a person is named by."""
    return click.option(
        "--token-file",
        "token",
        type=click.File("r"),
        default=None,
        callback=_token,
        help="File with the token of the person who asks; - is standard input. Default: NERACA_TOKEN.",
    )(command)


def _token(_context: click.Context, _option: click.Parameter, given: IO[str] | None) -> str:
    token = settings().token if given is None else given.read().strip()
    if not token:
        raise click.UsageError(
            "who asks? put your token, one of tokens.json in NERACA_HOME, into NERACA_TOKEN, or name a file that holds "
            "it in --token-file"
        )
    return token
