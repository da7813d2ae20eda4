"""`neraca send`: commands as the HTTP interface takes them, from a file; and how other verbs send theirs.

Who asks is the person whose token is given, as over HTTP.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.options import F, as_json, settings, token_option
from neraca.domain.text_kinds import counted

if TYPE_CHECKING:
    from neraca.service import CommandResult


@click.command(short_help="Do commands that stand in a file.")
@click.argument("file", type=click.File("rb"))
@click.option("--agency", required=True, help="The agency they are sent to.")
@click.option(
    "--seen",
    type=click.IntRange(0),
    multiple=True,
    metavar="V",
    help="Version that you saw of what is changed; repeatable, in order of first mention.",
)
@token_option
@as_json
@click.pass_obj
def send(application: Application, file: IO[bytes], agency: str, seen: tuple[int, ...], token: str, json: bool) -> None:
    """Do the command in FILE, or the list of commands as one: all or none. - is standard input.

    FILE is JSON as `POST /agencies/{agency}/commands` takes it; /openapi.json and `make reference` describe each
    command. Where something is changed that is there, the version must be said that was seen of it: the refusal names
    the one it is at.
    """
    from neraca.service import Unseen

    try:
        done = application.send(settings(), token, agency, file.read(), seen)
    except Unseen as unseen:
        again = " ".join(f"--seen {version}" for version in unseen.current)
        told = f"{unseen}; if that is what you have read, add {again}"
        raise click.ClickException(told) from None
    tell(done, json=json)


def sender_options(command: F) -> F:
    """--agency, --token-file and --json, of a verb that sends one command."""
    for option in (as_json, token_option, click.option("--agency", required=True, help="The agency of it.")):
        command = option(command)
    return command


def do(
    application: Application,
    agency: str,
    token: str,
    command: Mapping[str, Any],
    seen: Sequence[int] | None = None,
    *,
    json: bool,
) -> None:
    """Sends one command, as `Application.send` does, and prints what became of it."""
    said = {name: value for name, value in command.items() if value is not None}
    tell(application.send(settings(), token, agency, msgspec.json.encode(said), seen), json=json)


def tell(done: "CommandResult", *, json: bool) -> None:
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(done) + b"\n")
        return
    for event in done.events:
        click.echo(f"{event.type}  {event.id}  version {event.version}")
    click.echo(f"{counted(len(done.events), 'event')} recorded")
