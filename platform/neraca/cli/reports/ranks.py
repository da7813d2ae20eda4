"""`neraca report ranking`: places by score, where the policy asks for them."""

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.domain import validation
from neraca.service import ranks as service
from neraca.service.ranks import Place, RankedGroup
from neraca.service.report_subjects import Subjects, why_no_results


@report.command(short_help="Tell places by score, where people are ranked.")
@click.option("--agency", required=True, help="The agency whose people are ranked.")
@click.option("--period", required=True, metavar="P", help="The period, such as 2025.")
@click.option("--unit", default=None, help="Only the people of this unit, at the places they have.")
@click.option("--groups", is_flag=True, help="The groups, with how many of each are not final.")
@for_programs
@click.pass_obj
def ranking(
    application: Application, agency: str, period: str, unit: str | None, groups: bool, csv: bool, json: bool
) -> None:
    """Tell the places of people by score, where the policy that judged them ranks.

    A group is ranked once everybody in it is final; equal scores have equal places. Groups of fewer than five people
    are not ranked.
    """
    label = validation.period(period).label
    with application.reports(settings(), agency) as source:

        def why() -> str:
            return why_no_results(source, (label,), unit, "no policy ranks them, or a group is not final, see --groups")

        if groups:
            print_found(source, RankedGroup, service.ranked_groups(source, label), why, csv=csv, json=json)
        else:
            found = service.ranking(source, label, unit)
            print_found(source, Place, found, why, Subjects(unit=unit), csv=csv, json=json)
