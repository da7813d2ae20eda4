"""`neraca report shadow`: what a rule that is tried beside the one in force would have made of the year."""

import sys
from collections.abc import Iterator

import click
import msgspec
from msgspec import Struct

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_rows
from neraca.policy.impact.console import render
from neraca.policy.impact.report import Group, Impact, canonical
from neraca.service.simulation import ShadowReport, Simulation


class ShadowRow(Struct, frozen=True):
    """A group of people of a period; `mean_shift` is of the scores of those who have one both times."""

    period: str
    by: str
    name: str
    people: int
    changed: int
    raised: int
    lowered: int
    newly_blocked: int
    newly_scored: int
    mean_shift: str | None


@report.command(short_help="Compare a rule that is tried with what rules.")
@click.option("--agency", required=True, help="The agency that tries it.")
@click.option("--shadow", default=None, metavar="ID", help="Which, such as s1. Default: the last that was named.")
@for_programs
@click.pass_obj
def shadow(application: Application, agency: str, shadow: str | None, csv: bool, json: bool) -> None:
    """Compare a rule that is tried beside the one in force with what rules.

    By each period that ended within its days, of those whose result is final: who moves from which predicate to which,
    by unit and by class. No number is touched by it. It is for policy staff and auditors.
    """
    found = application.shadowed(settings(), agency, shadow)
    if csv:
        print_rows(ShadowRow, [row for one in found.found for row in _rows(one.impact)], csv=csv, json=json)
    elif json:
        sys.stdout.buffer.write(msgspec.json.encode(_answer(found)) + b"\n")
    else:
        named = found.of.named
        click.echo(
            f"{agency} {named.shadow}: {named.policy.name} is tried from {named.since} to {found.of.last}, and counts "
            "for nothing"
        )
        for one in found.found:
            click.echo()
            click.echo(render(one.impact, None), nl=False)
        if not found.found:
            click.echo("no period that ended within those days has a final result yet")


def _rows(impact: Impact) -> Iterator[ShadowRow]:
    whole = Group(
        name="",
        people=impact.people,
        changed=impact.changed,
        raised=impact.raised,
        lowered=impact.lowered,
        newly_blocked=impact.newly_blocked.people,
        newly_scored=impact.newly_scored.people,
        shift=impact.shift,
    )
    for by, groups in (("all", (whole,)), ("unit", impact.by_unit), ("class", impact.by_class)):
        for one in groups:
            yield ShadowRow(
                period=impact.period,
                by=by,
                name=one.name,
                people=one.people,
                changed=one.changed,
                raised=one.raised,
                lowered=one.lowered,
                newly_blocked=one.newly_blocked,
                newly_scored=one.newly_scored,
                mean_shift=None if one.shift is None else one.shift.mean,
            )


def _answer(found: ShadowReport) -> dict[str, object]:
    return {"shadow": found.of, "periods": [_of_period(one) for one in found.found]}


def _of_period(one: Simulation) -> dict[str, object]:
    return {"hash": one.hash, "position": one.position, "impact": msgspec.Raw(canonical(one.impact))}
