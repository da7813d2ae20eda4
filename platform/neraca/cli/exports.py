"""`neraca export appraisals` and the like: a verb for each data set."""

from datetime import datetime
from pathlib import Path

import click

from neraca.cli.application import Application
from neraca.cli.export_group import export
from neraca.cli.options import settings
from neraca.domain.text_kinds import counted
from neraca.service.exports import DATA_SETS, FORMATS, DataSet


def _verb(data_set: DataSet) -> click.Command:
    @click.pass_obj
    def write(
        application: Application,
        agency: str,
        format_: str,
        output: Path,
        period: str | None = None,
        day: datetime | None = None,
    ) -> None:
        on = None if day is None else day.date()
        manifest = application.export(settings(), agency, data_set.name, format_, output, period, on)
        said = f"{counted(manifest.rows, 'row')} as of log position {manifest.position}"
        click.echo(f"{output}: {said}, {manifest.bytes:,} bytes", err=True)

    params: list[click.Parameter] = [
        click.Option(["--agency"], required=True, help="The agency it is of."),
        click.Option(
            ["--format", "format_"], type=click.Choice(list(FORMATS)), default="csv", show_default=True, help="Of FILE."
        ),
        click.Option(
            ["--output"],
            type=click.Path(path_type=Path, dir_okay=False),
            required=True,
            metavar="FILE",
            help="Write it here, and its manifest beside it, as FILE.manifest.json.",
        ),
    ]
    if data_set.by_period:
        params.append(click.Option(["--period"], metavar="P", help="Of this period alone, such as 2025-Q1."))
    if data_set.by_day:
        day = click.DateTime(formats=["%Y-%m-%d"])
        params.append(click.Option(["--day"], type=day, metavar="DATE", help="As it is on this day; else today."))
    return click.Command(
        data_set.name, callback=write, params=params, help=_help(data_set), short_help=f"{data_set.description}."
    )


def _help(data_set: DataSet) -> str:
    columns = "\n".join(f"{column.name}: {column.description}" for column in data_set.columns)
    return f"Write {data_set.description}.\n\nThe columns:\n\n\b\n{columns}"


@export.command("columns", short_help="What is in each data set, as Markdown.")
def columns() -> None:
    """Print what is in each data set, column by column, as Markdown."""
    click.echo("# What is exported\n")
    click.echo(
        "Made by `neraca export columns`. Each data set is a verb of `neraca export`; a column is of the same name"
    )
    click.echo("in every format. How a kind is written: [README](../README.md).")
    for data_set in DATA_SETS.values():
        click.echo(f"\n## {data_set.name}\n\n{data_set.description.capitalize()}.\n\n| column | kind | is |")
        click.echo("| --- | --- | --- |")
        for column in data_set.columns:
            click.echo(f"| `{column.name}` | {column.kind} | {column.description} |")


for one in DATA_SETS.values():
    export.add_command(_verb(one))
