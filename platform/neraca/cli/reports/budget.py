"""`neraca report budget`: what another rule would have cost over a year that has ended."""

import sys
from collections.abc import Iterator
from decimal import Decimal

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.options import Root, root_option, settings
from neraca.cli.report_group import report
from neraca.cli.report_output import for_programs, print_rows
from neraca.cli.simulation import policy_named, progress
from neraca.domain.text_kinds import counted
from neraca.service.budget import Budget, BudgetCounter, BudgetLine, BudgetRequest, BudgetSum, named


@report.command(short_help="Tell what another rule would have cost.")
@click.option("--agency", required=True, help="The agency whose people were paid.")
@click.option("--year", type=int, default=None, help="The year. Default: the last that has ended.")
@click.option(
    "--candidate",
    default=None,
    metavar="FILE|REF",
    help="The rule to try: a file, a proposal, or what is published. Default: what paid, which must come to the same.",
)
@root_option
@for_programs
@click.pass_obj
def budget(
    application: Application, agency: str, year: int | None, candidate: str | None, root: Root, csv: bool, json: bool
) -> None:
    """Reckon each month that was paid by another rule, to the rupiah.

    The rule may be one for allowances, or one for appraisals: then results are judged anew and paid by what paid them.
    A REF is id@version, an id for its latest version, a hash or a proposal. Who cannot be counted is in no sum, and
    told with why. CSV has a row for each month of each person.
    """
    tried = None if candidate is None else policy_named(candidate, root)
    with application.reports(settings(), agency) as source, progress() as say:
        rule = named(source.policies, agency, tried) if isinstance(tried, str) else tried
        asked = BudgetRequest(agency=agency, year=source.today.year - 1 if year is None else year, candidate=rule)
        found = BudgetCounter(source.history, source.policies, source.agency).count(asked, source.today, say)
    if csv:
        print_rows(BudgetLine, found.lines, csv=csv, json=json)
    elif json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        for line in _told(found):
            click.echo(line)


def _told(found: Budget) -> Iterator[str]:
    total = found.total
    rule = "what paid" if found.candidate is None else found.candidate
    yield (
        f"{found.agency} {found.year}: {rule} comes to {total.counterfactual:,} rupiah where {total.paid:,} was fixed, "
        f"{_signed(total.difference)}, for {counted(total.people, 'person', 'people', ',')} and "
        f"{counted(total.months, 'month', 'months', ',')}"
    )
    for title, sums in (
        ("By month", found.by_month),
        ("By unit", found.by_unit),
        ("By predicate that was paid", found.by_predicate),
        ("By predicate under the rule", found.by_predicate_after),
    ):
        if sums:
            yield f"{title}:"
            yield from (f"    {_sum(one)}" for one in sums)
    for one in found.uncounted:
        paid = f", of which {one.paid:,} was fixed" if one.paid else ""
        months = counted(one.months, "month", "months", ",")
        yield f"not counted: {counted(one.people, 'person', 'people', ',')}, {months}{paid}: {one.why}"


def _sum(one: BudgetSum) -> str:
    people = counted(one.people, "person", "people", ",")
    return f"{one.name or '-'}: {people}, {one.paid:,} -> {one.counterfactual:,}, {_signed(one.difference)}"


def _signed(amount: Decimal) -> str:
    return f"+{amount:,}" if amount > 0 else f"{amount:,}"
