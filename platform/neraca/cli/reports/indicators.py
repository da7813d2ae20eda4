"""`neraca report indicators`: how each indicator lies over the agency, and over its units."""

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.domain import validation
from neraca.service.group_spread import GroupSpread, threshold
from neraca.service.indicator_report import IndicatorSpread, agency_indicators, unit_spreads
from neraca.service.report_subjects import Subjects, why_no_results


@report.command(short_help="Tell which indicators are weakest.")
@click.option("--agency", required=True, help="The agency whose results are told.")
@click.option("--period", required=True, metavar="P", help="The period, such as 2025-S2.")
@click.option("--below", metavar="N", default=None, help="Count how many people have less than this.")
@click.option("--measure", default=None, help="How this one lies over the units, instead of all over the agency.")
@for_programs
@click.pass_obj
def indicators(
    application: Application, agency: str, period: str, below: str | None, measure: str | None, csv: bool, json: bool
) -> None:
    """Tell how each indicator lies over the people of the agency, the weakest first.

    For programmes designed from results: which indicators are weak, of how many people, and in which units. Groups are
    of five people or more.
    """
    label = validation.period(period).label
    least = None if below is None else threshold(below)
    with application.reports(settings(), agency) as source:

        def why() -> str:
            return why_no_results(source, (label,), None, "nothing is told of fewer than five people together")

        if measure is None:
            print_found(source, IndicatorSpread, agency_indicators(source, label, least), why, csv=csv, json=json)
        else:
            found = unit_spreads(source, label, measure, least)
            print_found(source, GroupSpread, found, why, Subjects(measure=measure), csv=csv, json=json)
