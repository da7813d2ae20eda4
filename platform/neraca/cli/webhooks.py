"""`neraca webhook`: where events of an agency are sent, and what became of them.

Whoever may run it sees the subscriptions of everybody; over HTTP integrators see their own.
"""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.options import as_json, settings
from neraca.domain.text_kinds import counted

if TYPE_CHECKING:
    from neraca.service.webhooks.subscriptions import Webhook

agency_option = click.option("--agency", required=True, help="The agency whose events are sent.")


@click.group(no_args_is_help=True, short_help="Send events to other programs.")
def webhook() -> None:
    """Send events to other programs, as CloudEvents signed by Standard Webhooks."""


@webhook.command()
@click.argument("url")
@agency_option
@click.option("--type", "types", multiple=True, metavar="T", help="Send this type of event only; repeatable.")
@click.option("--after", type=click.IntRange(0), default=None, help="Begin after this position, not with what comes.")
@as_json
@click.pass_obj
def add(application: Application, url: str, agency: str, types: tuple[str, ...], after: int | None, json: bool) -> None:
    """Send events to URL from now on. Prints the secret that signs them, which is told only here."""
    with application.webhooks(settings(), agency) as webhooks:
        made = webhooks.add(agency, url, types or None, datetime.now(UTC), after=after)
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(made) + b"\n")
        return
    click.echo(f"{made.id}: sends what comes after {made.position}")
    click.echo(f"secret: {made.secret}")


@webhook.command("list")
@agency_option
@as_json
@click.pass_obj
def list_(application: Application, agency: str, json: bool) -> None:
    """List the webhooks of an agency, how far each is, and what is wrong with it."""
    with application.webhooks(settings(), agency) as webhooks:
        found = webhooks.all_of(agency)
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
        return
    for one in found:
        click.echo(f"{one.id} {one.url} of {one.owner}: {_state(one)}")
    click.echo(f"{agency}: {counted(len(found), 'webhook')}")


@webhook.command()
@click.argument("id_", metavar="ID", type=click.UUID)
@agency_option
@click.pass_obj
def remove(application: Application, id_: UUID, agency: str) -> None:
    """Send nothing more to a receiver, and forget it."""
    with application.webhooks(settings(), agency) as webhooks:
        webhooks.remove(agency, id_)
    click.echo(f"{id_}: removed")


@webhook.command()
@click.argument("id_", metavar="ID", type=click.UUID)
@agency_option
@as_json
@click.pass_obj
def rotate(application: Application, id_: UUID, agency: str, json: bool) -> None:
    """Make a new secret, told only here. For a day messages are signed by the one before it, too."""
    with application.webhooks(settings(), agency) as webhooks:
        made = webhooks.rotate(agency, id_, datetime.now(UTC))
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(made) + b"\n")
        return
    click.echo(f"{made.id}: the secret before signs as well until {made.former_until:%Y-%m-%d %H:%M}Z")
    click.echo(f"secret: {made.secret}")


@webhook.command()
@click.argument("id_", metavar="ID", type=click.UUID)
@agency_option
@click.option("--after", type=click.IntRange(0), default=None, help="Send everything after this position again.")
@click.pass_obj
def redeliver(application: Application, id_: UUID, agency: str, after: int | None) -> None:
    """Send again what was given up, or everything after a position; at once, and also where the receiver was gone."""
    with application.webhooks(settings(), agency) as webhooks:
        position = webhooks.redeliver(agency, id_, after=after)
    click.echo(f"{id_}: goes on after {position}" if after is not None else f"{id_}: sends again what was given up")


@webhook.command()
@click.argument("id_", metavar="ID", type=click.UUID)
@agency_option
@click.option("--after", type=click.IntRange(0), default=0, help="Only those after this position.")
@as_json
@click.pass_obj
def dead(application: Application, id_: UUID, agency: str, after: int, json: bool) -> None:
    """List events that were given up, and why; the first hundred."""
    with application.webhooks(settings(), agency) as webhooks:
        found = webhooks.dead(agency, id_, after=after)
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
        return
    for one in found:
        click.echo(f"{agency}:{one.position} on {one.died_at:%Y-%m-%d}: {one.reason}{', sent again' * one.again}")
    click.echo(f"{id_}: {counted(len(found), 'event')} given up")


def _state(one: "Webhook") -> str:
    told = f"at {one.position}"
    if one.dead:
        told += f", {one.dead} given up"
    if one.disabled_at is not None:
        return f"{told}; sends nothing more: {one.trouble}"
    return told if one.trouble is None else f"{told}; {one.trouble}, {counted(one.attempts, 'attempt')}"
