"""`neraca report strengths`: what is strongest and weakest in the results of an employee, a unit, or a duty."""

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.domain import validation
from neraca.service.report_subjects import Subjects, why_no_results
from neraca.service.strengths import DUTIES, Duty, Standing, duties, employee_strengths, of_duties, unit_strengths


@report.command(short_help="Tell what is strong and weak in results.")
@click.option("--agency", required=True, help="The agency whose results are told.")
@click.option("--period", required=True, metavar="P", help="The period, such as 2025-S2.")
@click.option("--employee", metavar="NIP", default=None, help="Of this employee, beside those of the same class.")
@click.option("--unit", default=None, help="Of this unit, beside the whole agency.")
@click.option("--duties", "of_targets", is_flag=True, help="By what people have planned alike, with how many met it.")
@for_programs
@click.pass_obj
def strengths(
    application: Application,
    agency: str,
    period: str,
    employee: str | None,
    unit: str | None,
    of_targets: bool,
    csv: bool,
    json: bool,
) -> None:
    """Tell what is strongest and weakest in the final results of a period, the weakest first.

    Each part of a result stands beside the median of five people or more who are judged by the same rule, with the
    events in the log that it rests on.
    """
    if (employee is None) == (unit is None and not of_targets) or (employee is not None and of_targets):
        raise click.UsageError("say whose: --employee, or --unit, or --duties of a unit or of all")
    label = validation.period(period).label
    with application.reports(settings(), agency) as source:

        def of_group() -> str:
            return why_no_results(source, (label,), unit, "nothing is told of fewer than five people together")

        if employee is not None:
            nip = validation.key(employee, "employee", "an employee number")
            why = f"the result of {nip} of {label} is not final"
            found = employee_strengths(source, nip, label)
            print_found(source, Standing, found, why, Subjects(employee=nip), csv=csv, json=json)
        elif of_targets:
            rows = source.rows(DUTIES, of_duties(label, None if unit is None else [unit]))
            print_found(source, Duty, duties(rows), of_group, Subjects(unit=unit), csv=csv, json=json)
        elif unit is not None:
            standings = unit_strengths(source, unit, label)
            print_found(source, Standing, standings, of_group, Subjects(unit=unit), csv=csv, json=json)
