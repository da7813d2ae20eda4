"""`neraca document`: the evaluation document of a final result, to a file or to standard output."""

import sys
from pathlib import Path
from typing import Literal

import click

from neraca.cli.application import Application
from neraca.cli.options import settings


def parted(appraisal: str) -> tuple[str, str]:
    """Whose appraisal of which period is written as NIP/PERIOD."""
    employee, _, period = appraisal.partition("/")
    if not employee or not period:
        raise click.UsageError(f"'{appraisal}' names no appraisal; write NIP/PERIOD, such as 198501012010011001/2025")
    return employee, period


@click.command()
@click.argument("appraisal", metavar="NIP/PERIOD")
@click.option("--agency", required=True, help="The agency whose log is read.")
@click.option(
    "--language",
    type=click.Choice(["id", "en"]),
    default="id",
    show_default=True,
    help="In Indonesian, as it is signed, or translated into English.",
)
@click.option("--pdf", is_flag=True, help="As PDF instead of HTML.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="The file to write.")
@click.pass_obj
def document(
    application: Application,
    appraisal: str,
    agency: str,
    language: Literal["id", "en"],
    pdf: bool,
    output: Path | None,
) -> None:
    """Print the evaluation document of a final result.

    As HTML or PDF, from the log alone: the same log gives the same bytes on any day and machine. Without --output it
    goes to standard output.
    """
    employee, period = parted(appraisal)
    file = application.document(settings(), agency, employee, period, language, "pdf" if pdf else "html")
    if output is None:
        sys.stdout.buffer.write(file)
    else:
        output.write_bytes(file)
