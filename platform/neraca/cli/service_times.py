"""`neraca import service-times`: what other systems have measured, from their files."""

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Literal

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.options import as_json, settings, token_option


@click.command("service-times")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--agency", required=True, help="The agency whose services were measured.")
@click.option("--source", required=True, help="The system it is from, as an official registered it.")
@click.option("--period", required=True, metavar="P", help="The appraised period it is of, such as 2026-Q1.")
@click.option("--batch", default=None, help="The name it is known by; that of the file, where none is given.")
@click.option("--reason", default=None, help="Take the place of what is there under that name, for this reason.")
@click.option(
    "--others",
    type=click.Choice(["keep", "withdraw"]),
    default=None,
    help="What becomes of units that came by the same file before and are not in this one.",
)
@token_option
@as_json
@click.pass_obj
def service_times(
    application: Application,
    file: Path,
    agency: str,
    source: str,
    period: str,
    batch: str | None,
    reason: str | None,
    others: Literal["keep", "withdraw"] | None,
    token: str,
    json: bool,
) -> None:
    """Import response and queue times from FILE, all of it or nothing.

    CSV in UTF-8, whose first line names the columns: unit and service; started and finished of one service, or day or
    month, count and minutes of several together; within, how many kept the standard. Whatever is wrong in it is told at
    once, by line and column. The same file again changes nothing. Exit 1 if it was refused.
    """
    from neraca.service.service_times_files import FileRefused

    try:
        done = application.import_service_times(
            settings(), token, agency, source, batch or file.stem, period, file.read_bytes(), reason, others
        )
    except FileRefused as refused:
        from neraca.wording import spoken

        for one in refused.faults:
            click.echo(f"{file}:{one.line}:{one.column}: {spoken(one.what, os.environ)}", err=True)
        click.echo(spoken(f"{len(refused.faults)} wrong, nothing was imported", os.environ), err=True)
        raise SystemExit(1) from None
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(done) + b"\n")
        return
    for one in done:
        click.echo(f"{one.unit}: {one.records:,} records {one.outcome}")
    counts = Counter(one.outcome for one in done)
    told = ", ".join(f"{counts[name]} {name}" for name in ("taken", "replaced", "unchanged"))
    if counts["withdrawn"]:
        told += f", {counts['withdrawn']} withdrawn"
    click.echo(f"{agency} {period}: {told}; an official confirms them (confirm-service-times)")
