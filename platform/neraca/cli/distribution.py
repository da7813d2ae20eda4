"""`neraca policy distribution`: how outcomes are distributed, and the fewest changes the curve would want."""

import sys

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.options import as_json, settings
from neraca.domain.text_kinds import counted
from neraca.policy.impact.distribution import Breach
from neraca.service.distribution import Distribution

_KINDS = {"max": "at most", "min": "at least", "some_of": "at least", "none_of": "at most"}


@click.command(short_help="Compare predicates with the curve.")
@click.option("--agency", required=True, help="The agency whose people are counted.")
@click.option("--period", required=True, metavar="P", help="The period, such as 2025-S2.")
@click.option("--appraisers", is_flag=True, help="By cohort of an appraiser, instead of by unit.")
@click.option("--names", is_flag=True, help="Name those whose predicate would change, by employee number.")
@as_json
@click.pass_obj
def distribution(application: Application, agency: str, period: str, appraisers: bool, names: bool, json: bool) -> None:
    """Compare the predicates of units or cohorts with their curve.

    The curve is that of the unit's organisation predicate (SE MenPANRB 3/2023); of a cohort, of the unit that the
    appraiser leads.

    Where a curve is not kept, the smallest set of changes that would keep it is told. Nothing is written or applied.
    Exit 1 if an enforced curve is broken.
    """
    found = application.distributions(settings(), agency, period, appraisers=appraisers)
    if json:
        shown = found if names else [_nameless(one) for one in found]
        sys.stdout.buffer.write(msgspec.json.encode(shown) + b"\n")
    else:
        for one in found:
            _tell(one, names)
        click.echo(
            f"{agency} {period}: {counted(len(found), 'cohort' if appraisers else 'unit')}, "
            f"{counted(sum(_broken(one) for one in found), 'does not keep its curve', 'do not keep their curve')}"
        )
    if any(_broken(one) and one.rebalancing and one.rebalancing.mode == "enforce" for one in found):
        raise SystemExit(1)


def _broken(one: Distribution) -> bool:
    return one.rebalancing is not None and bool(one.rebalancing.breached)


def _tell(one: Distribution, names: bool) -> None:
    counts = ", ".join(f"{name} {n}" for name, n in sorted(one.counts.items()))
    open_ = f", {one.unfinished} not final" if one.unfinished else ""
    people = counted(one.people, "person", "people")
    whose = one.unit if one.appraiser is None else f"{one.appraiser}, who leads {one.unit}, {one.stage}"
    click.echo(f"{whose}: {people}{open_}; organisation {one.organisation or 'unknown'}; {counts}")
    if one.rebalancing is None:
        click.echo(f"    not checked: {one.why}")
        return
    for breach in one.rebalancing.breached:
        click.echo(f"    {one.rebalancing.mode}: {_asked(breach)}, found {breach.found}")
    if one.rebalancing.contradiction:
        wants = "; ".join(map(_asked, one.rebalancing.contradiction))
        click.echo(f"    no distribution of these people can keep the curve: {wants}")
    for move in one.rebalancing.moves:
        who = move.id if names else "somebody"
        click.echo(f"    would keep it: {who} from {move.before} to {move.after}")


def _asked(breach: Breach) -> str:
    return f"{_KINDS[breach.kind]} {breach.limit} of {' or '.join(breach.predicates)}"


def _nameless(one: Distribution) -> Distribution:
    if one.rebalancing is None:
        return one
    moves = tuple(msgspec.structs.replace(move, id="") for move in one.rebalancing.moves)
    return msgspec.structs.replace(one, rebalancing=msgspec.structs.replace(one.rebalancing, moves=moves))
