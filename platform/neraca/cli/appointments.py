"""`neraca appointment`: who has which role in an agency, given and withdrawn by whoever administers it.

Who asks is the person whose token is given, as over HTTP.
"""

import sys
from datetime import date

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.commands import do, sender_options
from neraca.cli.options import settings
from neraca.domain.appointments import APPOINTED

_ROLE = click.Choice([role.value for role in APPOINTED])


@click.group(no_args_is_help=True, short_help="Give, withdraw and list roles of people.")
def appointment() -> None:
    """Give and withdraw the roles that people have who sign in. For the role admin."""


@appointment.command()
@click.argument("person")
@click.argument("role", type=_ROLE)
@click.option("--since", required=True, metavar="DATE", help="The first day on which it holds.")
@click.option("--until", metavar="DATE", help="The last day; without it, it holds until it is withdrawn.")
@click.option("--basis", required=True, help="The order that it rests on.")
@sender_options
@click.pass_obj
def give(
    application: Application,
    person: str,
    role: str,
    since: str,
    until: str | None,
    basis: str,
    agency: str,
    token: str,
    json: bool,
) -> None:
    """Give PERSON, by employee number, a ROLE."""
    command = {"person": person, "role": role, "since": since, "until": until, "basis": basis}
    do(application, agency, token, {"command": "give-appointment", **command}, json=json)


@appointment.command()
@click.argument("person")
@click.argument("role", type=_ROLE)
@click.option("--reason", required=True, help="Why.")
@sender_options
@click.pass_obj
def withdraw(
    application: Application, person: str, role: str, reason: str, agency: str, token: str, json: bool
) -> None:
    """Take ROLE from PERSON: from their next request on they have it no more."""
    command = {"command": "withdraw-appointment", "person": person, "role": role, "reason": reason}
    do(application, agency, token, command, json=json)


@appointment.command("list")
@click.option("--on", metavar="DATE", help="Only what holds on this day.")
@sender_options
@click.pass_obj
def list_(application: Application, on: str | None, agency: str, token: str, json: bool) -> None:
    """List who has which role, by person and first day. For the roles admin and auditor."""
    found = application.appointments(settings(), token, agency, None if on is None else _day(on))
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
        return
    for one in found:
        until = "until it is withdrawn" if one.until is None else f"to {one.until}"
        click.echo(f"{one.person}  {one.role.value} from {one.since} {until}: {one.basis}")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise click.UsageError(f"'{written}' is no day; write it as 2026-12-31") from None
