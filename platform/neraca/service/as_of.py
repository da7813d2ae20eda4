"""What the log up to a position said: key rules were in force then, and which facts there were.

Read models keep the present and what changed when; what they do not keep is folded here, from the log alone.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from threading import Lock
from uuid import UUID

from cachetools import LRUCache
from msgspec import Struct, structs

from neraca.domain import policy_register, rater_privacy, roster, streams
from neraca.domain.appraisal.events import Finalised, Joined, RatingsClosed
from neraca.domain.appraisal.state import Appraisal, evolve
from neraca.domain.facts import Facts
from neraca.domain.period import parse
from neraca.domain.policy_register import PolicyEvent, PolicyPublished, PolicySuperseded, applicability
from neraca.domain.policy_register.events import PolicyProposed
from neraca.domain.policy_register.validity import ValidityPeriod
from neraca.domain.vocabulary import PositionClass
from neraca.policy.published import PublishedPolicy, terms
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository
from neraca.service.scoring import gather
from neraca.store.log import Log

_AGENCIES = 1_000
"""Registers that are kept."""


class AppraisalKey(Struct, frozen=True):
    """An appraisal, by what its opening fixed for ever."""

    agency: str
    employee: str
    period: str
    starts: date
    ends: date
    position_class: PositionClass | None = None

    @property
    def stream(self) -> UUID:
        return streams.appraisal(self.agency, self.employee, self.period)


class _Register(Struct, frozen=True):
    """Never changed: what is new makes another one of it."""

    version: int = 0
    events: tuple[tuple[int, PolicyEvent], ...] = ()


class AsOfReader:
    """Safe to share between threads. Positions beyond the end of the log are the end of the log."""

    def __init__(self, log: Log, reader: EventReader, policies: PolicyRepository) -> None:
        self._log = log
        self._reader = reader
        self._policies = policies
        self._registers: LRUCache[str, _Register] = LRUCache(_AGENCIES)
        self._mutex = Lock()

    def position_at(self, agency: str, instant: datetime) -> int:
        """The last position recorded up to the instant, 0 if there was none yet."""
        return self._log.position_at(agency, instant)

    def spans(self, agency: str, position: int) -> list[ValidityPeriod]:
        """When which policy for a predicate was to rule, as the register stood then."""
        return self._state(agency, position).of("predicate")

    def proposals(self, agency: str, position: int) -> Mapping[str, policy_register.Proposal]:
        """Of policies, by name and in order, without the texts themselves."""
        return self._state(agency, position).proposals

    def policy(self, agency: str, hash_: str) -> PublishedPolicy:
        """Raises KeyError if the agency never published it, and PolicyAltered."""
        return self._policies.by_hash(agency, hash_)

    def ruling(self, key: AppraisalKey, position: int) -> PublishedPolicy | None:
        """What judged an appraisal that was not fixed. Raises NotOneInForce and PolicyAltered."""
        spans = self._state(key.agency, position).of("predicate")
        span = applicability.applicable(
            spans,
            parse(key.period),
            key.position_class,
            lambda one: terms(self._policies.by_hash(key.agency, one.hash)),
        )
        return None if span is None else self._policies.by_hash(key.agency, span.hash)

    def facts(
        self, key: AppraisalKey, surveys: tuple[str, ...], position: int, judge: PublishedPolicy | None, *, closed: bool
    ) -> Facts:
        """As they may be shown under its judge, with its anonymous groups `closed` or not; these surveys only.

        What closed before is shown as what it came to then. Raises NotFound if it was not opened by then.
        """
        every = gather(self._reader, key.agency, key.employee, key.period, surveys, position).facts
        ruling = (self._closing(key) or judge) if closed else judge
        return rater_privacy.disclosed(every, ruling.rules.ratings if ruling else None, closed=closed)

    def _closing(self, key: AppraisalKey) -> PublishedPolicy | None:
        """The policy with which its anonymous groups closed, whenever is asked."""
        _, own = self._reader.streams(key.agency, [key.stream], None)
        first = next((past.event for past in own if isinstance(past.event, RatingsClosed | Finalised)), None)
        return None if first is None else self._policies.by_hash(key.agency, first.policy.hash)

    def employee(self, agency: str, employee: str, position: int | None) -> roster.State:
        """Somebody's service as the log has it, or had it at a position."""
        state = roster.State()
        for past in self._reader.streams(agency, [streams.employee(agency, employee)], position)[1]:
            state = roster.evolve(state, past.event)
        return state

    def appraisal(self, agency: str, employee: str, period: str, position: int | None) -> Appraisal:
        """An appraisal as the log has it, or had it at a position; unopened where there is none."""
        state = Appraisal()
        for past in self._reader.streams(agency, [streams.appraisal(agency, employee, period)], position)[1]:
            state = evolve(state, past.event)
        return state

    def joined(self, key: AppraisalKey, position: int | None) -> Joined | None:
        """The joining of parts that fixed a result, where one did."""
        _, own = self._reader.streams(key.agency, [key.stream], position)
        fixed = [past.event for past in own if isinstance(past.event, Finalised | Joined)]
        return fixed[-1] if fixed and isinstance(fixed[-1], Joined) else None

    def _state(self, agency: str, position: int) -> policy_register.State:
        state = policy_register.State()
        for event in _whole(event for at, event in self._read(agency).events if at <= position):
            state = policy_register.evolve(state, event)
        return state

    def _read(self, agency: str) -> _Register:
        """The log is read while no lock is held, so that no agency waits for another."""
        with self._mutex:
            known = self._registers.get(agency, _Register())
        newer = self._reader.stream(agency, streams.policy_register(agency), after=known.version)
        if not newer:
            return known
        added = ((past.position, _without_texts(past.event)) for past in newer)
        register = _Register(newer[-1].version, (*known.events, *added))
        with self._mutex:
            if self._registers.get(agency, known).version < register.version:
                self._registers[agency] = register
        return register


def _whole(events: Iterator[PolicyEvent]) -> Iterator[PolicyEvent]:
    """A version yields to another in one unit: it rules until the other's schedule, which follows, is there."""
    yielding: list[PolicyEvent] = []
    for event in events:
        if isinstance(event, PolicySuperseded):
            yielding.append(event)
            continue
        yield from yielding
        yielding.clear()
        yield event


def _without_texts(event: PolicyEvent) -> PolicyEvent:
    """The policy repository has them; this register is only asked who ruled."""
    return structs.replace(event, texts={}) if isinstance(event, PolicyPublished | PolicyProposed) else event
