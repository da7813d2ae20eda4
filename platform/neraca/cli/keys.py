"""`neraca key`: keys by which programs ask, made and revoked by whoever administers an agency.

Who asks is the person whose token is given, as over HTTP.
"""

import sys
from datetime import date, datetime

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.commands import sender_options
from neraca.cli.options import settings
from neraca.domain.vocabulary import Scope


@click.group(no_args_is_help=True, short_help="Make, list and revoke the keys of programs.")
def key() -> None:
    """Make, list and revoke keys by which programs read and write. For the role admin."""


@key.command()
@click.argument("program")
@sender_options
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    required=True,
    help="What it is for; repeatable.",
)
@click.option("--until", required=True, metavar="DATE", help="The last day on which it holds, within a year.")
@click.pass_obj
def create(
    application: Application, program: str, scopes: tuple[str, ...], until: str, agency: str, token: str, json: bool
) -> None:
    """Make a key of PROGRAM and print it: it is told this once, and kept nowhere.

    What the program does is recorded as done by key:PROGRAM.
    """
    from neraca.domain.api_key import KeyOrder

    order = KeyOrder(program, frozenset(map(Scope, scopes)), _day(until))
    made = application.issue_key(settings(), token, agency, order)
    if json:
        _print_json(made)
        return
    click.echo(made.key)
    click.echo(f"key {made.id} of {program} holds until {made.until}: {', '.join(made.scopes)}", err=True)


@key.command("list")
@sender_options
@click.pass_obj
def list_(application: Application, agency: str, token: str, json: bool) -> None:
    """List the keys of an agency, the newest first, without what is secret."""
    found = application.keys(settings(), token, agency)
    if json:
        _print_json(found)
        return
    for one in found:
        click.echo(f"{one.id}  {one.program}: {', '.join(one.scopes)}")
        click.echo(f"    made by {one.issued_by}, {_told(one.issued_at)}; ends {_told(one.ends_at)}")
        if one.revoked_at is not None:
            click.echo(f"    revoked by {one.revoked_by}, {_told(one.revoked_at)}")
        click.echo("    never used" if one.used_at is None else f"    last used {_told(one.used_at)}")


@key.command()
@click.argument("key")
@sender_options
@click.pass_obj
def revoke(application: Application, key: str, agency: str, token: str, json: bool) -> None:
    """Revoke KEY, by its id: from the next request on it is taken no more."""
    at = application.revoke_key(settings(), token, agency, key)
    if json:
        _print_json({"id": key, "at": at})
        return
    click.echo(f"key {key} is revoked since {_told(at)}")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise click.UsageError(f"'{written}' is no day; write it as 2026-12-31") from None


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}Z"


def _print_json(told: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
