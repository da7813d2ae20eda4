"""What a decision about service times may know besides its own stream: what the register has of their source."""

from typing import Any

from neraca.domain import streams, validation
from neraca.domain.contexts import TimesContext
from neraca.domain.service_times import source
from neraca.domain.service_times.commands import ImportServiceTimes, WithdrawServiceTimes
from neraca.service.event_reader import EventReader
from neraca.service.policies import PolicyRepository


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
