"""The composition root: the one module that knows every part, and puts them together for a verb."""

import os
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Literal, assert_never
from zoneinfo import ZoneInfo

import click
import msgspec
from psycopg import Error, OperationalError
from psycopg.errors import InsufficientPrivilege, InvalidSchemaName, UndefinedTable
from psycopg_pool import PoolTimeout

from neraca.api.authentication import Tokens, TokensRefused, read_actors
from neraca.api.graphql.support.document_files import DocumentsRefused
from neraca.api.problems import Problem
from neraca.api.sockets import CannotListen, address, bound
from neraca.cli.application import DemoOptions, LogResult, RebuildResult, ReplayResult
from neraca.cli.diagnosis import Finding, can_be_asked, connecting_user, examine
from neraca.cli.diagnosis import holders as token_holders
from neraca.cli.diagnosis import tokens as token_findings
from neraca.cli.root import library
from neraca.dependencies import TOKENS, Dependencies
from neraca.domain import streams, validation
from neraca.domain.agency import Agency
from neraca.domain.appraisal.events import Finalised, Joined
from neraca.domain.authorisation import OPERATOR
from neraca.domain.command_rules import PolicyRef
from neraca.domain.contexts import Actor
from neraca.domain.development.candidacy import (
    CandidacyAssessed,
    CandidacyDecided,
    CandidacyRevised,
    CandidateNominated,
)
from neraca.domain.errors import Refusal
from neraca.domain.registry import EVENTS
from neraca.domain.remuneration.allowance import AllowanceFixed, AllowanceRevised
from neraca.domain.remuneration.credit import CreditFixed, CreditRevised
from neraca.domain.text_kinds import counted, digits, shown
from neraca.domain.vocabulary import Role
from neraca.policy.findings import Finding as Drifted
from neraca.policy.findings import errors
from neraca.policy.library import Library
from neraca.policy.published import PolicyAltered
from neraca.projecting.errors import ProjectingError, Superseded
from neraca.projecting.follower import Follower
from neraca.projecting.rebuild import Report, Switch, ensure, rebuild
from neraca.projecting.sessions import Sessions
from neraca.projecting.workers import Workers
from neraca.service import CommandBatch, CommandHandler, CommandResult, NoSuchAgency, PreconditionFailed
from neraca.service.adoption import adopt
from neraca.service.draws import redrawn
from neraca.service.drift import drifts
from neraca.service.event_reader import EventReader
from neraca.service.impact_measurement import Measure
from neraca.service.log_integrity import log_defects
from neraca.service.policies import PolicyRepository
from neraca.service.policy_lifecycle import PolicyLifecycle
from neraca.service.production_gates import in_force_ungated
from neraca.service.replay import Fixed, NoSuchPolicyPublished, Replay, replay
from neraca.service.training_needs import needs_altered
from neraca.settings import Settings
from neraca.store import embedded
from neraca.store.clock import DatabaseClock
from neraca.store.errors import ClockSkewed, OwnerNeeded, StoreError, UnreadableEvent
from neraca.store.ledger import Ledger
from neraca.store.log import Log
from neraca.store.mapper import EventMapper
from neraca.store.migrate import migrate
from neraca.store.notifier import Notifier
from neraca.store.pool import open_pool
from projections import ALL

if TYPE_CHECKING:
    from neraca.document.verification import Marks
    from neraca.domain.api_key import KeyOrder
    from neraca.domain.appointments import Appointment
    from neraca.domain.vocabulary import CandidacyKind
    from neraca.service.api_keys import IssuedKey
    from neraca.service.candidacy_batch import ListingOutcome
    from neraca.service.distribution import Distribution
    from neraca.service.evaluation_documents import Verification
    from neraca.service.exports import Manifest
    from neraca.service.imports.file_import import ImportOrder, ImportReport
    from neraca.service.observation import Observed
    from neraca.service.open_deadlines import OpenDeadline
    from neraca.service.remuneration_batch import FixingOutcome, Kind
    from neraca.service.report_source import ReportSource
    from neraca.service.simulation import Progress, ShadowReport, Simulation, SimulationRequest
    from neraca.service.webhooks.subscriptions import Webhooks
    from neraca.store.api_keys import StoredKey
    from neraca.store.page_sessions import PageSession
    from neraca.store.recorded_reads import RecordedRead

_POOL = 16

_UNREAD = (OperationalError, PoolTimeout, InsufficientPrivilege, UndefinedTable, InvalidSchemaName, StoreError)
_MANY = 5_000
"""Events from which a second process is of use."""


