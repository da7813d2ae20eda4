"""`neraca report forensics`: what the log says of how people judged, beside what chance alone would give."""

from datetime import datetime
from decimal import Decimal

import click
from msgspec import Struct

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_rows
from neraca.domain import validation
from neraca.domain.forensics.findings import Finding, words
from neraca.domain.text_kinds import counted
from neraca.domain.vocabulary import FindingKind
from neraca.service import report_subjects
from neraca.service.forensics import forensics as found_in
from neraca.service.report_subjects import Subjects


class FindingRow(Struct, frozen=True):
    """A finding as a row; `employees` and `events` are those it rests on, the first of them; `further_events` is how
    many more there are.
    """

    judge: str
    kind: FindingKind
    cases: int
    found: int
    expected: Decimal
    chance: Decimal
    measure: Decimal | None
    since: datetime | None
    until: datetime | None
    other: str | None
    employees: tuple[str, ...]
    events: tuple[int, ...]
    further_events: int
    said: str


@report.command(short_help="Tell how people judged, beside chance.")
@click.option("--agency", required=True, help="The agency whose judges are looked at.")
@click.option("--period", required=True, metavar="P", help="The period, such as 2025-S2.")
@click.option("--judge", default=None, metavar="NIP", help="Only of this person.")
@click.option("--anonymous", is_flag=True, help="Also pairs of anonymous raters. For auditors only: it names them.")
@for_programs
@click.pass_obj
def forensics(
    application: Application, agency: str, period: str, judge: str | None, anonymous: bool, csv: bool, json: bool
) -> None:
    """Tell what the log says of how people judged, beside what chance alone would give.

    A finding is a reason to look and no judgement: no number, pay or sanction rests on it. From when on something is
    one is ours and illustrative.
    """
    of = validation.period(period)
    with application.reports(settings(), agency) as source:
        every = found_in(source, of, anonymous=anonymous)
        if judge is not None and not any(judge in (one.judge, one.other) for one in every):
            report_subjects.require(source, Subjects(employee=judge))
    some = [one for one in every if judge in (None, one.judge, one.other)]
    if csv or json:
        print_rows(FindingRow, [_row(one) for one in some], csv=csv, json=json)
        return
    for one in some:
        click.echo(f"{one.kind}: {words(one)}")
    click.echo(f"{agency} {of.label}: {counted(len(some), 'finding')}; each is a reason to look, and no judgement")


def _row(one: Finding) -> FindingRow:
    return FindingRow(
        judge=one.judge,
        kind=one.kind,
        cases=one.cases,
        found=one.found,
        expected=one.expected,
        chance=one.chance,
        measure=one.measure,
        since=one.since,
        until=one.until,
        other=one.other,
        employees=tuple(case.employee for case in one.of),
        events=one.events,
        further_events=one.further,
        said=words(one),
    )
