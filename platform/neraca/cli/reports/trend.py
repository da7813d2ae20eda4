"""`neraca report trend`: how a measure went over the periods."""

import click

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.domain import validation
from neraca.service import group_spread, report_subjects
from neraca.service.report_subjects import Subjects
from neraca.service.trend import EmployeeTrend, GroupTrend, group_trend, trend_of


@report.command(short_help="Tell how results went over the periods.")
@click.option("--agency", required=True, help="The agency whose results are told.")
@click.option("--measure", default=group_spread.SCORE, show_default=True, help="The score, or a node of the policy.")
@click.option("--unit", default=None, help="Of this unit, instead of the whole agency.")
@click.option("--employee", metavar="NIP", default=None, help="Of this employee, instead of a group.")
@for_programs
@click.pass_obj
def trend(
    application: Application, agency: str, measure: str, unit: str | None, employee: str | None, csv: bool, json: bool
) -> None:
    """Tell how a measure went over the periods, of an employee, a unit, or the agency.

    A group is of five people or more, and so is what it changes by. Where the rule changed nothing is compared: the
    scales may differ.
    """
    if unit is not None and employee is not None:
        raise click.UsageError("--unit or --employee, not both")
    with application.reports(settings(), agency) as source:
        if employee is not None:
            nip = validation.key(employee, "employee", "an employee number")
            trend_ = trend_of(source, nip, measure)
            if all(one.value is None for one in trend_):
                report_subjects.require(source, Subjects(employee=nip, measure=measure))
            print_found(source, EmployeeTrend, trend_, f"no result of {nip} is final yet", csv=csv, json=json)
            return
        if unit is None:
            found = group_spread.read(source, group_spread.OF_CLASSES, group_spread.of_classes(measures=[measure]))
        else:
            found = group_spread.read(
                source, group_spread.OF_UNITS, group_spread.of_units(units=[unit], measure=measure)
            )
        why = "no result is final yet, or of fewer than five people"
        asked = Subjects(unit=unit, measure=measure)
        print_found(source, GroupTrend, group_trend(found), why, asked, csv=csv, json=json)