def explained(error: Exception) -> Sequence[str]:
    """What is to be said of a mistake of the user's or of the surroundings, all of it; nothing of one that is ours."""
    match error:
        case Refusal() if error.faults:
            return [one.message for one in error.faults]
        case Problem() if error.faults:
            return [f"{one.pointer}: {one.detail}" if one.pointer else one.detail for one in error.faults]
        case (
            Refusal()
            | Problem()
            | PreconditionFailed()
            | NoSuchAgency()
            | NoSuchPolicyPublished()
            | PolicyAltered()
            | StoreError()
            | ProjectingError()
            | TokensRefused()
            | DocumentsRefused()
            | CannotListen()
            | embedded.ServerDidNotStart()
        ):
            return [str(error)]
        case OperationalError() | InsufficientPrivilege():
            return [f"{error}; {_remedy(error)}"]
        case _:
            return []


def _remedy(failed: Error) -> str:
    """By the class of the SQLSTATE; without one it is the connection."""
    match (failed.sqlstate or "08")[:2]:
        case "08" | "28" | "3D" | "42":
            return "NERACA_DATABASE_URL says where the database is, and as whom; deploy/README.md what that user needs"
        case "53":
            return "the database has no room or no connection left: make some, and do it again"
        case "55" | "57":
            return "the database is starting, stopping or busy: do it again in a moment"
        case _:
            return f"the database answered with SQLSTATE {failed.sqlstate}; its log says more"


