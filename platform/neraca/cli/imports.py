"""`neraca import`: what other programs have written, from their files.

Who asks is the person whose token is given, as over HTTP.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.options import as_json, settings, token_option
from neraca.cli.root import plain_text
from neraca.wording import spoken

if TYPE_CHECKING:
    from neraca.service.imports.column_map import ColumnMap
    from neraca.service.imports.file_import import ImportOrder, ImportReport
    from neraca.service.imports.plans import ImportKind

MOST_ROWS = 50
"""That are printed; --json and the annotated copy have all of them."""


@click.group("import", no_args_is_help=True, short_help="Take in what other programs wrote.")
def import_() -> None:
    """Take in what other programs wrote, from their files."""


EACH: Mapping[str, str] = MappingProxyType(
    {
        "employees": "employees and their places. Who is not on the roster is registered, and assigned where a unit is "
        "given; of who is, what differs is changed from the day in `effective`, or today.",
        "attendance": "the attendance of months. What is recorded otherwise is corrected.",
        "achievements": "what units achieved in a period. What is published otherwise is revised.",
        "targets": "your own planned results of a period, a line for each indicator, as the draft of your plan.",
        "reports": "your own reports of progress.",
        "ratings": "the ratings that you give, a line for each indicator. What you gave otherwise is revised.",
        "surveys": "what citizens answered to a survey, a line for each, by elements u1 to u9. Who has answered stays "
        "so.",
        "service-times": "how long services took, as a registered source has measured it: one by one, or by day or "
        "month. A batch that is there with other records is replaced for a reason.",
    }
)
"""Kinds of files, and what is imported of each."""

SAID_AT_ONCE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"service-times": ("period", "batch", "reason", "others")}
)
"""Fields that have an option of their own, as a file of these is mostly of one."""

_ALL = """

    All of FILE or none of it: CSV or XLSX, whose columns are known by their titles, in English or Indonesian. An empty
    cell says nothing, and changes nothing; what changes something that is there needs a `reason`. Whatever is wrong is
    told at once, by line and column, and the same file again changes nothing. Exit 1 if anything was refused.
"""


def _verb(name: str, what: str) -> click.Command:
    """The verb that imports files of a kind."""

    @click.command(name, short_help=f"Import {what.partition('.')[0]}.", help=f"Import {what}{_ALL}")
    @click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
    @click.option("--agency", required=True, help="The agency it is of.")
    @click.option("--apply", is_flag=True, help="Do it. Without this, what it would change is told.")
    @click.option(
        "--map",
        "mapping",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        default=None,
        help="A YAML file that says how this source writes its columns, words, days and numbers.",
    )
    @click.option(
        "--source",
        default=None,
        metavar="NAME",
        help="The mapping that the agency keeps of this source, in agencies/<id>/imports/" + name + "/<NAME>.yaml.",
    )
    @click.option(
        "--set",
        "constants",
        multiple=True,
        metavar="FIELD=TEXT",
        help="A field that is alike in all lines and in no column; repeatable.",
    )
    @click.option(
        "--annotated",
        type=click.Path(path_type=Path, dir_okay=False, writable=True),
        default=None,
        help="Write a copy of the file here, with a remark at each line.",
    )
    @token_option
    @as_json
    @click.pass_obj
    def verb(
        application: Application,
        file: Path,
        agency: str,
        apply: bool,
        mapping: Path | None,
        source: str | None,
        constants: tuple[str, ...],
        annotated: Path | None,
        token: str,
        json: bool,
        **said: str | None,
    ) -> None:
        from neraca.service.imports import KINDS
        from neraca.service.imports.file_import import ImportOrder, annotated_copy

        kind = KINDS[name]
        said_at_once = {name: text for name, text in said.items() if text is not None}
        if "period" in said_at_once:
            said_at_once.setdefault("batch", file.stem)
        known = _mapping(kind, agency, mapping, source, constants)
        known = msgspec.structs.replace(known, constants={**said_at_once, **known.constants})
        order = ImportOrder(kind, agency, file.read_bytes(), known, apply)
        report = application.bring(settings(), token, order)
        if annotated is not None and report.lines:
            annotated.write_bytes(annotated_copy(order, report, lambda said: spoken(said, os.environ)))
        if json:
            sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
        else:
            _tell(file, order, report)
        if report.faults:
            raise SystemExit(1)

    for field in SAID_AT_ONCE.get(name, ()):
        verb = click.option(f"--{field}", default=None, metavar="TEXT", help=f"The same as --set {field}=TEXT.")(verb)
    return verb


for _name, _what in EACH.items():
    import_.add_command(_verb(_name, _what))


def _mapping(
    kind: "ImportKind", agency: str, file: Path | None, source: str | None, constants: Sequence[str]
) -> "ColumnMap":
    from neraca.service.imports import column_map
    from neraca.service.imports.map_files import NoSuchSource, saved_map

    known, found = column_map.ColumnMap(), []
    if file is not None and source is not None:
        raise click.UsageError("map and source exclude each other; send one of them")
    if file is not None:
        known, found = column_map.read(str(file), plain_text(file), kind.fields)
    elif source is not None:
        try:
            known, found = saved_map(settings().root / "agencies", agency, kind, source)
        except NoSuchSource as unknown:
            raise click.UsageError(str(unknown)) from None
    if found:
        raise click.ClickException("\n".join(str(one) for one in found))
    said = {name: text for name, _, text in (one.partition("=") for one in constants)}
    fields = {field.name for field in kind.fields}
    if unknown := said.keys() - fields:
        raise click.UsageError(f"--set: no field '{min(unknown)}'; there are {', '.join(sorted(fields))}")
    return msgspec.structs.replace(known, constants={**known.constants, **said})


def _tell(file: Path, order: "ImportOrder", report: "ImportReport") -> None:
    def said(text: str) -> str:
        return spoken(text, os.environ)

    for fault in report.faults:
        click.echo(f"{file}:{fault.line}:{fault.column}: {said(fault.what)}", err=True)
    if report.wrong > len(report.faults):
        click.echo(said(f"and {report.wrong - len(report.faults):,} more"), err=True)
    told = [row for row in report.rows if row.outcome in ("new", "changed")]
    for row in told[:MOST_ROWS]:
        changes = "; ".join(
            f"{one.field} {one.after}" if one.before is None else f"{one.field} {one.before} -> {one.after}"
            for one in row.changes
        )
        click.echo(f"{row.line}: {row.what} {said(row.outcome)}{': ' if changes else ''}{changes}")
    if len(told) > MOST_ROWS:
        click.echo(said(f"and {len(told) - MOST_ROWS:,} more; --json and --annotated have all of them"))
    if report.unread:
        click.echo(said(f"not read: {', '.join(report.unread)}"))
    counts = ", ".join(f"{number:,} {said(outcome)}" for outcome, number in report.counts.items())
    click.echo(f"{order.agency}: {said(f'{report.lines:,} lines')}: {counts}")
    if report.faults:
        click.echo(said(f"{report.wrong} wrong, nothing was imported"), err=True)
    elif not report.applied:
        click.echo(said("nothing was done yet; say --apply to do it"))
