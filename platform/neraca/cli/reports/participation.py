"""`neraca report participation`: who has a plan, has reported, is rated and is done."""

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.domain import validation
from neraca.service.participation import Participation, participations


@report.command(short_help="Count who has a plan, has reported, is rated.")
@click.option("--agency", required=True, help="The agency whose people are counted.")
@click.option("--period", required=True, metavar="P", help="The period, such as 2025-S2.")
@for_programs
@click.pass_obj
def participation(application: Application, agency: str, period: str, csv: bool, json: bool) -> None:
    """Count by unit who has an approved plan, has reported, is rated by whoever judges, and has a final result.

    Whether an anonymous rater has rated is counted nowhere.
    """
    label = validation.period(period).label
    with application.reports(settings(), agency) as source:
        found = participations(source, label)
        print_found(source, Participation, found, f"{label}, {agency}: nobody is appraised", csv=csv, json=json)