class CompositionRoot:
    """What the command line asks for, done with the real dependencies."""

    def migrate(self, settings: Settings, say: Callable[[str], None]) -> None:
        with open_dependencies(settings) as dependencies:
            prepare(dependencies, say, _warn)

    def serve(self, settings: Settings, *, follow: bool) -> None:
        from neraca.serving import serve

        # The port first: one that is taken is told at once, and not after read models were built.
        with bound(settings.host, settings.port) as sockets, open_dependencies(settings, lasting=True) as dependencies:
            prepare(dependencies, _quiet, _warn)
            tokens(settings, dependencies.agencies)
            serve(settings, dependencies, sockets, ALL, follow=follow, tick=settings.tick)

    def follow(self, settings: Settings) -> None:
        with open_dependencies(settings, lasting=True) as dependencies:
            prepare(dependencies, _quiet, _quiet)
            _interruptible(Follower(dependencies.url, ALL, dependencies.mapper.decode).follow)

    def demo(self, settings: Settings, order: DemoOptions) -> None:
        from neraca.demo.run import DemoContext, play
        from neraca.demo.simulation import Size

        port = settings.port if order.port is None else order.port
        with ExitStack() as held:
            sockets = [] if order.once else held.enter_context(bound(settings.host, port))
            dependencies = held.enter_context(open_dependencies(settings))
            prepare(dependencies, _quiet, _warn)
            known = tokens(settings, dependencies.agencies)
            stagehands = DemoContext(
                service=dependencies.service,
                agencies=dependencies.agencies,
                library=dependencies.library,
                url=dependencies.url,
                catch_up=lambda: Follower(dependencies.url, ALL, dependencies.mapper.decode).catch_up(),
                address=address(sockets) if sockets else "",
                token=lambda agency: next(
                    token for token, actor in known.items() if actor.agency == agency and Role.AUDITOR in actor.roles
                ),
                sign_in=lambda person: next(
                    token
                    for token, actor in tokens(settings, dependencies.agencies, [person]).items()
                    if (actor.agency, actor.id) == (person.agency, person.id)
                ),
                now=dependencies.clock.now,
            )
            play(stagehands, Size(order.people, order.seed), order.days, serving=not order.once)
            if sockets:
                from neraca.serving import serve

                # Its year is invented, and over: told today, everything left open in it would be years late.
                serve(settings, dependencies, sockets, ALL, follow=True, tick=None)

    def rebuild(
        self, settings: Settings, projections: Sequence[str], agency: str | None, switch: Switch
    ) -> Sequence[RebuildResult]:
        known = {one.name: one for one in ALL}
        if unknown := [name for name in projections if name not in known]:
            raise click.UsageError(f"no projection '{unknown[0]}'; there are {', '.join(known)}")
        # The workers first: as long as this process has no other thread they are copies of it, and ready at once.
        with Workers(os.cpu_count() or 1) as all_cores, open_dependencies(settings) as dependencies:
            if agency is not None and agency not in dependencies.agencies:
                raise click.UsageError(f"no agency '{agency}'; there are {', '.join(sorted(dependencies.agencies))}")
            # What is only compared must change nothing, and read models of another version would be built again here.
            if switch != "never":
                prepare(dependencies, _quiet, _quiet)
            workers = all_cores if sum(dependencies.log.positions().values()) > _MANY else 1
            url = dependencies.url
            with Sessions(url) as sessions:
                return [
                    _rebuilt(
                        rebuild(url, known[name], agency=agency, workers=workers, switch=switch, sessions=sessions),
                        agency,
                    )
                    for name in projections or known
                ]

    def doctor(self, settings: Settings) -> Sequence[Finding]:
        """The embedded server is started for it; nothing else is done."""
        known, wrong, _ = library(settings.root)
        found = [
            Finding("not as configured", str(one.file), str(one), "`neraca check` says more") for one in errors(wrong)
        ]
        with _database(settings) as url:
            seen = examine(url, known.agencies, ALL)
            found += seen
            if can_be_asked(seen):
                if settings.database_url is not None:
                    found += connecting_user(url, known.agencies)
                found += [
                    Finding("not as configured", f"{one.file}:{one.line}:{one.col}", one.what, one.remedy)
                    for one in self.drifts(settings, known) or ()
                ]
                found += _ungated(url, known.agencies.values())
        return [*found, *token_findings(settings.home / TOKENS), *_holders(settings.home / TOKENS)]

    def replay(
        self, settings: Settings, agency: str, appraisal: str | None, policy: str | None, as_of: str | None
    ) -> tuple[Sequence[ReplayResult], LogResult | None]:
        with open_dependencies(settings) as dependencies:
            _known(dependencies, agency)
            until = _position(dependencies.log, agency, as_of)
            whole = appraisal is None and policy is None and as_of is None
            # The log before its results: where it can't be read, that is what is to be told.
            log = _log_result(dependencies, agency) if whole else None
            try:
                found = list(replay(dependencies.service, agency, policy=_ref(policy), until=until))
            except UnreadableEvent:
                if log is None or not log.misfits:
                    raise
                return [], log
            wanted = [one for one in found if appraisal in (None, f"{one.employee}/{one.period}")]
            if appraisal is not None and not wanted:
                raise click.UsageError(
                    f"{agency} has no finalised appraisal '{appraisal}'; write NIP/PERIOD of a final result"
                )
            return [_told(agency, one) for one in wanted], log

    def distributions(
        self, settings: Settings, agency: str, period: str, *, appraisers: bool
    ) -> "Sequence[Distribution]":
        from neraca.service.cohorts import cohorts_of
        from neraca.service.distribution import distributions

        with open_dependencies(settings) as dependencies:
            _known(dependencies, agency)
            label = validation.period(period).label
            if appraisers:
                return cohorts_of(dependencies.service.reader, dependencies.service.policies, agency, label)
            prepare(dependencies, _quiet, _quiet)
            return distributions(dependencies.url, dependencies.service.policies, agency, label)

    def document(
        self,
        settings: Settings,
        agency: str,
        employee: str,
        period: str,
        language: Literal["id", "en"],
        file_format: Literal["html", "pdf"],
    ) -> bytes:
        with open_dependencies(settings) as dependencies:
            _known(dependencies, agency)
            return dependencies.service.documents.printed(agency, employee, period, language, file_format)

    def verified(self, settings: Settings, agency: str, marks: "Marks", sha256: str | None) -> "Verification | None":
        with open_dependencies(settings) as dependencies:
            _known(dependencies, agency)
            return dependencies.service.documents.verified(agency, marks, sha256)

    def send(
        self, settings: Settings, token: str, agency: str, body: bytes, seen: Sequence[int] | None
    ) -> CommandResult:
        """Raises TokensRefused, Problem with all that is wrong in the body, and what the service refuses."""
        from neraca.api.command_decoding import read

        actor = self.actor(settings, token)
        commands = read(body)
        with open_dependencies(settings) as dependencies:
            _known(dependencies, agency)
            prepare(dependencies, _quiet, _quiet)
            batch = CommandBatch(
                agency=agency,
                actor=actor,
                commands=commands,
                now=dependencies.clock.now(),
                expected=tuple(seen or ()),
                must_match=seen is not None,
            )
            return dependencies.service.handle(batch)

    def consider(
        self,
        settings: Settings,
        token: str,
        kind: "CandidacyKind",
        agency: str,
        period: str,
        unit: str | None,
    ) -> "Sequence[ListingOutcome]":
        """Raises TokensRefused."""
        from neraca.service.candidacy_batch import ListingOrder, list_all
        from neraca.service.report_subjects import require_unit

        actor = self.actor(settings, token)
        with open_dependencies(settings) as dependencies:
            require_unit(_known(dependencies, agency), unit)
            prepare(dependencies, _quiet, _quiet)
            Follower(dependencies.url, ALL, dependencies.mapper.decode).catch_up()
            order = ListingOrder(agency, kind, validation.period(period), unit)
            return list_all(dependencies.service, dependencies.url, actor, order, dependencies.clock.now)

    def fix(
        self,
        settings: Settings,
        token: str,
        kind: "Kind",
        agency: str,
        period: str,
        unit: str | None,
        revise: str | None,
    ) -> "Sequence[FixingOutcome]":
        """Raises TokensRefused."""
        from neraca.service.remuneration_batch import FixingOrder, fix
        from neraca.service.report_subjects import require_unit

        actor = self.actor(settings, token)
        with open_dependencies(settings) as dependencies:
            require_unit(_known(dependencies, agency), unit)
            prepare(dependencies, _quiet, _quiet)
            Follower(dependencies.url, ALL, dependencies.mapper.decode).catch_up()
            order = FixingOrder(kind, agency, validation.period(period), unit, revise)
            return fix(dependencies.service, dependencies.url, actor, order, dependencies.clock.now)

    def bring(self, settings: Settings, token: str, order: "ImportOrder") -> "ImportReport":
        """Raises TokensRefused."""
        from neraca.service.imports.file_import import bring

        actor = self.actor(settings, token)
        with open_dependencies(settings) as dependencies:
            known = _known(dependencies, order.agency)
            prepare(dependencies, _quiet, _quiet)
            return bring(dependencies.service, actor, order, known, dependencies.clock.now())

    def issue_key(self, settings: Settings, token: str, agency: str, order: "KeyOrder") -> "IssuedKey":
        """Raises TokensRefused."""
        from neraca.service import api_keys

        actor = self.actor(settings, token)
        with open_dependencies(settings) as dependencies:
            of = _known(dependencies, agency)
            return api_keys.issue(dependencies.url, of, actor, order, dependencies.clock.now())

    def keys(self, settings: Settings, token: str, agency: str) -> "Sequence[StoredKey]":
        """Raises TokensRefused."""
        from neraca.service import api_keys

        actor = self.actor(settings, token)
        with open_dependencies(settings) as dependencies:
            return api_keys.listed(dependencies.url, _known(dependencies, agency), actor)

    def appointments(self, settings: Settings, token: str, agency: str, on: date | None) -> "Sequence[Appointment]":
        """Raises TokensRefused."""
        from neraca.domain.authorisation import sees_appointments
        from neraca.service.appointments import standing

        actor = self.actor(settings, token)
        with open_dependencies(settings) as dependencies:
            sees_appointments(actor, _known(dependencies, agency).id)
            return standing(dependencies.service.reader, agency, on, None)

    def recorded_reads(self, settings: Settings, token: str, agency: str, before: datetime) -> "Sequence[RecordedRead]":
        """Raises TokensRefused."""
        from neraca.service import recorded_reads

        actor = self.actor(settings, token)
        with open_dependencies(settings) as dependencies:
            return recorded_reads.listed(dependencies.url, _known(dependencies, agency).id, actor, before)

    def page_sessions(self, settings: Settings, token: str, agency: str) -> "Sequence[PageSession]":
        """Raises TokensRefused."""
        from neraca.service import page_sessions

        actor = self.actor(settings, token)
        with open_dependencies(settings) as dependencies:
            of = _known(dependencies, agency).id
            return page_sessions.listed(dependencies.url, of, actor, dependencies.clock.now())

    def end_page_sessions(self, settings: Settings, token: str, agency: str, person: str) -> int:
        """Raises TokensRefused."""
        from neraca.service import page_sessions

        actor = self.actor(settings, token)
        with open_dependencies(settings) as dependencies:
            of = _known(dependencies, agency).id
            return page_sessions.end(dependencies.url, of, actor, person, dependencies.clock.now())

    def revoke_key(self, settings: Settings, token: str, agency: str, key: str) -> datetime:
        """Raises TokensRefused."""
        from neraca.service import api_keys

        actor = self.actor(settings, token)
        with open_dependencies(settings) as dependencies:
            of = _known(dependencies, agency)
            return api_keys.revoke(dependencies.url, of, actor, key, dependencies.clock.now())

    def payroll(self, settings: Settings, agency: str, period: str, format_: str) -> bytes:
        from neraca.service.payroll import payroll
        from neraca.service.payroll_files import written

        with open_dependencies(settings) as dependencies:
            _known(dependencies, agency)
            prepare(dependencies, _quiet, _quiet)
            Follower(dependencies.url, ALL, dependencies.mapper.decode).catch_up()
            rows = payroll(dependencies.url, agency, validation.period(period))
            return written(rows, "xlsx" if format_ == "xlsx" else "csv")

    def export(
        self,
        settings: Settings,
        agency: str,
        data_set: str,
        file_format: str,
        file: Path,
        period: str | None,
        day: date | None,
    ) -> "Manifest":
        from neraca.service.exports import DATA_SETS, ExportOrder, export

        with open_dependencies(settings) as dependencies:
            of = _known(dependencies, agency)
            label = None if period is None else validation.period(period).label
            on = _today(of, dependencies.clock.now()) if day is None else day
            prepare(dependencies, _quiet, _quiet)
            Follower(dependencies.url, ALL, dependencies.mapper.decode).catch_up(agency)
            return export(dependencies.url, ExportOrder(agency, DATA_SETS[data_set], file_format, on, label), file)

    @contextmanager
    def reports(self, settings: Settings, agency: str) -> "Generator[ReportSource]":
        from neraca.service.report_source import ReportSource

        with open_dependencies(settings) as dependencies:
            of = _known(dependencies, agency)
            prepare(dependencies, _quiet, _quiet)
            Follower(dependencies.url, ALL, dependencies.mapper.decode).catch_up(agency)
            with open_pool(dependencies.url, largest=1) as pool:
                yield ReportSource(
                    agency=of,
                    today=_today(of, dependencies.clock.now()),
                    policies=dependencies.service.policies,
                    history=dependencies.service.reader,
                    pool=pool,
                )

    @contextmanager
    def webhooks(self, settings: Settings, agency: str) -> "Generator[Webhooks]":
        from neraca.service.webhooks.subscriptions import Webhooks

        with open_dependencies(settings) as dependencies:
            _known(dependencies, agency)
            prepare(dependencies, _quiet, _quiet)
            yield Webhooks(dependencies.url, anywhere=settings.webhooks == "anywhere")

    def tick(self, settings: Settings, agency: str | None, at: str | None) -> "Sequence[Observed]":
        from neraca.service.observation import observe, with_reports
        from neraca.service.public_door import pass_on

        with open_dependencies(settings) as dependencies:
            if agency is not None:
                _known(dependencies, agency)
            now = dependencies.clock.now()
            instant = now if at is None else _instant(at)
            if instant > now:
                raise click.UsageError(f"{at} is yet to come; what has not passed is not told to the log")
            prepare(dependencies, _quiet, _warn)
            Follower(dependencies.url, ALL, dependencies.mapper.decode).catch_up(agency)
            of = [one for id_, one in sorted(dependencies.agencies.items()) if agency in (None, id_)]
            for one in of:
                pass_on(dependencies.service, dependencies.url, one, instant)
            service, url = dependencies.service, dependencies.url
            return [with_reports(observe(service, url, one, instant), service, url, one) for one in of]

    def due(self, settings: Settings, agency: str, person: str | None, at: str | None) -> "Sequence[OpenDeadline]":
        from neraca.service import acting_parties

        with open_dependencies(settings) as dependencies:
            known = _known(dependencies, agency)
            instant = None if at is None else _instant(at)
            prepare(dependencies, _quiet, _quiet)
            Follower(dependencies.url, ALL, dependencies.mapper.decode).catch_up(agency)
            # A number that is mistyped must not read as somebody who owes nothing.
            if person is not None and not dependencies.service.reader.stream(agency, streams.employee(agency, person)):
                raise click.UsageError(f"{agency} has no employee {shown(person)}; write the NIP of one of its roster")
            today = _today(known, instant or dependencies.clock.now())
            position = None if instant is None else dependencies.log.position_at(agency, instant)
            service = dependencies.service
            return acting_parties.open_deadlines(
                dependencies.url, service.policies, service.as_of_reader, known, person, today, position
            )

    def shadowed(self, settings: Settings, agency: str, shadow: str | None) -> "ShadowReport":
        from neraca.service.simulation import Simulator

        with open_dependencies(settings) as dependencies:
            _known(dependencies, agency)
            prepare(dependencies, _quiet, _quiet)
            Follower(dependencies.url, ALL, dependencies.mapper.decode).catch_up(agency)
            policies = dependencies.service.policies
            there = [one.named.shadow for one in policies.shadows(agency)]
            if shadow is None and not there:
                raise click.UsageError(
                    f"{agency} has named no shadow; policy staff name one by neraca policy name-shadow"
                )
            simulator = Simulator(dependencies.url, policies, dependencies.agencies)
            return simulator.shadowed(agency, there[-1] if shadow is None else shadow)

    def simulate(self, settings: Settings, asked: "SimulationRequest", say: "Progress") -> "Simulation":
        from neraca.service.simulation import Simulator

        with open_dependencies(settings) as dependencies:
            prepare(dependencies, _quiet, _quiet)
            Follower(dependencies.url, ALL, dependencies.mapper.decode).catch_up()
            simulator = Simulator(dependencies.url, dependencies.service.policies, dependencies.agencies)
            return simulator.run(msgspec.structs.replace(asked, consult=tuple(dependencies.agencies)), say)

    def actor(self, settings: Settings, token: str) -> Actor:
        """The person of a token. Raises TokensRefused."""
        file = settings.home / TOKENS
        actor = Tokens(read_actors(file)).actor(token) if file.exists() else None
        if actor is None:
            raise TokensRefused(
                f"{file} has no such token; the first serve or demo makes the file, staff add their own"
            )
        return actor

    def drifts(self, settings: Settings, files: Library) -> Sequence[Drifted] | None:
        """Where the files say otherwise than the log of what rules; None where it cannot be read."""
        try:
            with _database(settings) as url, open_pool(url, largest=1) as pool:
                now = datetime.now(UTC)
                policies = PolicyRepository(EventReader(Log(pool), EventMapper(EVENTS)))
                return [
                    one
                    for agency in files.agencies.values()
                    for one in drifts(policies, agency.id, files, _today(agency, now))
                ]
        except _UNREAD:
            return None

    @contextmanager
    def lifecycle(self, settings: Settings) -> Generator[PolicyLifecycle]:
        with open_dependencies(settings) as dependencies:
            prepare(dependencies, _quiet, _quiet)
            yield PolicyLifecycle(
                dependencies.service, dependencies.agencies, dependencies.clock.now, dependencies.library
            )

    def schema(self) -> str:
        from neraca.api.graphql.schema import build

        return build().as_str()

    def rules(self) -> str:
        from neraca.api import route_rules
        from neraca.api.graphql import access_rules
        from neraca.api.graphql.schema import build

        return access_rules.page(build().core) + route_rules.page()


