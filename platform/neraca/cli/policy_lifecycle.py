"""`neraca policy propose` and on: how a rule comes into force, step by step, each by a person who is named.

Who asks is the person whose token is given, as over HTTP: its roles count, and nobody approves what they wrote.
"""

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from neraca.cli.application import Application
from neraca.cli.options import Root, as_json, root_option, settings, token_option
from neraca.cli.root import library
from neraca.domain.command_rules import PolicyRef
from neraca.domain.policy_register import (
    ApprovePolicy,
    AttachImpact,
    EndShadow,
    NameShadow,
    Override,
    ProposePolicy,
    UnschedulePolicy,
    WithdrawPolicy,
)
from neraca.domain.vocabulary import PositionClass
from neraca.policy.library import NoSuchPolicy, Unsound
from neraca.service.drafts import Listed

_JSON = msgspec.json.Encoder()
F = TypeVar("F", bound=Callable[..., Any])

_NO_REPORT = "none"
"""What is approved of where there is no report yet; the refusal says so."""


class _Report(msgspec.Struct):
    """What `neraca policy simulate --json` prints, as much of it as an attachment names."""

    impact_hash: str


def _day(_context: click.Context, _option: click.Parameter, given: datetime | None) -> date | None:
    return None if given is None else given.date()


def _day_option(name: str, words: str, *, required: bool = False) -> Callable[[F], F]:
    kind = click.DateTime(formats=["%Y-%m-%d"])
    return click.option(name, type=kind, callback=_day, required=required, metavar="DATE", help=words)


def _who(command: F) -> F:
    """--agency and --token-file."""
    command = token_option(command)
    return click.option("--agency", required=True, help="The agency in whose register the policy is.")(command)


def _when(command: F) -> F:
    """--since, --until, --class, --in-parts, --legal-basis and --reason."""
    classes = click.Choice([one.value for one in PositionClass])
    for option in (
        click.option("--reason", required=True, help="The reason, which is recorded."),
        click.option("--legal-basis", default=None, metavar="LAW", help="The law that lets it apply to days gone by."),
        click.option(
            "--in-parts", is_flag=True, help="Let the policy begin within a period, which is then appraised in parts."
        ),
        click.option(
            "--class",
            "classes",
            type=classes,
            multiple=True,
            help="Apply the policy to this class of post only; repeatable.",
        ),
        _day_option("--until", "Its last day. Default: until further notice."),
        _day_option("--since", "Its first day.", required=True),
    ):
        command = option(command)
    return command


def _classes(written: tuple[str, ...]) -> tuple[PositionClass, ...] | None:
    return tuple(map(PositionClass, written)) or None


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_when
@click.option("--proposal", default=None, metavar="P", help="Replace the text of this open proposal.")
@click.option(
    "--fewer-tests", default=None, metavar="R", help="The reason why it has fewer tests than the version before."
)
@_who
@root_option
@as_json
@click.pass_obj
def propose(
    application: Application,
    file: Path,
    since: date,
    until: date | None,
    classes: tuple[str, ...],
    legal_basis: str | None,
    in_parts: bool,
    reason: str,
    proposal: str | None,
    fewer_tests: str | None,
    agency: str,
    token: str,
    root: Root,
    json: bool,
) -> None:
    """Propose the policy in FILE. It is checked and its tests are run; then it waits for its impact and approval."""
    known, _, texts = library(root, [file])
    name = next((known_as for known_as in texts if (root / known_as).resolve() == file.resolve()), str(file))
    try:
        resolved = known.by_file(name)
    except Unsound as unsound:
        raise click.ClickException(f"{name} has mistakes:\n{unsound}") from None
    except NoSuchPolicy as missing:
        raise click.ClickException(str(missing)) from None
    shown = _recorded(resolved.file)
    command = ProposePolicy(
        file=shown,
        texts={shown if one == resolved.file else one: text for one, text in resolved.sources.items()},
        reason=reason,
        since=since,
        until=until,
        classes=_classes(classes),
        legal_basis=legal_basis,
        proposal=proposal,
        in_parts=in_parts,
        fewer_tests=fewer_tests,
    )
    asker = application.actor(settings(), token)
    with application.lifecycle(settings()) as lifecycle:
        _tell(lifecycle.submit(agency, asker, command), json)


def _recorded(file: str) -> str:
    """The name for ever: from the root, or without the folders of this machine."""
    return Path(file).name if Path(file).is_absolute() else file


