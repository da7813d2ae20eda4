"""`neraca report training`, `needs`, `low-rated`, `candidates` and `boxes`: what follows from results for people."""

import click

from neraca.cli.application import Application
from neraca.cli.candidacies import KINDS
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.domain import validation
from neraca.domain.vocabulary import CandidacyKind
from neraca.service.development_reports import (
    Box,
    Candidate,
    LowRated,
    Need,
    Training,
    boxes,
    candidates,
    low_rated,
    trainings,
)
from neraca.service.development_reports import needs as training_needs
from neraca.service.report_subjects import Subjects, why_no_results

_NOBODY = "nobody is listed for {} by results of {}; neraca consider lists what a policy makes of all"


@report.command(short_help="Tell the training plans of units.")
@click.option("--agency", required=True, help="The agency whose units plan training.")
@click.option("--period", required=True, metavar="P", help="The period whose results the plans answer, such as 2025.")
@click.option("--unit", default=None, help="Only of this unit.")
@for_programs
@click.pass_obj
def training(application: Application, agency: str, period: str, unit: str | None, csv: bool, json: bool) -> None:
    """Tell who is to be trained in what, how far that is, and what proves it."""
    label = validation.period(period).label
    with application.reports(settings(), agency) as source:
        why = f"no training is planned from results of {label}; a head plans it with propose-training-plan"
        print_found(source, Training, trainings(source, label, unit), why, Subjects(unit=unit), csv=csv, json=json)


@report.command(short_help="Tell what results ask for in training.")
@click.option("--agency", required=True, help="The agency whose units plan training.")
@click.option("--period", required=True, metavar="P", help="The period of the results, such as 2025.")
@click.option("--unit", default=None, help="Only of this unit.")
@for_programs
@click.pass_obj
def needs(application: Application, agency: str, period: str, unit: str | None, csv: bool, json: bool) -> None:
    """Tell whose results have weak values, as the plan of their unit recorded them.

    Each stands beside the median of five people or more of the same class of posts who are judged by the same rule.
    """
    label = validation.period(period).label
    with application.reports(settings(), agency) as source:
        why = f"no training is planned from results of {label}; a head plans it with propose-training-plan"
        print_found(source, Need, training_needs(source, label, unit), why, Subjects(unit=unit), csv=csv, json=json)


@report.command("low-rated", short_help="Tell whose result asks for training.")
@click.option("--agency", required=True, help="The agency whose people are told.")
@click.option("--period", required=True, metavar="P", help="The period of the results, such as 2025.")
@click.option("--unit", default=None, help="Only of this unit.")
@click.option("--without", is_flag=True, help="Only those who have no training in the plan of their unit.")
@for_programs
@click.pass_obj
def low(
    application: Application, agency: str, period: str, unit: str | None, without: bool, csv: bool, json: bool
) -> None:
    """Tell whose final result asks for training, and which they have in the plan of their unit."""
    label = validation.period(period).label
    with application.reports(settings(), agency) as source:
        found = low_rated(source, label, unit)
        print_found(
            source,
            LowRated,
            [one for one in found if not (without and one.trainings)],
            lambda: why_no_results(source, (label,), unit, "none of them asks for training that is not planned"),
            Subjects(unit=unit),
            csv=csv,
            json=json,
        )


@report.command("candidates", short_help="Tell who is considered for what.")
@click.option("--agency", required=True, help="The agency whose people are told.")
@click.option("--for", "kind", required=True, type=KINDS, help="For what.")
@click.option("--period", required=True, metavar="P", help="The last period whose results are looked at.")
@click.option("--eligible", is_flag=True, help="Only those whom the policy makes a candidate, or who were nominated.")
@for_programs
@click.pass_obj
def candidate(
    application: Application, agency: str, kind: str, period: str, eligible: bool, csv: bool, json: bool
) -> None:
    """Tell who is considered for something, the highest score first, and what people decided."""
    label = validation.period(period).label
    with application.reports(settings(), agency) as source:
        found = candidates(source, CandidacyKind(kind.upper()), label)
        told = [one for one in found if not eligible or one.eligible or one.stage != "listed"]
        print_found(source, Candidate, told, _NOBODY.format(kind, label), csv=csv, json=json)


@report.command("boxes", short_help="Count the boxes of talents.")
@click.option("--agency", required=True, help="The agency whose people are counted.")
@click.option("--for", "kind", default="talent", type=KINDS, help="Of another kind, count its outcomes.")
@click.option("--period", required=True, metavar="P", help="The last period whose results are looked at.")
@for_programs
@click.pass_obj
def box(application: Application, agency: str, kind: str, period: str, csv: bool, json: bool) -> None:
    """Count how many people are in which box of talents, or have which outcome of another kind."""
    label = validation.period(period).label
    with application.reports(settings(), agency) as source:
        found = boxes(candidates(source, CandidacyKind(kind.upper()), label))
        print_found(source, Box, found, _NOBODY.format(kind, label), csv=csv, json=json)
