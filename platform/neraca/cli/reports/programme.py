"""`neraca report programme`: what indicators of a programme stood at before it began and came to since."""

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.service.programme_outcomes import ProgrammeOutcome, outcomes_of


@report.command(short_help="Tell what a programme came to, before and after.")
@click.option("--agency", required=True, help="The agency whose programme it is.")
@click.option("--id", "programme", required=True, help="The id of the programme.")
@for_programs
@click.pass_obj
def programme(application: Application, agency: str, programme: str, csv: bool, json: bool) -> None:
    """Tell what indicators of a programme stood at before it began, and came to in each period since.

    Each row names the event that concluded the period and those of the report it rests on, by their place in the log.
    """
    with application.reports(settings(), agency) as source:
        rows = outcomes_of(source.history, source.agency.id, programme)
        why = f"no period of an indicator of {programme} is concluded yet"
        print_found(source, ProgrammeOutcome, rows, why, csv=csv, json=json)