def _rebuilt(report: Report, agency: str | None) -> RebuildResult:
    return RebuildResult(
        projection=report.projection,
        agency=agency,
        events=sum(report.positions.values()),
        equal=report.equal,
        differing=[str(one) for one in report.differing],
        set_aside=report.set_aside,
        differ=report.differ,
        switched=report.switched,
    )


def _log_result(dependencies: Dependencies, agency: str) -> LogResult:
    """The frame of the log, and each read model made again from it beside the live one; nothing is switched."""
    found = [str(one) for one in log_defects(dependencies.log, dependencies.mapper, agency)]
    found += dependencies.service.documents.altered(agency)
    found += needs_altered(dependencies.service.reader, dependencies.service.policies, agency)
    compared: list[RebuildResult] = []
    not_compared: list[str] = []
    with Sessions(dependencies.url) as sessions:
        for projection in ALL:
            try:
                report = rebuild(dependencies.url, projection, agency=agency, switch="never", sessions=sessions)
            except Superseded:
                not_compared.append(projection.name)
            else:
                compared.append(_rebuilt(report, agency))
    service = dependencies.service
    try:
        draws = redrawn(service.reader, service.policies, dependencies.agencies[agency])
    except UnreadableEvent:
        if not found:
            raise
        draws = []  # which event can't be read is told already
    misdrawn = [
        f"{one.employee}/{one.period} at {one.position}, {one.relation}: {one.difference}"
        for one in draws
        if one.difference is not None
    ]
    head = dependencies.log.head(agency)
    return LogResult(agency, head, found, compared, not_compared, len(draws), misdrawn)