@click.command()
@click.argument("ref")
@_when
@_who
@as_json
@click.pass_obj
def restore(
    application: Application,
    ref: str,
    since: date,
    until: date | None,
    classes: tuple[str, ...],
    legal_basis: str | None,
    in_parts: bool,
    reason: str,
    agency: str,
    token: str,
    json: bool,
) -> None:
    """Propose an older version again.

    The text of REF (id@version) becomes the next version, and is simulated and approved like any other.
    """
    asker = application.actor(settings(), token)
    with application.lifecycle(settings()) as lifecycle:
        file, texts = lifecycle.restored(agency, ref)
        command = ProposePolicy(
            file=file,
            texts=texts,
            reason=f"restores {ref}: {reason}",
            since=since,
            until=until,
            classes=_classes(classes),
            legal_basis=legal_basis,
            in_parts=in_parts,
            fewer_tests=f"restores {ref}",
        )
        _tell(lifecycle.submit(agency, asker, command), json)


@click.command("attach-impact")
@click.argument("proposal")
@click.option(
    "--report", type=click.File("rb"), default=None, help="What simulate --json printed: no other report is attached."
)
@click.option(
    "--period", default=None, metavar="P", help="The period of the report. Default: the last with final results."
)
@_who
@as_json
@click.pass_obj
def attach(
    application: Application, proposal: str, report: Any, period: str | None, agency: str, token: str, json: bool
) -> None:
    """Attach the report of what a proposal would do to people.

    An approval binds to the report; approvals so far become void.
    """
    read = None if report is None else _read(report.read(), report.name)
    asker = application.actor(settings(), token)
    with application.lifecycle(settings()) as lifecycle:
        command = AttachImpact(
            proposal=proposal,
            policy_hash=lifecycle.open(agency, proposal).proposed.policy.hash,
            report=read,
            period=period,
        )
        _tell(lifecycle.submit(agency, asker, command), json)


def _read(report: bytes, name: str) -> str:
    try:
        return msgspec.json.decode(report, type=_Report).impact_hash
    except msgspec.DecodeError as wrong:
        raise click.ClickException(f"{name}: not what neraca policy simulate --json prints: {wrong}") from None


@click.command()
@click.argument("proposal")
@click.option(
    "--policy-hash",
    default=None,
    metavar="HASH",
    help="Hash of the policy text that was read. Default: the text as it stands.",
)
@click.option(
    "--impact-hash",
    default=None,
    metavar="HASH",
    help="Hash of the impact report that was read. Default: the report as it stands.",
)
@click.option(
    "--override-reason", default=None, metavar="R", help="The reason why production may rest on unverified references."
)
@click.option(
    "--override-name", default=None, metavar="N", help="Name of who answers for that. Default: the person who asks."
)
@_who
@as_json
@click.pass_obj
def approve(
    application: Application,
    proposal: str,
    policy_hash: str | None,
    impact_hash: str | None,
    override_reason: str | None,
    override_name: str | None,
    agency: str,
    token: str,
    json: bool,
) -> None:
    """Approve a proposal another person wrote. The last approval that is needed publishes and schedules it."""
    asker = application.actor(settings(), token)
    with application.lifecycle(settings()) as lifecycle:
        # Read once and sent with its hashes: a text that changes in between is refused, not approved.
        standing = lifecycle.open(agency, proposal)
        command = ApprovePolicy(
            proposal=proposal,
            policy_hash=policy_hash or standing.proposed.policy.hash,
            impact_hash=impact_hash or (standing.impact.report if standing.impact else _NO_REPORT),
            override=Override(override_name or asker.id, override_reason) if override_reason else None,
        )
        _tell(lifecycle.submit(agency, asker, command), json)


@click.command()
@click.argument("proposal")
@click.option("--reason", required=True, help="The reason, which is recorded.")
@_who
@as_json
@click.pass_obj
def withdraw(application: Application, proposal: str, reason: str, agency: str, token: str, json: bool) -> None:
    """Withdraw a proposal that is not in force yet."""
    asker = application.actor(settings(), token)
    with application.lifecycle(settings()) as lifecycle:
        command = WithdrawPolicy(proposal=proposal, reason=reason)
        _tell(lifecycle.submit(agency, asker, command), json)


