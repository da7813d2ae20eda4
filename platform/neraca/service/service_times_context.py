"""What a decision about service times may know besides its own stream: what the register has of their source; and what
one about a fact may know of them.
"""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from neraca.domain import streams, validation
from neraca.domain.contexts import TimesContext
from neraca.domain.service_times import source
from neraca.domain.service_times.commands import ImportServiceTimes, WithdrawServiceTimes
from neraca.domain.service_times.events import MeasuredFact, ServiceTimesConfirmed
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository

_CONFIRMED = (str(ServiceTimesConfirmed.__struct_config__.tag),)


class StreamSoFar(Protocol):
    """A stream as the commands before have left it."""

    @property
    def state(self) -> Any: ...


def measured_in(
    reader: EventReader, agency: str, unit: str, period: str, fact: str, loaded: Mapping[UUID, StreamSoFar]
) -> str:
    """The unit, where a fact of its people is what its service times of a period came to; empty where it is not."""
    stream = streams.service_times(agency, unit, period)
    facts: list[MeasuredFact] = []
    if stream in loaded:
        facts = loaded[stream].state.facts
    else:
        # Of no stream: what is asked for is how far the log is. The records themselves may be a million.
        head, _ = reader.streams(agency, [])
        for past in reader.streams_types(agency, [stream], _CONFIRMED, head):
            facts = past.event.facts
    return unit if any(one.fact == fact for one in facts) else ""


def times(
    reader: EventReader,
    policies: PolicyRepository,
    agency: str,
    command: ImportServiceTimes | WithdrawServiceTimes,
    common: Any,
) -> TimesContext:
    """Returns the context of a batch that comes in or goes; `common` is what every context has."""
    known = source.State()
    for one in reader.stream(agency, streams.time_source(agency, command.source)):
        source.evolve(known, one.event)
    applied = policies.judging(agency, validation.period(command.period))
    return TimesContext(**common, applied=applied, system=known.system, importers=known.importers)
