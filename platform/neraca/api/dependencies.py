"""What the routes are given: nothing here is found by import, so two apps can live side by side."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from litestar.types import Scope
from msgspec import Struct, field

from neraca.api import headers
from neraca.api.authentication import AccessScope, Tokens, access_scope
from neraca.api.database_probe import DatabaseProbe
from neraca.api.database_reads import Reads
from neraca.api.key_admission import KeyAdmission, unauthenticated
from neraca.api.person_admission import PersonAdmission
from neraca.api.position_waiter import PositionWaiter
from neraca.api.problems import Problem
from neraca.api.read_records import ReadRecords
from neraca.api.simulation_queue import SimulationQueue
from neraca.api.stream_limits import StreamLimits
from neraca.api.telemetry import Metrics
from neraca.api.worker_threads import WorkerThreads
from neraca.domain import api_key
from neraca.domain.agency import Agency
from neraca.domain.contexts import Actor
from neraca.domain.errors import Refusal
from neraca.domain.text_kinds import shown
from neraca.service import CommandBatch, CommandResult
from neraca.service.as_of import AsOfReader
from neraca.service.evaluation_documents import EvaluationDocuments
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository

_SENDER = "neraca_sender"


class CommandHandling(Protocol):
    """What the service is to whoever has commands for it."""

    def handle(self, batch: CommandBatch) -> CommandResult: ...

    def handle_together(self, agency: str, batches: Sequence[CommandBatch]) -> list[CommandResult | Exception]: ...


class ServiceInterface(CommandHandling, Protocol):
    """What the service is to its doors."""

    @property
    def as_of_reader(self) -> AsOfReader: ...

    @property
    def reader(self) -> EventReader: ...

    def rehearse(self, batch: CommandBatch) -> list[Refusal]: ...

    @property
    def policies(self) -> PolicyRepository: ...

    @property
    def documents(self) -> EvaluationDocuments: ...


class Dependencies(Struct, frozen=True, eq=False):
    """`readiness_errors` says what is wrong with the process, such as a follower that follows nothing.

    `longest` is what a command may take: a database that is frozen says nothing at all. `metrics_token` is whose holder
    may read the numbers; without one this machine may. `maps` is the folder of agencies, with the mappings that they
    keep of files; `threads` are for reads that block, `streams` counts what each reader holds open.
    """

    service: ServiceInterface
    reads: Reads
    probe: DatabaseProbe
    heads: PositionWaiter
    passed: PositionWaiter
    agencies: Mapping[str, Agency]
    tokens: Tokens
    keys: KeyAdmission
    people: PersonAdmission
    read_records: ReadRecords
    readiness_errors: Callable[[], Sequence[str]]
    clock: Callable[[], datetime]
    metrics: Metrics
    log: structlog.typing.FilteringBoundLogger
    simulations: SimulationQueue | None = None
    longest: timedelta = timedelta(minutes=2)
    metrics_token: str | None = None
    maps: Path | None = None
    threads: WorkerThreads = field(default_factory=WorkerThreads)
    streams: StreamLimits = field(default_factory=StreamLimits)

    def today(self, agency: str) -> date:
        """The legal day there."""
        return self.clock().astimezone(ZoneInfo(self.agencies[agency].time_zone)).date()

    async def actor(self, sent: Mapping[str, str], scope: Scope, *, anew: bool = False) -> Actor:
        """Who sends these headers, in a request of this scope; `anew`, by what holds now. Raises Problem."""
        token = headers.bearer(sent)
        if token is None:
            raise unauthenticated()
        if (actor := self.tokens.actor(token)) is not None:
            await self.read_records.record_request(actor, scope)
            return actor
        # Asked once a request, however often it is looked at: a wrong key is one try.
        state = scope["state"]
        if anew or _SENDER not in state:
            try:
                state[_SENDER] = await self._admitted(token, scope)
            except Problem as problem:
                state[_SENDER] = problem
        found: Actor | Problem = state[_SENDER]
        if isinstance(found, Problem):
            raise found
        await self.read_records.record_request(found, scope)
        return found

    async def _admitted(self, token: str, scope: Scope) -> Actor:
        """A program by its key, or a person by the sign-in of their agency. Raises Problem."""
        if (key := api_key.read(token)) is not None:
            client = scope["client"]
            return await self.keys.actor(key, client[0] if client else "")
        if (actor := await self.people.actor(token)) is None:
            raise unauthenticated()
        return actor

    def access_scope(self, actor: Actor, agency: str) -> AccessScope:
        """Raises Problem `not-found`, the same for an agency that is not there and for one that is another's."""
        seen = access_scope(actor, agency) if agency in self.agencies else None
        if seen is None:
            told = f"there is no agency {shown(agency)} for you; the query {{agencies {{id}}}} lists those there are"
            raise Problem("not-found", told)
        return seen
