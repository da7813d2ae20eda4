"""`neraca consider`: what the policy of a kind makes of all who have a final result, recorded for lists and boxes.

Who asks is the person whose token is given, as over HTTP: the role hr or official is needed, and nobody lists
themselves.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.options import as_json, settings, token_option
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
