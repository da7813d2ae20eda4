"""`neraca tick` and `neraca due`: what time does to appraisals, told to the log, and told to whoever asks."""

import sys
from typing import TYPE_CHECKING

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.options import as_json, settings

if TYPE_CHECKING:
    from neraca.service.open_deadlines import OpenDeadline


@click.command(short_help="Tell the log what deadlines passed.")
@click.option(
    "--at", metavar="INSTANT", default=None, help="As of then, such as 2026-02-01T00:00:00+07:00, not of now."
)
@click.option("--agency", default=None, help="Only of this agency.")
@as_json
@click.pass_obj
def tick(application: Application, at: str | None, agency: str | None, json: bool) -> None:
    """Tell the log what windows opened and what deadlines came near or passed, and what citizens answered.

    Each is told once, however often and wherever this runs; a server does it by itself (NERACA_TICK). Nobody gains or
    loses a right by it: those follow from the days alone. Who is late with a report is counted and not told to the log:
    `neraca due` says whose they are.
    """
    observed = application.tick(settings(), agency, at)
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(observed) + b"\n")
        return
    for one in observed:
        late = "" if one.late_with_reports is None else f"; {one.late_with_reports} late with reports"
        click.echo(f"{one.agency} {one.day}: {one.opened} opened, {one.reminded} near, {one.passed} passed{late}")


@click.command(short_help="List what is open for whom, late first.")
@click.option("--agency", required=True, help="The agency whose deadlines are asked for.")
@click.option("--person", metavar="NIP", default=None, help="What this person owes, or is owed in their appraisals.")
@click.option("--at", metavar="INSTANT", default=None, help="What was open then, such as 2026-01-31T00:00:00+07:00.")
@as_json
@click.pass_obj
def due(application: Application, agency: str, person: str | None, at: str | None, json: bool) -> None:
    """List what is open for whom, since when and until when, late first.

    Last days are by the policies and the calendar of today, also where the past is asked for.
    """
    found = application.due(settings(), agency, person, at)
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
        return
    for one in found:
        late = " late" if one.late else ""
        click.echo(
            f"{one.last}{late}: {one.kind} of {one.employee} {one.period}, by {one.role} {one.person or '-'}"
            f"{_acting(one)}, since {one.since}"
        )
    click.echo(f"{agency}: {len(found)} open, {sum(one.late for one in found)} late")


def _acting(one: "OpenDeadline") -> str:
    """Who acts in the place of whoever the appraisal names."""
    if one.acts == one.person:
        return ""
    return f" (for whom {one.acts} acts)" if one.acts else " (in whose place nobody acts)"
