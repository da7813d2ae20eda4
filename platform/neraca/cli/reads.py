"""`neraca reads`: what auditors read, for whoever administers an agency.

Who asks is the person whose token is given, as over HTTP.
"""

import sys
from datetime import UTC, datetime

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.commands import sender_options
from neraca.cli.options import settings
from neraca.domain.text_kinds import printable


@click.command(short_help="List what auditors read.")
@click.option("--before", metavar="INSTANT", help="Only what was read before, such as 2026-01-31T17:00:00Z.")
@sender_options
@click.pass_obj
def reads(application: Application, before: str | None, agency: str, token: str, json: bool) -> None:
    """List what auditors read, the newest first: a thousand, and all at the instant of the last. For the role admin.

    The same question of the same reader stands here once a minute; what is older than five years is gone.
    """
    found = application.recorded_reads(settings(), token, agency, _instant(before))
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
        return
    for one in found:
        about = f" ({', '.join(one.subjects)})" if one.subjects else ""
        told = f"{one.reader} at {one.log_position}: {', '.join(one.fields)}{about}"
        # What an auditor asks for is told as it was sent: no line end in it shall begin a record that is none.
        # To the microsecond, so that `--before` the last of them goes on with the next.
        click.echo(f"{one.read_at:%Y-%m-%dT%H:%M:%S.%f}Z  {printable(told)}")


def _instant(written: str | None) -> datetime:
    if written is None:
        return datetime.max.replace(tzinfo=UTC)
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise click.UsageError(f"'{written}' is no instant such as 2026-01-31T17:00:00Z")
    return found
