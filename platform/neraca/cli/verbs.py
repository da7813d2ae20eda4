"""The verbs. Each reads its options, calls the application, and prints.

Exit 0: done; 1: refused, or something differs; 2: wrong use.
"""

import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click
import msgspec

from neraca.cli.application import Application, DemoOptions, LogResult, RebuildResult
from neraca.cli.appointments import appointment
from neraca.cli.candidacies import candidacy, consider
from neraca.cli.commands import send
from neraca.cli.deadlines import due, tick
from neraca.cli.document import document, verify_document
from neraca.cli.export_group import export
from neraca.cli.imports import import_
from neraca.cli.keys import key
from neraca.cli.options import Root, as_json, root_option, settings
from neraca.cli.policy_group import policy
from neraca.cli.reads import reads
from neraca.cli.remuneration import fix
from neraca.cli.report_group import report
from neraca.cli.root import library
from neraca.cli.sessions import sessions
from neraca.cli.training_plans import training
from neraca.cli.webhooks import webhook
from neraca.domain.text_kinds import counted
from neraca.policy.findings import Finding, in_order, mistakes

_JSON = msgspec.json.Encoder()


def build(application: Application) -> click.Group:
    """The whole command line over an application."""

    @click.group(no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"], "obj": application})
    @click.version_option(version("neraca"), prog_name="neraca")
    def neraca() -> None:
        """Appraise the performance of civil servants: exact, explained, contestable, from a log that is only added to.

        Settings come from the environment: NERACA_DATABASE_URL, NERACA_HOME, NERACA_ROOT, NERACA_HOST, NERACA_PORT,
        NERACA_LOG, NERACA_TOKEN, NERACA_TICK, NERACA_WEBHOOKS, NERACA_METRICS_TOKEN,
        NERACA_DOCUMENTS, NERACA_QUERIES, NERACA_GRAPHIQL, NERACA_LANGUAGE (en or id; else the terminal says).
        Without a database URL an embedded PostgreSQL is started under NERACA_HOME. Whoever proposes or approves on the
        command line is the person whose token is in NERACA_TOKEN.
        """

    for verb in (
        demo,
        serve,
        follow,
        migrate,
        check,
        doctor,
        document,
        verify_document,
        appointment,
        candidacy,
        consider,
        training,
        send,
        fix,
        export,
        import_,
        key,
        tick,
        due,
        policy,
        reads,
        sessions,
        rebuild,
        replay,
        report,
        rules,
        schema,
        webhook,
    ):
        neraca.add_command(verb)
    return neraca


@click.command()
@click.option(
    "--people",
    type=click.IntRange(5),
    default=250,
    show_default=True,
    help="Number of people in all agencies together.",
)
@click.option(
    "--seed",
    type=int,
    default=2025,
    show_default=True,
    help="Seed of the random numbers: the same seed makes the same year.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 365),
    default=365,
    show_default=True,
    help="Number of days of the year to simulate.",
)
@click.option("--once", is_flag=True, help="Exit when the year is simulated, instead of serving it.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Serve on this port instead of NERACA_PORT.")
@click.pass_obj
def demo(application: Application, people: int, seed: int, days: int, once: bool, port: int | None) -> None:
    """Simulate a year of invented people, and serve it.

    Every agency lives it through the commands; then there is a table for each, and a server to ask.

    Running it again continues with the data that is there. Names and numbers of people are invented. An agency without
    an office or a policy in that year, or in production, sits it out. Progress is told on standard error.
    """
    application.demo(settings(), DemoOptions(people, seed, days, once, port))


@click.command(short_help="Serve commands and GraphQL.")
@click.option("--no-follow", is_flag=True, help="Do not update the read models: another process does (neraca follow).")
@click.pass_obj
def serve(application: Application, no_follow: bool) -> None:
    """Serve commands and GraphQL, keep the read models up to date, and tell the log what deadlines passed."""
    application.serve(settings(), follow=not no_follow)


@click.command()
@click.pass_obj
def follow(application: Application) -> None:
    """Keep the read models up to date. Several processes may do so at once."""
    application.follow(settings())


@click.command(short_help="Set up or upgrade the database.")
@click.pass_obj
def migrate(application: Application) -> None:
    """Set up or upgrade the database, and register the agencies. Safe to repeat."""
    application.migrate(settings(), click.echo)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--sensitivity",
    "with_sensitivity",
    is_flag=True,
    help="Also change each number of a policy over a synthetic cohort, and warn of those that move no score.",
)
@root_option
@as_json
@click.pass_obj
def check(application: Application, paths: tuple[Path, ...], with_sensitivity: bool, root: Root, json: bool) -> None:
    """Check every policy and agency file, all mistakes at once. Each is file:line:col: where: what - remedy.

    PATHS are further files or folders to check along. Exit 1 if there is a mistake; warnings alone pass. Where a
    database is at hand (NERACA_DATABASE_URL is set, or serve runs from NERACA_HOME), a file that says otherwise than
    the log of what rules is warned of: editing it changes nothing.
    """
    known, found, read = library(root, paths, datetime.now(UTC).date())
    if with_sensitivity:
        from neraca.policy.testing.sensitivity import sensitivity

        found = in_order([*found, *(one for policy in known.among(read) for one in sensitivity(policy))])
    found += _wrong_maps(root)
    compared = application.drifts(settings(), known) if (paths or known.agencies) and _database_at_hand() else None
    found = in_order([*found, *(compared or ())])
    wrong = mistakes(found)
    if json:
        sys.stdout.buffer.write(_JSON.encode(found) + b"\n")
    else:
        for one in found:
            click.echo(str(one))
        read = (
            f"{counted(len(known.ids()), 'policy', 'policies')}, {counted(len(known.agencies), 'agency', 'agencies')}"
        )
        click.echo(f"{read}, {counted(len(wrong), 'mistake')}")
        if known.agencies and compared is None:
            click.echo("no database is at hand: not compared with what rules in a log", err=True)
    if wrong:
        raise SystemExit(1)


