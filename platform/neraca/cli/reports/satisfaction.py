"""`neraca report satisfaction`: what citizens said of each unit, of its service points, and of all together."""

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.domain import validation
from neraca.service.report_subjects import Subjects
from neraca.service.satisfaction import AgencySatisfaction, UnitSatisfaction, of_agency, satisfactions


@report.command(short_help="Tell the index of public satisfaction.")
@click.option("--agency", required=True, help="The agency whose services were asked about.")
@click.option("--unit", help="Of this unit only.")
@click.option("--survey", help="Of this survey only, such as skm_unit.")
@click.option("--period", metavar="P", help="Of this period only, such as 2025-S2; without it the trend over all.")
@click.option("--all-units", is_flag=True, help="All units together, by period.")
@for_programs
@click.pass_obj
def satisfaction(
    application: Application,
    agency: str,
    unit: str | None,
    survey: str | None,
    period: str | None,
    all_units: bool,
    csv: bool,
    json: bool,
) -> None:
    """Tell what citizens said: index, category and elements by unit and service point, and their change.

    What fewer than ten citizens said is told of nowhere. Weights, limits and categories are those that public sources
    give for PermenPANRB 14/2017.
    """
    label = None if period is None else validation.period(period).label
    if all_units and (unit or label):
        raise click.UsageError("--all-units tells of all units and periods: leave --unit and --period out")
    asked = Subjects(unit=unit, survey=survey)
    why = "no such survey is closed yet, or fewer than ten citizens answered"
    with application.reports(settings(), agency) as source:
        if all_units:
            print_found(source, AgencySatisfaction, of_agency(source, survey), why, asked, csv=csv, json=json)
        else:
            found = satisfactions(source, unit, survey, label)
            print_found(source, UnitSatisfaction, found, why, asked, csv=csv, json=json)
