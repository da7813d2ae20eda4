"""`neraca report before-after`: two periods beside each other, and the same people only."""

import click
from msgspec import Struct

from neraca.cli.application import Application
from neraca.cli.options import settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_found
from neraca.domain import validation
from neraca.service import report_subjects
from neraca.service.before_after import PREDICATE, BeforeAfter, Numbers, before_after
from neraca.service.group_spread import SCORE
from neraca.service.report_subjects import Subjects, why_no_results


@report.command("before-after", short_help="Compare two periods.")
@click.option("--agency", required=True, help="The agency whose results are compared.")
@click.option("--before", required=True, metavar="P", help="The first period, such as 2025-S1.")
@click.option("--after", required=True, metavar="P", help="The second, such as 2025-S2.")
@click.option("--measure", default=SCORE, show_default=True, help="score, predicate, or a node of the policy.")
@click.option("--unit", default=None, help="Of this unit, with its surveys and other facts.")
@click.option("--programme", default=None, help="Of whoever was ever a member of this programme.")
@for_programs
@click.pass_obj
def before_and_after(
    application: Application,
    agency: str,
    before: str,
    after: str,
    measure: str,
    unit: str | None,
    programme: str | None,
    csv: bool,
    json: bool,
) -> None:
    """Compare what two periods came to: everybody who counts in them, and the same people only.

    That something began in between does not make it the cause. Groups are of five people or more.
    """
    first, second = validation.period(before).label, validation.period(after).label
    with application.reports(settings(), agency) as source:
        found = before_after(source, measure, first, second, unit, programme)
        asked = Subjects(unit=unit, programme=programme, measure=None if measure == PREDICATE else measure)
        if all(one.whom == "FACT" for one in found):
            report_subjects.require(source, asked)
        kind, rows = (BeforeAfter, found) if json else (_Line, [_line(one) for one in found])
        print_found(
            source,
            kind,
            rows,
            lambda: why_no_results(source, (first, second), unit, "nothing is told of fewer than five people together"),
            csv=csv,
            json=json,
        )


class _Line(Struct, frozen=True):
    whom: str
    measure: str
    policy_before: str | None
    policy_after: str | None
    people_before: int | None
    people_after: int | None
    quartiles_before: str | None
    quartiles_after: str | None
    mean_before: str | None
    mean_after: str | None
    change: str | None
    one_rule: bool | None
    more: int | None
    fewer: int | None
    alike: int | None
    position_before: int | None
    position_after: int | None


def _line(one: BeforeAfter) -> _Line:
    before, after = one.before, one.after
    return _Line(
        whom=one.whom,
        measure=one.measure,
        policy_before=before.policy,
        policy_after=after.policy,
        people_before=before.people,
        people_after=after.people,
        quartiles_before=_quartiles(before),
        quartiles_after=_quartiles(after),
        mean_before=None if before.mean is None else str(before.mean),
        mean_after=None if after.mean is None else str(after.mean),
        change=None if one.change is None else str(one.change),
        one_rule=one.one_rule,
        more=one.more,
        fewer=one.fewer,
        alike=one.alike,
        position_before=before.position,
        position_after=after.position,
    )


def _quartiles(side: Numbers) -> str | None:
    if side.median is None:
        return None
    return f"{side.lower_quartile} / {side.median} / {side.upper_quartile}"