def _wrong_maps(root: Path) -> list[Finding]:
    """Of how sources write their files; imported only where an agency keeps any."""
    agencies = root / "agencies"
    if next(agencies.glob("*/imports"), None) is None:
        return []
    from neraca.service.imports import KINDS
    from neraca.service.imports.map_files import wrong_maps

    return wrong_maps(agencies, KINDS)


def _database_at_hand() -> bool:
    """Asked before the parts are imported that would look into it."""
    from neraca.store.embedded import running

    chosen = settings()
    return chosen.database_url is not None or running(chosen.home)


@click.command(short_help="Say what is wrong, and what to do about it.")
@as_json
@click.pass_obj
def doctor(application: Application, json: bool) -> None:
    """Say what is wrong and what to do about it. Changes nothing.

    Wrong is what is away, stuck, set aside, behind or not as configured. The embedded server is started to look.

    Exit 1 if anything needs a person.
    """
    found = application.doctor(settings())
    if json:
        sys.stdout.buffer.write(_JSON.encode(found) + b"\n")
    else:
        for one in found:
            click.echo(f"{one.kind}: {one.where}: {one.what}")
            click.echo(f"    {one.remedy}")
        people = sum(one.person for one in found)
        click.echo("all is well" if not found else f"{counted(len(found), 'finding')}, {people} for a person")
    if any(one.person for one in found):
        raise SystemExit(1)


@click.command(short_help="Rebuild read models from the log.")
@click.argument("projections", nargs=-1)
@click.option("--agency", default=None, help="Rebuild only the rows of this agency.")
@click.option("--compare", "never", is_flag=True, help="Only tell which rows differ; never switch.")
@click.option("--accept", "always", is_flag=True, help="Switch even though rows differ: what the log gives is right.")
@as_json
@click.pass_obj
def rebuild(
    application: Application, projections: tuple[str, ...], agency: str | None, never: bool, always: bool, json: bool
) -> None:
    """Rebuild read models from the log, compare, and switch. The live ones are read all the while.

    PROJECTIONS are scores, dossier, roster, timeline, cohorts, workplans, cascade, remuneration, clocks, feedback,
    results, forensics, attendance, service_times, achievements, development, satisfaction, programmes, raters and
    journal; without any, all.
    Where rows differ, either a live row was altered or the log was, and the live rows are the last to say what the log
    said before: nothing is switched until --accept says that the log is right. Exit 1 if rows differed and were not
    accepted, or --compare found none of this version.
    """
    if never and always:
        raise click.UsageError("--compare never switches and --accept always does; give one of them")
    results = application.rebuild(
        settings(), projections, agency, "never" if never else "always" if always else "if equal"
    )
    if json:
        sys.stdout.buffer.write(_JSON.encode(results) + b"\n")
    else:
        for one in results:
            _tell_rebuilt(one)
        if not (never or always) and any(one.differ for one in results):
            click.echo(_ACCEPT, err=True)
    if any(one.differ or _not_compared(one) for one in results) and not always:
        raise SystemExit(1)


_ACCEPT = (
    "What differs was not switched. `neraca replay` says more of the log; if the log is right, run the same again with"
    " --accept."
)


