"""`neraca report raters`: every draw of raters done again from the log."""

import sys

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_rows, say_why
from neraca.service.draws import Redrawn, redrawn


@report.command(short_help="Draw raters again from the log.")
@click.option("--agency", required=True, help="The agency whose draws are done again.")
@for_programs
@click.pass_obj
def raters(application: Application, agency: str, csv: bool, json: bool) -> None:
    """Do every draw of raters again, by the roster at the draw and the salt that was in the log before.

    Whose raters, how many of how many, and what is not as recorded; nobody who rates is named where all is. The
    command fails where something is not.
    """
    with application.reports(settings(), agency) as source:
        found = redrawn(source.history, source.policies, source.agency)
    print_rows(Redrawn, found, csv=csv, json=json)
    if not found:
        say_why(f"{agency} has drawn no raters")
    if any(one.difference is not None for one in found):
        sys.exit(1)