@contextmanager
def open_dependencies(settings: Settings, *, lasting: bool = False) -> Generator[Dependencies]:
    """The database of the settings, brought up to date, with the service over it. Who is `lasting` there, and asked by
    others, may not be one whom row security does not hold, where an agency is in production.
    """
    known, found, _ = library(settings.root)
    if wrong := errors(found):
        raise click.ClickException("\n".join(map(str, wrong)))
    if not known.agencies:
        raise click.ClickException(
            f"no agencies/*/agency.yaml under {settings.root}; set NERACA_ROOT to where they are"
        )
    with _database(settings) as url:
        # The embedded server has one user, and is open to nobody else.
        if lasting and settings.database_url is not None:
            for one in connecting_user(url, known.agencies):
                raise click.ClickException(f"{one.where}: {one.what}; {one.remedy}")
        migrate(url, known.agencies)
        with open_pool(url, largest=_POOL) as pool, Notifier(url) as notifier, DatabaseClock(url) as clock:
            log, mapper = Log(pool), EventMapper(EVENTS)
            measure = _measure(url, known.agencies, mapper)
            service = CommandHandler(Ledger(pool, on_stored=notifier.notify), log, mapper, known.agencies, measure)
            yield Dependencies(url, known, known.agencies, log, service, mapper, clock)


