"""How a report is printed: a table for people, CSV or JSON for programs."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

import click
import msgspec
from msgspec import Struct

from neraca.domain.text_kinds import counted
from neraca.service import report_subjects
from neraca.service.report_source import ReportSource
from neraca.service.report_subjects import Subjects
from neraca.service.table_files import said, structs_as_csv

F = TypeVar("F", bound=Callable[..., Any])


def for_programs(command: F) -> F:
    """--csv and --json."""
    command = click.option("--json", is_flag=True, help="Print JSON for a program to read.")(command)
    return click.option("--csv", is_flag=True, help="Print CSV for a spreadsheet to read.")(command)


def print_rows(kind: type[Struct], rows: Iterable[Struct], *, csv: bool, json: bool) -> None:
    """A column for each field of the class of the rows. What programs read is written as the rows come."""
    if csv and json:
        raise click.UsageError("--csv or --json, not both")
    if csv:
        sys.stdout.buffer.writelines(structs_as_csv(kind, rows))
    elif json:
        sys.stdout.buffer.writelines(_json_lines(rows))
    else:
        _print_table(kind.__struct_fields__, [*rows])


def _json_lines(rows: Iterable[Struct]) -> Iterator[bytes]:
    """One list on one line."""
    before = b"["
    for row in rows:
        yield before + msgspec.json.encode(row)
        before = b","
    yield b"[]\n" if before == b"[" else b"]\n"


def print_found(
    source: ReportSource,
    kind: type[Struct],
    rows: Iterable[Struct],
    why: str | Callable[[], str],
    asked: Subjects = Subjects(),  # noqa: B008 -- frozen
    *,
    csv: bool,
    json: bool,
) -> None:
    """The same of a report that was `asked` about some names; where nothing is found, standard error says `why`.

    Raises Invalid or NotFound for a name that is nowhere.
    """
    coming = iter(rows)
    first = [*islice(coming, 1)]
    if not first:
        report_subjects.require(source, asked)
    print_rows(kind, chain(first, coming), csv=csv, json=json)
    if not first:
        say_why(why if isinstance(why, str) else why())


def say_why(why: str) -> None:
    """On standard error, in the language of whoever sits at the terminal."""
    from neraca.wording import spoken

    click.echo(f"neraca: {spoken(why, os.environ)}", err=True)


def _print_table(columns: Sequence[str], rows: Sequence[Struct]) -> None:
    cells = [[name.replace("_", " ") for name in columns]]
    cells += [[said(getattr(row, name)) or "-" for name in columns] for row in rows]
    widths = [max(len(line[n]) for line in cells) for n in range(len(columns))]
    for line in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    click.echo(counted(len(rows), "row"))
