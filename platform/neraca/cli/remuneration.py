"""`neraca fix`: credit points and allowances of all whom a period or month concerns.

Who asks is the person whose token is given, as over HTTP: the role hr is needed, and nobody fixes their own.
"""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.options import as_json, settings, token_option

if TYPE_CHECKING:
    from neraca.service.remuneration_batch import FixingOutcome

F = TypeVar("F", bound=Callable[..., Any])


def _options(command: F) -> F:
    """--agency, --unit, --revise and --token-file."""
    for option in (
        token_option,
        click.option(
            "--revise",
            metavar="REASON",
            default=None,
            help="Also revise what is fixed and no longer what its facts come to, for this reason.",
        ),
        click.option("--unit", default=None, help="Only of those appraised in this unit."),
        click.option("--agency", required=True, help="The agency whose people are concerned."),
    ):
        command = option(command)
    return command


@click.group(no_args_is_help=True, short_help="Fix credit points or allowances.")
def fix() -> None:
    """Fix what follows from final results, for all concerned."""


@fix.command()
@_options
@click.option("--period", required=True, metavar="P", help="The appraised period, such as 2025.")
@as_json
@click.pass_obj
def credit(
    application: Application, agency: str, unit: str | None, revise: str | None, token: str, period: str, json: bool
) -> None:
    """Fix the credit points of a period. Of everybody with a career level and a final result of it.

    A line for each that is refused, and how many were fixed. Exit 1 if one was refused.
    """
    _fix(application, "credit", (agency, period, unit, revise, token), json=json)


@fix.command()
@_options
@click.option("--month", required=True, metavar="M", help="The month, such as 2026-02.")
@as_json
@click.pass_obj
def allowance(
    application: Application, agency: str, unit: str | None, revise: str | None, token: str, month: str, json: bool
) -> None:
    """Fix the allowances of a month. Of everybody with a final result that ended by then, by the last one.

    A line for each that is refused, and how many were fixed. Exit 1 if one was refused.
    """
    _fix(application, "allowance", (agency, month, unit, revise, token), json=json)


def _fix(
    application: Application,
    kind: Literal["credit", "allowance"],
    asked: tuple[str, str, str | None, str | None, str],
    *,
    json: bool,
) -> None:
    agency, period, unit, revise, token = asked
    done: Sequence[FixingOutcome] = application.fix(settings(), token, kind, agency, period, unit, revise)
    refused = [one for one in done if one.outcome == "refused"]
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(done) + b"\n")
    else:
        for one in refused:
            click.echo(f"{one.employee}: {one.why}")
        counts = Counter(one.outcome for one in done)
        told = ", ".join(f"{counts[name]} {name}" for name in ("fixed", "revised", "unchanged", "refused"))
        click.echo(f"{agency} {period}: {told}")
    if refused:
        raise SystemExit(1)
