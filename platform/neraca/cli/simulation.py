"""`neraca policy simulate`: what a policy would do to people, told before it rules."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from neraca.cli.application import Application
from neraca.cli.options import Root, as_json, root_option, settings
from neraca.cli.root import ENDINGS, library
from neraca.domain.text_kinds import counted
from neraca.policy.impact.console import render
from neraca.policy.impact.report import canonical, summary
from neraca.policy.library import NoSuchPolicy, Unsound
from neraca.policy.published import PublishedPolicy, compile_draft
from neraca.service.commencement import Start
from neraca.service.simulation import Progress as Say
from neraca.service.simulation import Simulation, SimulationRequest

_PATIENCE = 1
"""Seconds before a bar is shown."""

_EVERY = 10
"""Seconds between lines, where no bar can be drawn."""


@click.command()
@click.option("--agency", required=True, help="The agency whose appraisals are judged again.")
@click.option(
    "--candidate", required=True, metavar="FILE|REF", help="The policy to try: a file, or one that is published."
)
@click.option(
    "--period", default=None, metavar="P", help="The period, such as 2025-S2. Default: the last with final results."
)
@click.option(
    "--against", default=None, metavar="FILE|REF", help="Compare with this policy instead of the one in force."
)
@click.option("--allowance", default=None, metavar="FILE|REF", help="Pay by this policy instead of the one in force.")
@click.option("--credit", default=None, metavar="FILE|REF", help="Credit by this policy instead of the one in force.")
@click.option(
    "--from",
    "since",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    default=None,
    metavar="DATE",
    help="First day of the candidate: counts also whom that day blocks. A proposal has its own.",
)
@click.option("--in-parts", is_flag=True, help="Appraise the period that --from falls into in parts.")
@click.option("--names", is_flag=True, help="Name the most affected people by employee number.")
@root_option
@as_json
@click.pass_obj
def simulate(
    application: Application,
    agency: str,
    candidate: str,
    period: str | None,
    against: str | None,
    allowance: str | None,
    credit: str | None,
    since: datetime | None,
    in_parts: bool,
    names: bool,
    root: Root,
    json: bool,
) -> None:
    """Judge a period's stored facts by another policy. What changes is reported; nothing is written.

    A REF is id@version, an id for its latest version, a hash, or an agency's name for what is in force there. The
    report names nobody; its hash is what an approval of the policy binds to.
    """
    if in_parts and since is None:
        raise click.UsageError("--in-parts says how a period is cut by the day in --from; name one")
    asked = SimulationRequest(
        agency=agency,
        candidate=policy_named(candidate, root),
        period=period,
        against=None if against is None else policy_named(against, root),
        allowance=None if allowance is None else policy_named(allowance, root),
        credit=None if credit is None else policy_named(credit, root),
        start=None if since is None else Start(since.date(), in_parts=in_parts),
    )
    with progress() as say:
        found = application.simulate(settings(), asked, say)
    if json:
        sys.stdout.buffer.write(msgspec.json.encode(_answer(found, names)) + b"\n")
    else:
        click.echo(render(found.impact, found.affected if names else None), nl=False)
        for one in found.left_out:
            who = f"{counted(one.people, 'person', 'people')} of {one.position_class or 'unknown class'}"
            click.echo(f"left out: {who}, as {one.why}")


def policy_named(name: str, root: Path) -> PublishedPolicy | str:
    """A file is read here; any other reference is looked up among what was published."""
    if not name.endswith(ENDINGS):
        return name
    known, _, texts = library(root, [Path(name)])
    wanted = Path(name).resolve()
    file = next((file for file in texts if (root / file).resolve() == wanted), name)
    try:
        resolved = known.by_file(file)
        return compile_draft(resolved.file, resolved.sources)
    except Unsound as unsound:
        raise click.ClickException(f"{name} has mistakes:\n{unsound}") from None
    except NoSuchPolicy as missing:
        raise click.ClickException(str(missing)) from None


def _answer(found: Simulation, names: bool) -> dict[str, object]:
    return {
        "impact_hash": found.hash,
        "position": found.position,
        "summary": summary(found.impact),
        "names": found.affected if names else None,
        "left_out": found.left_out,
        "impact": msgspec.Raw(canonical(found.impact)),
    }


@contextmanager
def progress() -> Generator[Say]:
    """A bar on a terminal, once it has taken a while; elsewhere a line from time to time."""
    console = Console(stderr=True)
    began = told = monotonic()
    bar = Progress(TextColumn("people"), BarColumn(), MofNCompleteColumn(), console=console, transient=True)
    task = bar.add_task("people", total=None)

    def say(done: int, of: int) -> None:
        nonlocal told
        bar.update(task, completed=done, total=of)
        now = monotonic()
        if console.is_terminal and now - began > _PATIENCE:
            bar.start()
        if not console.is_terminal and now - told >= _EVERY:
            told = now
            console.print(f"judged {done} of {counted(of, 'person', 'people')}", highlight=False)

    try:
        yield say
    finally:
        if bar.live.is_started:
            bar.stop()