def _not_compared(one: RebuildResult) -> bool:
    return one.equal is None and not one.switched


def _tell_rebuilt(one: RebuildResult) -> None:
    same = "equal to the live rows" if one.equal else "there was nothing to compare with"
    if _not_compared(one):
        same = "not compared, for want of rows of this version; run `neraca migrate` first"
    if one.equal is False:
        differ = counted(one.differ, "row DIFFERS", "rows DIFFER")
        same = f"{differ} from the live rows, which {'were replaced' if one.switched else 'stay'}"
    click.echo(f"{one.projection}  {one.agency or 'all agencies'}: {counted(one.events, 'event')}, {same}")
    _tell_rows(one)
    if one.set_aside:
        click.echo(
            f"    {counted(one.set_aside, 'event is', 'events are')} set aside; `neraca doctor` says which and why"
        )


def _tell_rows(one: RebuildResult) -> None:
    for row in one.differing:
        click.echo(f"    {one.projection}: {row}")
    if one.differ > len(one.differing):
        click.echo(f"    and {one.differ - len(one.differing)} more")


@click.command(short_help="Recompute final results from the log.")
@click.option("--agency", required=True, help="The agency whose log is read.")
@click.option(
    "--appraisal", default=None, metavar="NIP/PERIOD", help="Recompute one appraisal instead of every finalised one."
)
@click.option(
    "--policy", default=None, metavar="REF", help="Recompute under this policy of the agency's register instead."
)
@click.option(
    "--as-of", default=None, metavar="T", help="Recompute what was final at this log position or instant (RFC 3339)."
)
@as_json
@click.pass_obj
def replay(
    application: Application, agency: str, appraisal: str | None, policy: str | None, as_of: str | None, json: bool
) -> None:
    """Recompute final results from the log; name differences. Exit 1 if anything does.

    Each final result: score, predicate, nodes, policy, and the digest of its facts, from the events before it.

    Unless one of the options narrows it, the log itself too: no position or version is missing, every event can be
    read, stands in the stream of whom it names, and was recorded when its request was. And every read model is made
    again beside the live one, which took the events in as they came; one of them, the journal, keeps a digest of each
    event. A date, name, reason or text that was changed since is named by its position in the log. And every evaluation
    document that was issued is printed again: it must have the digest with which it was signed. And raters are drawn
    again by the salt, the people and the policy of their day, and whoever came in a place must have been the next.

    What this cannot find: a change of the log by somebody who changed the read models with it or had them rebuilt, or
    that came before they were first built. That takes a proof kept elsewhere.
    """
    results, log = application.replay(settings(), agency, appraisal, policy, as_of)
    if json:
        for answer in (results, log) if log else (results,):
            sys.stdout.buffer.write(_JSON.encode(answer) + b"\n")
    else:
        for one in results:
            if not one.same or appraisal:
                said = "same" if one.same else "; ".join(one.differences)
                score, predicate = one.recomputed["score"], one.recomputed["predicate"]
                click.echo(
                    f"{one.employee}/{one.period} at {one.position}: {score} {predicate} under {one.policy}: {said}"
                )
        click.echo(f"{counted(len(results), 'finalised result')}, {sum(not one.same for one in results)} differ")
        if log:
            _tell_log(log)
    # Under another policy results may well differ: that is what was asked, and nothing is wrong.
    if (any(not one.same for one in results) and policy is None) or (log and not log.same):
        raise SystemExit(1)


def _tell_log(log: LogResult) -> None:
    for misfit in log.misfits:
        click.echo(f"    {misfit}")
    click.echo(f"{counted(log.events, 'event')}, {len(log.misfits)} out of place or unreadable")
    if log.draws:
        for misdrawn in log.misdrawn:
            click.echo(f"    {misdrawn}")
        click.echo(f"{counted(log.draws, 'draw')} of raters, {len(log.misdrawn)} not as drawn")
    for one in log.compared:
        _tell_rows(one)
    names = ", ".join(one.projection for one in log.compared)
    click.echo(f"read models {names}: {counted(sum(one.differ for one in log.compared), 'row differs', 'rows differ')}")
    if log.not_compared:
        click.echo(f"not compared, for want of rows of this version: {', '.join(log.not_compared)}; run neraca migrate")


@click.command()
@click.pass_obj
def schema(application: Application) -> None:
    """Print the GraphQL schema (SDL)."""
    click.echo(application.schema())


@click.command()
@click.pass_obj
def rules(application: Application) -> None:
    """Print which role may send and read what."""
    click.echo(application.rules(), nl=False)
