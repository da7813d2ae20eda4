"""`neraca consider`: what the policy of a kind makes of all who have a final result, recorded for lists and boxes; and
`neraca candidacy`: who is nominated of them, and what is decided.

Who asks is the person whose token is given, as over HTTP: the role hr or official is needed, and nobody lists,
nominates or decides on themselves.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.commands import do, sender_options
from neraca.cli.options import F, as_json, settings, token_option
from neraca.domain.vocabulary import CandidacyKind

if TYPE_CHECKING:
    from neraca.service.candidacy_batch import ListingOutcome

KINDS = click.Choice([one.value.lower() for one in CandidacyKind])


@click.command(short_help="List what a policy makes of everybody.")
@click.option("--agency", required=True, help="The agency whose people are considered.")
@click.option("--for", "kind", required=True, type=KINDS, help="For what.")
@click.option("--period", required=True, metavar="P", help="The last period whose results are looked at, such as 2025.")
@click.option("--unit", default=None, help="Only of those appraised in this unit.")
@token_option
@as_json
@click.pass_obj
def consider(
    application: Application, agency: str, kind: str, period: str, unit: str | None, token: str, json: bool
) -> None:
    """List what the policy of a kind makes of all with a final result of a period. It nominates nobody.

    A line for each that is refused, and how many were listed. Exit 1 if one was refused.
    """
    done: Sequence[ListingOutcome] = application.consider(
        settings(), token, CandidacyKind(kind.upper()), agency, period, unit
    )
    refused = [one for one in done if one.outcome == "refused"]
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(done) + b"\n")
    else:
        for one in refused:
            click.echo(f"{one.employee}: {one.why}")
        counts = Counter(one.outcome for one in done)
        told = ", ".join(f"{counts[name]} {name}" for name in ("listed", "unchanged", "nominated", "refused"))
        click.echo(f"{agency} {period}: {told}")
    if refused:
        raise SystemExit(1)


def _of_candidacy(command: F) -> F:
    """NIP, --for, --period, --reason, and the options of whoever sends."""
    for option in (
        sender_options,
        click.option("--reason", required=True, help="The reason, which is recorded."),
        click.option("--period", required=True, metavar="P", help="The last period whose results are looked at."),
        click.option("--for", "kind", required=True, type=KINDS, help="For what."),
        click.argument("employee", metavar="NIP"),
    ):
        command = option(command)
    return command


def _decided(_context: click.Context, _option: click.Parameter, given: bool | None) -> bool:
    if given is None:
        raise click.UsageError("what is decided? give --grant or --refuse")
    return given


def _deciding(command: F) -> F:
    """--grant or --refuse, and --decree."""
    for option in (
        click.option("--decree", default=None, help="What enacts it."),
        click.option(
            "--grant/--refuse", "granted", default=None, callback=_decided, help="What is decided; no default."
        ),
    ):
        command = option(command)
    return command


@click.group(no_args_is_help=True, short_help="Nominate candidates, and decide on them.")
def candidacy() -> None:
    """Nominate whom a policy makes a candidate, and decide on who is nominated.

    `neraca consider` lists what a policy makes of everybody, `neraca report candidates` tells it.
    """


@candidacy.command()
@_of_candidacy
@click.pass_obj
def nominate(
    application: Application, employee: str, kind: str, period: str, reason: str, agency: str, token: str, json: bool
) -> None:
    """Nominate the employee NIP."""
    do(application, agency, token, _command("nominate-candidate", employee, kind, period, reason), json=json)


@candidacy.command()
@_of_candidacy
@_deciding
@click.pass_obj
def decide(
    application: Application,
    employee: str,
    kind: str,
    period: str,
    reason: str,
    granted: bool,
    decree: str | None,
    agency: str,
    token: str,
    json: bool,
) -> None:
    """Decide on the nominated employee NIP. Whoever nominated does not decide."""
    command = _command("decide-candidacy", employee, kind, period, reason)
    do(application, agency, token, {**command, "granted": granted, "decree": decree}, json=json)


@candidacy.command()
@_of_candidacy
@_deciding
@click.pass_obj
def revise(
    application: Application,
    employee: str,
    kind: str,
    period: str,
    reason: str,
    granted: bool,
    decree: str | None,
    agency: str,
    token: str,
    json: bool,
) -> None:
    """Decide otherwise on the employee NIP, or again by the facts of now."""
    command = _command("revise-candidacy", employee, kind, period, reason)
    do(application, agency, token, {**command, "granted": granted, "decree": decree}, json=json)


@candidacy.command()
@_of_candidacy
@click.pass_obj
def withdraw(
    application: Application, employee: str, kind: str, period: str, reason: str, agency: str, token: str, json: bool
) -> None:
    """Withdraw the nomination of the employee NIP, before it is decided."""
    do(application, agency, token, _command("withdraw-candidacy", employee, kind, period, reason), json=json)


def _command(tag: str, employee: str, kind: str, period: str, reason: str) -> dict[str, object]:
    return {"command": tag, "employee": employee, "kind": kind.upper(), "period": period, "reason": reason}
