"""`neraca export payroll`: what is to be paid, as a file."""

import sys
from pathlib import Path

import click

from neraca.cli.application import Application
from neraca.cli.export_group import export
from neraca.cli.options import settings


@export.command(short_help="Allowances of the months of a period.")
@click.option("--agency", required=True, help="The agency whose people are paid.")
@click.option("--period", required=True, metavar="P", help="The month, such as 2026-02, or a period of several.")
@click.option(
    "--format", "format_", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True, help="Of the file."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Write it here instead of to standard output.",
)
@click.pass_obj
def payroll(application: Application, agency: str, period: str, format_: str, output: Path | None) -> None:
    """Write the allowances that are fixed for the months of a period.

    A row for each month and employee: the amount in rupiah, its ceiling by what it is made of, the result it rests on,
    the policy, and the positions of all events behind it. The same rows are the same bytes, on any day and machine.
    """
    file = application.payroll(settings(), agency, period, format_)
    if output is None:
        sys.stdout.buffer.write(file)
    else:
        output.write_bytes(file)
        click.echo(f"{output}: {len(file):,} bytes", err=True)