def _measure(url: str, agencies: Mapping[str, Agency], mapper: EventMapper) -> Measure:
    """Of the facts there are when it is asked: the read models of the agency are brought up to date first."""

    def measure(policies: PolicyRepository, agency: str, proposal: str, period: str | None) -> "Simulation":
        from neraca.service.simulation import Simulator

        Follower(url, ALL, mapper.decode).catch_up(agency)
        return Simulator(url, policies, agencies).measured(agency, proposal, period)

    return measure


def _holders(file: Path) -> list[Finding]:
    """A server that runs goes on with the tokens it read before."""
    try:
        if file.exists():
            return token_holders(file, read_actors(file))
    except TokensRefused as refused:
        remedy = "mend it: until then who was added is not known, and who was taken out still is"
        return [Finding("not as configured", str(file), str(refused), remedy)]
    return []


def _ungated(url: str, agencies: Iterable[Agency]) -> list[Finding]:
    """Nothing where the database can't be read: that is a finding of its own."""
    try:
        with open_pool(url, largest=1) as pool:
            history, now = EventReader(Log(pool), EventMapper(EVENTS)), datetime.now(UTC)
            return [
                Finding("not as configured", one.agency, one.what, one.remedy)
                for agency in agencies
                for one in in_force_ungated(history, agency, _today(agency, now))
            ]
    except _UNREAD:
        return []