@click.command()
@click.argument("ref")
@click.option("--reason", required=True, help="The reason, which is recorded.")
@_day_option("--since", "The first day of the schedule, where REF has several.")
@_who
@as_json
@click.pass_obj
def unschedule(
    application: Application, ref: str, reason: str, since: date | None, agency: str, token: str, json: bool
) -> None:
    """Withdraw the schedule of a version. The version before it applies again.

    REF is id@version. It is refused once a result is final by it.
    """
    id_, version = PolicyRef.parsed(ref)
    if not id_ or version is None:
        raise click.UsageError(f"'{ref}' names no version; write id@version")
    asker = application.actor(settings(), token)
    with application.lifecycle(settings()) as lifecycle:
        command = UnschedulePolicy(id=id_, version=version, reason=reason, since=since)
        _tell(lifecycle.submit(agency, asker, command), json)


@click.command("name-shadow")
@click.argument("rule")
@click.option("--reason", required=True, help="The reason, which is recorded.")
@_day_option("--since", "Its first day: of periods that end from then on, for a year.", required=True)
@_who
@as_json
@click.pass_obj
def name_shadow(
    application: Application, rule: str, reason: str, since: date, agency: str, token: str, json: bool
) -> None:
    """Try a rule for a year beside the one in force. It counts for nothing.

    RULE is a proposal, such as p1, or id@version of what is published. `neraca report shadow` compares it.
    """
    id_, version = PolicyRef.parsed(rule)
    named = (
        NameShadow(proposal=rule, reason=reason, since=since)
        if version is None
        else NameShadow(id=id_, version=version, reason=reason, since=since)
    )
    _tell_shadow(application, agency, token, named, json=json)


@click.command("end-shadow")
@click.argument("shadow")
@click.option("--reason", required=True, help="The reason, which is recorded.")
@_who
@as_json
@click.pass_obj
def end_shadow(application: Application, shadow: str, reason: str, agency: str, token: str, json: bool) -> None:
    """Try a rule no longer, before its year is over."""
    _tell_shadow(application, agency, token, EndShadow(shadow=shadow, reason=reason), json=json)


def _tell_shadow(
    application: Application, agency: str, token: str, command: NameShadow | EndShadow, *, json: bool
) -> None:
    asker = application.actor(settings(), token)
    with application.lifecycle(settings()) as lifecycle:
        found = lifecycle.shadow(agency, asker, command)
    if json:
        sys.stdout.buffer.write(_JSON.encode(found) + b"\n")
        return
    named = found.named
    click.echo(
        f"{named.shadow}: {named.policy.name} is tried from {named.since} to {found.last}, and counts for nothing"
    )


VERBS: tuple[click.Command, ...] = (
    propose,
    attach,
    approve,
    withdraw,
    restore,
    unschedule,
    name_shadow,
    end_shadow,
)


def print_register(application: Application, agency: str, json: bool) -> None:
    """Prints the whole register of an agency: `neraca policy list --agency`."""
    with application.lifecycle(settings()) as lifecycle:
        published, drifted = lifecycle.listed(agency), lifecycle.drifts(agency)
    for one in drifted:
        click.echo(str(one), err=True)
    if json:
        sys.stdout.buffer.write(_JSON.encode(published) + b"\n")
        return
    for one in published:
        click.echo(_line(one))
        for detail in _details(one):
            click.echo(f"    {detail}")


def _tell(one: Listed, json: bool) -> None:
    if json:
        sys.stdout.buffer.write(_JSON.encode(one) + b"\n")
        return
    click.echo(_line(one))
    for detail in (*_details(one), *(f"warning: {warning}" for warning in one.warnings)):
        click.echo(f"    {detail}")


def _line(one: Listed) -> str:
    name = one.proposal or "adopted"
    return f"{name}  {one.policy.name}  {one.purpose}  {one.stage}  policy {one.policy.hash[:12]}"


def _details(one: Listed) -> list[str]:
    told = [span.words() for span in one.spans]
    if one.author:
        told.append(f"by {one.author}: {one.reason}")
    if one.impact:
        told.append(f"impact {one.impact[:12]}")
    if one.approvals:
        told.append(f"approved by {', '.join(one.approvals)}")
    if one.taken_back:
        told.append(f"its schedule was taken back: {one.taken_back}")
    if one.waits_for:
        told.append(f"to rule from {one.wanted_since}; waits for {one.waits_for}")
    return told
