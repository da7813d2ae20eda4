"""`neraca report durations`: how many days results and answers take."""

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.domain import validation
from neraca.service.durations import Duration
from neraca.service.durations import durations as measured
from neraca.service.report_subjects import why_no_results


@report.command("durations", short_help="Tell how many days results and answers take.")
@click.option("--agency", required=True, help="The agency whose appraisals are measured.")
@click.option("--period", required=True, metavar="P", help="The period, such as 2025-S2.")
@for_programs
@click.pass_obj
def durations(application: Application, agency: str, period: str, csv: bool, json: bool) -> None:
    """Tell how many days a result takes from the end of its period, and the answer to a report from its coming in.

    Quartiles, median and the longest, of all and by unit.
    """
    label = validation.period(period).label
    with application.reports(settings(), agency) as source:
        otherwise = "no report of them is answered"
        print_found(
            source,
            Duration,
            measured(source, label),
            lambda: why_no_results(source, (label,), None, otherwise),
            csv=csv,
            json=json,
        )
