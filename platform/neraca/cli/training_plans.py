"""`neraca training`: the training plan of a unit, from its proposal to what each has completed.

Who asks is the person whose token is given, as over HTTP: the head of the unit or HR proposes and records, an official
who is not among the people of the plan decides.
"""

from typing import IO

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.commands import do, sender_options
from neraca.cli.options import F

_reason = click.option("--reason", required=True, help="The reason, which is recorded.")


def _of_plan(command: F) -> F:
    """UNIT, --period, and the options of whoever sends."""
    for option in (
        sender_options,
        click.option("--period", required=True, metavar="P", help="The period whose results it answers, such as 2025."),
        click.argument("unit"),
    ):
        command = option(command)
    return command


@click.group(no_args_is_help=True, short_help="Propose, decide and complete training plans.")
def training() -> None:
    """Propose, decide and complete the training plan of a unit.

    `neraca report needs` says what results ask for, `neraca report training` what became of it.
    """


@training.command()
@_of_plan
@click.option("--items", type=click.File("rb"), required=True, help="File with the items; - is standard input.")
@_reason
@click.pass_obj
def propose(
    application: Application,
    unit: str,
    period: str,
    items: IO[bytes],
    reason: str,
    agency: str,
    token: str,
    json: bool,
) -> None:
    """Propose training for people of UNIT. What waits for a decision is replaced, what is approved stays.

    The file is a JSON list of items, each with id, kind, title, addresses, people, provider, hours, since, until, cost.
    """
    command = {
        "command": "propose-training-plan",
        "unit": unit,
        "period": period,
        "items": msgspec.Raw(items.read()),
        "reason": reason,
    }
    do(application, agency, token, command, json=json)


@training.command()
@_of_plan
@_reason
@click.option(
    "--seen", default=None, type=click.IntRange(0), metavar="V", help="Version that was read. Default: as it stands."
)
@click.pass_obj
def approve(
    application: Application,
    unit: str,
    period: str,
    reason: str,
    seen: int | None,
    agency: str,
    token: str,
    json: bool,
) -> None:
    """Approve what waits for a decision in the plan of UNIT.

    What waits may be replaced by another proposal: with the version that was read, nothing else is approved.
    """
    command = {"command": "approve-training-plan", "unit": unit, "period": period, "reason": reason}
    do(application, agency, token, command, None if seen is None else [seen], json=json)


@training.command("return")
@_of_plan
@_reason
@click.pass_obj
def return_(application: Application, unit: str, period: str, reason: str, agency: str, token: str, json: bool) -> None:
    """Return what waits for a decision in the plan of UNIT, to be proposed otherwise."""
    command = {"command": "return-training-plan", "unit": unit, "period": period, "reason": reason}
    do(application, agency, token, command, json=json)


@training.command()
@_of_plan
@click.option("--item", required=True, help="The id of the item.")
@click.option("--employee", required=True, metavar="NIP", help="Who completed it.")
@click.option("--on", required=True, metavar="DATE", help="The day on which it was completed.")
@click.option("--hours", required=True, type=int, help="How many hours they attended.")
@click.option("--certificate", default=None, metavar="URI", help="Where the proof is kept.")
@click.option(
    "--follow-up", default=None, type=int, metavar="N", help="Log position of the training that its result asked for."
)
@click.pass_obj
def complete(
    application: Application,
    unit: str,
    period: str,
    item: str,
    employee: str,
    on: str,
    hours: int,
    certificate: str | None,
    follow_up: int | None,
    agency: str,
    token: str,
    json: bool,
) -> None:
    """Record that an employee completed an item of the plan of UNIT."""
    command = {
        "command": "complete-training",
        "unit": unit,
        "period": period,
        "item": item,
        "employee": employee,
        "on": on,
        "hours": hours,
        "certificate": certificate,
        "follow_up": follow_up,
    }
    do(application, agency, token, command, json=json)


@training.command()
@_of_plan
@click.option("--item", required=True, help="The id of the item.")
@click.option(
    "--employee", default=None, metavar="NIP", help="For this employee alone. Default: whoever is to take it."
)
@_reason
@click.pass_obj
def cancel(
    application: Application,
    unit: str,
    period: str,
    item: str,
    employee: str | None,
    reason: str,
    agency: str,
    token: str,
    json: bool,
) -> None:
    """Cancel an approved item of the plan of UNIT."""
    command = {
        "command": "cancel-training",
        "unit": unit,
        "period": period,
        "item": item,
        "employee": employee,
        "reason": reason,
    }
    do(application, agency, token, command, json=json)
