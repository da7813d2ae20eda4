"""`neraca sessions`: who is signed in to the pages, for whoever administers an agency.

Who asks is the person whose token is given, as over HTTP.
"""

import sys

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.commands import sender_options
from neraca.cli.options import settings


@click.group(no_args_is_help=True, short_help="List and end the sessions of the pages.")
def sessions() -> None:
    """List and end the sessions of those who are signed in to the pages. For the role admin."""


@sessions.command("list")
@sender_options
@click.pass_obj
def list_(application: Application, agency: str, token: str, json: bool) -> None:
    """List who is signed in, the newest first and a thousand at most."""
    found = application.page_sessions(settings(), token, agency)
    if json:
        _print_json(found)
        return
    for one in found:
        click.echo(f"{one.person}  since {one.begun_at:%Y-%m-%d %H:%M}Z, last seen {one.seen_at:%Y-%m-%d %H:%M}Z")


@sessions.command()
@click.argument("person")
@sender_options
@click.pass_obj
def end(application: Application, person: str, agency: str, token: str, json: bool) -> None:
    """End every session of PERSON: at the next page they are asked to sign in."""
    ended = application.end_page_sessions(settings(), token, agency, person)
    if json:
        _print_json({"person": person, "ended": ended})
        return
    click.echo(f"{ended} session{'' if ended == 1 else 's'} of {person} ended")


def _print_json(told: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