def _today(agency: Agency, now: datetime) -> date:
    return now.astimezone(ZoneInfo(agency.time_zone)).date()


def prepare(dependencies: Dependencies, say: Callable[[str], None], warn: Callable[[str], None]) -> None:
    """Read models in their current shape, and the policies that the agency files name."""
    for agency in dependencies.agencies.values():
        try:
            adopted = adopt(dependencies.service, agency, dependencies.library, dependencies.clock.now())
        except ClockSkewed as astray:
            warn(str(astray))  # what is there can be read all the same
            break
        for name in adopted.now:
            say(f"{agency.id}: adopted {name}")
        for name, why in adopted.crossed:
            warn(
                f"{agency.id}: {name} of its agency.yaml is not adopted, as an earlier file's policy rules here: {why}"
            )
        for name in adopted.waiting:
            warn(
                f"{agency.id} is in production: {name} in its agency.yaml rules only once it is approved; propose its "
                f"file (neraca policy propose FILE --agency {agency.id}), attach its impact, and let another approve it"
            )
        if warn is not _quiet:
            for one in in_force_ungated(dependencies.service.reader, agency, _today(agency, dependencies.clock.now())):
                warn(str(one))
            for one in drifts(
                dependencies.service.policies, agency.id, dependencies.library, _today(agency, dependencies.clock.now())
            ):
                warn(str(one))
    try:
        built = ensure(dependencies.url, ALL)
    except InsufficientPrivilege:
        raise OwnerNeeded("read models of this program") from None
    for report in built:
        say(f"built the read model {report.projection}")
    say(f"ready: {counted(len(dependencies.agencies), 'agency', 'agencies')}, {len(ALL)} read models")


