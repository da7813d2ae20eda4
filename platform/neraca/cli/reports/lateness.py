"""`neraca report lateness`: whose reports came in time, late or not."""

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.domain import validation
from neraca.service.lateness import Lateness, UnitLateness, latenesses, unit_latenesses
from neraca.service.report_subjects import Subjects


@report.command(short_help="Tell whose reports came in time, late or not.")
@click.option("--agency", required=True, help="The agency whose people report.")
@click.option("--period", required=True, metavar="P", help="The days looked at, such as 2025-03 or 2025-Q1.")
@click.option("--unit", default=None, help="Only the people of this unit.")
@click.option("--people", is_flag=True, help="A row for each person instead of each unit.")
@for_programs
@click.pass_obj
def lateness(
    application: Application, agency: str, period: str, unit: str | None, people: bool, csv: bool, json: bool
) -> None:
    """Count by unit, or tell by name, whose reports of the days came in time, late or not.

    In the rhythm of the policy, or else of the agency: a day, week, month or longer. What may still come in time is not
    counted; of days without work, service or an exemption nothing is owed.
    """
    days = validation.period(period)
    with application.reports(settings(), agency) as source:
        kind, found = (Lateness, latenesses) if people else (UnitLateness, unit_latenesses)
        why = f"nobody owes a report of {days.label} by now"
        print_found(source, kind, found(source, days, unit), why, Subjects(unit=unit), csv=csv, json=json)
