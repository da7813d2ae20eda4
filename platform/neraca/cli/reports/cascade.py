"""`neraca report cascade`: how much of what is planned serves a goal of the region."""

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.service.cascade import CascadeOfUnit, CascadeResult, results_of, sums_of


@report.command(short_help="Tell what serves a goal of the region.")
@click.option("--agency", required=True, help="The agency whose plans are read.")
@click.option("--year", type=click.IntRange(1945, 2100), required=True, help="The year of the plans.")
@click.option("--results", is_flag=True, help="Print each result and what it serves, not sums by unit.")
@for_programs
@click.pass_obj
def cascade(application: Application, agency: str, year: int, results: bool, csv: bool, json: bool) -> None:
    """Count by unit what its people plan: how much is linked to a result above, leads to a goal, or serves nothing.

    With --results each result of a unit's plan and of people's, with what it serves and the goal that it leads to.
    """
    why = f"{agency} has no plan of {year}"
    with application.reports(settings(), agency) as source:
        if results:
            print_found(source, CascadeResult, results_of(source, year), why, csv=csv, json=json)
        else:
            print_found(source, CascadeOfUnit, sums_of(source, year), why, csv=csv, json=json)