def tokens(settings: Settings, agencies: Mapping[str, Agency], people: Sequence[Actor] = ()) -> dict[str, Actor]:
    """The tokens of this home: one for each role of each agency, one for the operator, and of `people` one each. Those
    missing are made.
    """
    file = settings.home / TOKENS
    known = read_actors(file) if file.exists() else {}
    there = {(actor.agency, actor.id) for actor in known.values()}
    wanted = [OPERATOR]
    wanted += [Actor(f"{role}-{agency}", frozenset({role}), agency) for agency in agencies for role in Role]
    wanted += people
    # By agency and name, so that tokens which people have changed by hand stay as they are.
    missing = [actor for actor in wanted if (actor.agency, actor.id) not in there]
    if missing:
        known |= {f"{actor.id}-{token_urlsafe(18)}": actor for actor in missing}
        settings.home.mkdir(parents=True, exist_ok=True)
        _write_private(file, msgspec.json.format(msgspec.json.encode(known), indent=1))
    return known


def _write_private(file: Path, data: bytes) -> None:
    """Whole or not at all, and for its owner only."""
    fresh = file.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(data)
    # A server that looks in between finds the old tokens or the new, never half of them.
    fresh.replace(file)


@contextmanager
def _database(settings: Settings) -> Generator[str]:
    if settings.database_url is not None:
        yield settings.database_url
        return
    with embedded.open(settings.home) as server:
        yield server.url


def _interruptible(work: Callable[[], None]) -> None:
    try:
        work()
    except KeyboardInterrupt:
        sys.exit(0)


def _known(dependencies: Dependencies, agency: str) -> Agency:
    """The agency of that name. Raises NoSuchAgency."""
    if agency not in dependencies.agencies:
        raise NoSuchAgency(f"no agency '{agency}'; there are {', '.join(sorted(dependencies.agencies))}")
    return dependencies.agencies[agency]


def _position(log: Log, agency: str, as_of: str | None) -> int | None:
    if as_of is None:
        return None
    if (position := digits(as_of)) is not None:
        # A year is soon written for an instant, and would be all that there is, or next to nothing.
        if position > (head := log.head(agency)):
            raise click.UsageError(
                f"the log of {agency} ends at position {head}, before {position}; for an instant write one such as"
                " 2026-01-31T17:00:00Z"
            )
        return position
    return log.position_at(agency, _instant(as_of, "neither a log position nor an instant"))


def _instant(written: str, otherwise: str = "no instant") -> datetime:
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        raise click.UsageError(f"'{written}' is {otherwise} such as 2026-01-31T17:00:00Z") from None
    if instant.tzinfo is None:
        raise click.UsageError(f"'{written}' has no time zone; add Z or +07:00")
    return instant


def _ref(written: str | None) -> tuple[str, int] | None:
    if written is None:
        return None
    id_, version = PolicyRef.parsed(written)
    if version is None:
        raise click.UsageError(f"{shown(written)} names no version; write id@version")
    return id_, version


def _told(agency: str, one: Replay) -> ReplayResult:
    def said(value: object) -> str | None:
        return None if value is None else str(value)

    recorded = {"predicate": _outcome(one.recorded), "score": said(_number(one.recorded))}
    again = {"predicate": one.recomputed.predicate, "score": said(one.recomputed.score)}
    policy = one.recomputed.policy.name
    same, differences = not one.differences, list(one.differences)
    return ReplayResult(agency, one.employee, one.period, one.position, policy, recorded, again, same, differences)


def _outcome(recorded: Fixed) -> str | None:
    match recorded:
        case CandidacyAssessed() | CandidateNominated() | CandidacyDecided() | CandidacyRevised():
            return recorded.considered.outcome
        case Finalised() | Joined() | CreditFixed() | CreditRevised() | AllowanceFixed() | AllowanceRevised():
            return recorded.predicate
        case _:
            assert_never(recorded)


def _number(recorded: Fixed) -> Decimal | None:
    match recorded:
        case Finalised() | Joined():
            return recorded.score
        case CreditFixed() | CreditRevised():
            return recorded.points
        case AllowanceFixed() | AllowanceRevised():
            return recorded.amount
        case CandidacyAssessed() | CandidateNominated() | CandidacyDecided() | CandidacyRevised():
            return recorded.considered.score
        case _:
            assert_never(recorded)


def _warn(said: str) -> None:
    click.echo(f"neraca: warning: {said}", err=True)


def _quiet(_: str) -> None:
    pass
