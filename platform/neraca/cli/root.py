"""The files under a root: `policies/` and `agencies/`, or a folder of policy files."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from zoneinfo import available_timezones

import click

from neraca.policy.findings import Finding
from neraca.policy.library import Library

ENDINGS = (".yaml", ".yml")


def texts(root: Path, beside: Iterable[Path] = ()) -> dict[str, str]:
    """Every YAML file by the name that messages show, its path from the root; `beside` are further files and folders.

    Below `policies` and `agencies`, or below the root itself if it has neither.
    """
    both = [root / "policies", root / "agencies"]
    folders = [folder for folder in both if folder.is_dir()] or [root]
    # By where they really lie: a file that is also named on the command line is read once.
    found = sorted({file.resolve() for place in (*folders, *beside) for file in _yaml(place)})
    return {_shown(file, root): plain_text(file) for file in found}


def library(
    root: Path, beside: Iterable[Path] = (), today: date | None = None
) -> tuple[Library, list[Finding], dict[str, str]]:
    """All that can be used of the files, everything wrong in them, and their texts. `today` is for `Library.read`."""
    read = texts(root, beside)
    return (*Library.read(read, available_timezones(), today), read)


def _yaml(place: Path) -> Iterable[Path]:
    if place.is_dir():
        return (file for ending in ENDINGS for file in place.rglob(f"*{ending}") if not _is_saved_map(file))
    return [place] if place.exists() else []


def _is_saved_map(file: Path) -> bool:
    """How a source writes its files is no policy and no agency: `agencies/<id>/imports/<kind>/<source>.yaml`."""
    return len(file.parts) > 4 and file.parts[-3] == "imports" and file.parts[-5] == "agencies"


def _shown(file: Path, root: Path) -> str:
    try:
        return str(file.relative_to(root.resolve()))
    except ValueError:
        return str(file)


def plain_text(file: Path) -> str:
    """A byte that is no UTF-8 stays in it as a lone surrogate: the reader says in which line."""
    try:
        # An editor's byte order mark is no part of the text.
        return file.read_text(encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise click.ClickException(f"{file}: cannot be read: {error}") from None
